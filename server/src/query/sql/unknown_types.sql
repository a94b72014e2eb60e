-- Threats whose type the table of types does not name, by the rule that gave them a category.
SELECT type, category, category_rule, count(*) AS findings
FROM finding
WHERE kind = 'threat' AND NOT sample
    AND (category_rule = 'none' OR category_rule LIKE 'rule:%' OR category_rule LIKE 'asff:%')
GROUP BY ALL
ORDER BY findings DESC, type, category_rule

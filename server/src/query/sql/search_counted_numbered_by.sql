UNION ALL
SELECT '{dimension}', key, sum(findings)::BIGINT, sum(occurrences)::BIGINT
FROM (
    SELECT {key} AS key, n.findings, n.occurrences
    FROM counted n JOIN {dictionary} f USING ({number_of})
    WHERE n.way = {way}
)
GROUP BY key

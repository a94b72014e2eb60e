-- The same windows by the keys of other dimensions.
SELECT number, part, key, NULL AS category, NULL AS severity, sum(findings)::BIGINT, sum(occurrences)::BIGINT
FROM (
{slices}
)
GROUP BY ALL

-- Windows by number, counted ahead: every finding once.
SELECT number, {part}::TINYINT AS part, '' AS key, category, severity, sum(findings)::BIGINT, sum(occurrences)::BIGINT
FROM (
{slices}
)
GROUP BY ALL

-- The rollups as memory tells them apart, by hours since 1970. What is older than {since} is one row of {earlier}.
WITH
placed AS (
    SELECT
        part,
        CASE WHEN starts_at >= make_timestamp({since}::BIGINT * 3600000000) THEN epoch(starts_at)::BIGINT // 3600
        ELSE {earlier} END::INTEGER AS starts,
        key, category,
        -- Those that count every finding once are told apart by all there is.
        CASE WHEN part // {slices} IN ({all}) THEN severity ELSE '' END AS severity,
        part // {slices} NOT IN ({all}) OR is_open AS is_open,
        findings, occurrences
    FROM rollup_{unit}
    WHERE part // {slices} IN ({kept})
)
SELECT part, starts, key, category, severity, is_open, sum(findings)::BIGINT, sum(occurrences)::BIGINT
FROM placed
GROUP BY ALL
HAVING sum(findings) <> 0 OR sum(occurrences) <> 0

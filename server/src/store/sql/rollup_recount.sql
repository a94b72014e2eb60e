-- What a rollup holds of one part, counted from the findings.
WITH
-- One row per finding and key.
keyed AS (
    SELECT
        {key} AS key, {at} AS moment, f.kind, f.sample, {facts},
        f.occurrences
    FROM finding f
    WHERE {which}
)
SELECT
    ({part})::TINYINT AS part, key, {starts_at} AS starts_at, kind, sample, category,
    severity, is_open, count(*)::BIGINT AS findings, sum(occurrences)::BIGINT AS occurrences
FROM keyed
GROUP BY ALL
ORDER BY part, starts_at

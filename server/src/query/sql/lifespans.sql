WITH
-- One row per finding and value of the dimension, with the time it was seen; services that do not tell count their own.
keyed AS (
    SELECT
        {key} AS key,
        f.occurrences,
        f.closed_at,
        coalesce(f.first_seen, f.created_at) AS first_seen,
        coalesce(f.last_seen, f.updated_at) AS last_seen
    FROM finding f
    WHERE {conditions}
)
SELECT
    key,
    count(*),
    sum(occurrences)::BIGINT,
    count(*) FILTER (closed_at IS NULL),
    min(first_seen) AS first_seen,
    max(last_seen)
FROM keyed
GROUP BY key
ORDER BY first_seen DESC, key

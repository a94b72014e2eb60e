WITH
-- One row per finding and value of the dimension.
keyed AS (
    SELECT {key} AS key, f.occurrences
    FROM finding f
    WHERE {conditions}
)
SELECT key, count(*) AS findings, sum(occurrences)::BIGINT AS occurrences
FROM keyed
GROUP BY key
ORDER BY findings DESC, key

WITH
-- Findings of the window with the bucket they were created in.
placed AS (
    SELECT f.*, bucket.number
    FROM finding f
    JOIN {spans} ON f.created_at >= bucket.start AND f.created_at < bucket.stop
    WHERE {conditions}
),
-- One row per finding and value of the dimension; NULL stands for every finding once.
keyed AS (
    SELECT f.number, {key} AS key FROM placed f
    UNION ALL
    SELECT f.number, NULL FROM placed f
)
SELECT number, key, count(*)::BIGINT
FROM keyed
GROUP BY number, key

WITH
-- Repetitions by the time they were observed, whenever their finding was created.
placed AS (
    SELECT f.*, v.count_delta, bucket.number
    FROM finding_version v
    JOIN {spans} ON v.occurred_at >= bucket.start AND v.occurred_at < bucket.stop
    JOIN finding f ON f.finding_key = v.finding_key
    WHERE v.count_delta > 0 AND {conditions}
),
-- One row per repetition and value of the dimension; NULL stands for every repetition once.
keyed AS (
    SELECT f.number, {key} AS key, f.count_delta FROM placed f
    UNION ALL
    SELECT f.number, NULL, f.count_delta FROM placed f
)
SELECT number, key, sum(count_delta)::BIGINT
FROM keyed
GROUP BY number, key

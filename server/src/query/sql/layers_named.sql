-- Findings of every place that they name by kind and by the bucket they were created in, counted one by one; those of
-- the window before are in bucket -1, all others in none.
WITH
named AS (
    SELECT
        unnest(f.{places}) AS place, f.kind, {bucket} AS bucket,
        CASE WHEN f.closed_at IS NULL THEN f.severity_rank END AS open_rank
    FROM finding f
    WHERE {conditions}
)
SELECT place, kind, bucket, count(*) AS findings, count(open_rank) AS open, max(open_rank) AS worst
FROM named
GROUP BY ALL

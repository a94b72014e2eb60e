-- Families that were covered and are not, since $1: the newest row, and the one before it.
WITH
changes AS (
    SELECT
        account_id, region, cluster_arn, family, verdict, observed_at,
        lag(verdict) OVER one AS before,
        row_number() OVER (PARTITION BY cluster_arn, family ORDER BY observed_at DESC) AS age
    FROM family_verdict
    WINDOW one AS (PARTITION BY cluster_arn, family ORDER BY observed_at)
)
SELECT account_id, region, cluster_arn, family, before, verdict, observed_at
FROM changes
WHERE age = 1 AND before = 'covered' AND verdict IN ('partly', 'gap', 'excluded', 'unsupported') AND observed_at >= ?
ORDER BY observed_at DESC, cluster_arn, family

-- Since when each family of each cluster has the verdict it has, whatever reasons it had meanwhile; without those of which
-- nothing ran any more when somebody last could tell.
WITH
changes AS (
    SELECT
        cluster_arn, family, verdict, observed_at,
        lag(verdict) OVER (PARTITION BY cluster_arn, family ORDER BY observed_at) AS before
    FROM family_verdict
)
SELECT cluster_arn, family, max(observed_at)
FROM changes
WHERE before IS NULL OR before <> verdict
GROUP BY cluster_arn, family
HAVING arg_max(verdict, observed_at) <> 'none'

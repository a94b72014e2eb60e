-- The newest verdict about each family of each cluster of an account and Region.
SELECT cluster_arn, family, verdict, reason
FROM family_verdict
WHERE account_id = ? AND region = ?
QUALIFY row_number() OVER (PARTITION BY cluster_arn, family ORDER BY observed_at DESC) = 1

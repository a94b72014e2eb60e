-- The newest row of each cluster of an account and Region; what is gone does not stand.
SELECT account_id, cluster, status, issue, issues, management, covered_hosts, compatible_hosts, updated_at
FROM cluster_verdict
WHERE {account} = ? AND region = ?
QUALIFY row_number() OVER (PARTITION BY account_id, cluster ORDER BY observed_at DESC) = 1 AND status <> 'GONE'

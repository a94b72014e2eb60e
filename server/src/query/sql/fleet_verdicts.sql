-- AWS's verdict about each cluster as it stands, whoever asked last.
SELECT
    account_id, cluster, status, issue, issues, management, covered_hosts, compatible_hosts, updated_at, region,
    observed_at
FROM cluster_verdict
QUALIFY row_number() OVER (PARTITION BY account_id, region, cluster ORDER BY observed_at DESC) = 1 AND status <> 'GONE'
ORDER BY account_id, region, cluster

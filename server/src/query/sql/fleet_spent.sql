-- Time of tasks by cluster and family, between two moments.
SELECT
    account_id, region, cluster_arn, family,
    sum(task_seconds)::BIGINT, sum(covered_task_seconds)::BIGINT, sum(unknown_task_seconds)::BIGINT
FROM workload_hour
WHERE starts_at >= ? AND starts_at < ? AND {conditions}
GROUP BY account_id, region, cluster_arn, family

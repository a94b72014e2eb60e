-- What ran on Fargate, and how much of it was watched.
SELECT
    account_id, region, cluster_arn, family,
    sum(task_seconds)::BIGINT AS task_seconds,
    sum(cpu_unit_seconds)::BIGINT AS cpu_unit_seconds,
    sum(covered_cpu_unit_seconds)::BIGINT AS covered_cpu_unit_seconds
FROM workload_hour
WHERE starts_at >= ? AND launch_type = 'FARGATE'
GROUP BY account_id, region, cluster_arn, family
ORDER BY account_id, region, cluster_arn, family

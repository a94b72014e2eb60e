-- Time of tasks by family, between two moments.
SELECT account_id, region, family, sum(task_seconds)::BIGINT, sum(covered_task_seconds)::BIGINT
FROM workload_hour
WHERE starts_at >= ? AND starts_at < ?
GROUP BY account_id, region, family

-- Time of tasks by hour, between two moments.
SELECT
    starts_at, sum(task_seconds)::BIGINT, sum(covered_task_seconds)::BIGINT, sum(unknown_task_seconds)::BIGINT
FROM workload_hour
WHERE starts_at >= ? AND starts_at < ? AND {conditions}
GROUP BY starts_at

-- Adds staged seconds to the hours they belong to.
MERGE INTO workload_hour AS kept
USING staged_workload_hour AS more
ON kept.account_id = more.account_id AND kept.region = more.region AND kept.cluster_arn = more.cluster_arn
    AND kept.family = more.family AND kept.launch_type = more.launch_type AND kept.starts_at = more.starts_at
WHEN MATCHED THEN UPDATE SET
    task_seconds = kept.task_seconds + more.task_seconds,
    covered_task_seconds = kept.covered_task_seconds + more.covered_task_seconds,
    unknown_task_seconds = kept.unknown_task_seconds + more.unknown_task_seconds,
    cpu_unit_seconds = kept.cpu_unit_seconds + more.cpu_unit_seconds,
    covered_cpu_unit_seconds = kept.covered_cpu_unit_seconds + more.covered_cpu_unit_seconds,
    unsized_task_seconds = kept.unsized_task_seconds + more.unsized_task_seconds
WHEN NOT MATCHED THEN INSERT

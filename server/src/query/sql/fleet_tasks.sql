-- Tasks that ran when somebody last looked, with our verdict.
SELECT
    account_id, region, cluster_arn, task_arn, family, revision, service, launch_type, platform_version, cpu_units,
    agent_reason, verdict, reason
FROM ecs_task
ORDER BY cluster_arn, family, task_arn

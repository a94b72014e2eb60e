-- What ran on Fargate, how much of it was watched, and our verdict about it as it stands.
WITH
ran AS (
    SELECT
        account_id, region, cluster_arn, family,
        sum(task_seconds)::BIGINT AS task_seconds,
        sum(cpu_unit_seconds)::BIGINT AS cpu_unit_seconds,
        sum(covered_cpu_unit_seconds)::BIGINT AS covered_cpu_unit_seconds
    FROM workload_hour
    WHERE starts_at >= ? AND launch_type = 'FARGATE'
    GROUP BY account_id, region, cluster_arn, family
),
-- A family that runs no more keeps what was last said of it while it ran.
judged AS (
    SELECT account_id, region, cluster_arn, family, verdict
    FROM family_verdict
    WHERE verdict <> 'none'
    QUALIFY row_number() OVER (
        PARTITION BY account_id, region, cluster_arn, family ORDER BY observed_at DESC
    ) = 1
)
SELECT
    ran.account_id, ran.region, ran.cluster_arn, ran.family, ran.task_seconds, ran.cpu_unit_seconds,
    ran.covered_cpu_unit_seconds, judged.verdict
FROM ran
LEFT JOIN judged ON judged.account_id = ran.account_id AND judged.region = ran.region
    AND judged.cluster_arn = ran.cluster_arn AND judged.family = ran.family
ORDER BY ran.account_id, ran.region, ran.cluster_arn, ran.family

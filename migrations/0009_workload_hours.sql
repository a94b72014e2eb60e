-- What ran, hour by hour: observed, not billed. The ground under "quiet or blind?" and under the cost of a workload.

-- How much of an hour of an account and Region was looked at. No row: nobody looked, and nothing is known of the hour.
CREATE TABLE fleet_hour (
    account_id        VARCHAR NOT NULL,
    region            VARCHAR NOT NULL,
    starts_at         TIMESTAMP NOT NULL,   -- UTC, a whole hour
    observed_seconds  BIGINT NOT NULL       -- at most 3600
);

-- What ran in it, a row per workload. Seconds are summed over tasks: two tasks for an hour are 7200 task seconds.
-- CPU units are those of ECS, 1024 to a vCPU; the units are of the task, as AWS counts them for Runtime Monitoring.
CREATE TABLE workload_hour (
    account_id                VARCHAR NOT NULL,
    region                    VARCHAR NOT NULL,
    cluster_arn               VARCHAR NOT NULL,
    family                    VARCHAR NOT NULL,
    launch_type               VARCHAR NOT NULL,   -- FARGATE | EC2 | EXTERNAL | MANAGED_INSTANCES, as ECS says
    starts_at                 TIMESTAMP NOT NULL, -- UTC, a whole hour
    task_seconds              BIGINT NOT NULL,
    covered_task_seconds      BIGINT NOT NULL,    -- of them with an agent seen running in the task
    unknown_task_seconds      BIGINT NOT NULL,    -- of them not told: AWS did not say enough
    cpu_unit_seconds          BIGINT NOT NULL,    -- over tasks whose size is known
    covered_cpu_unit_seconds  BIGINT NOT NULL,
    unsized_task_seconds      BIGINT NOT NULL     -- of task_seconds, those of tasks that tell no size
);

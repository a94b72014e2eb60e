-- Whether GuardDuty's agent runs where tasks run: looked at account by account and Region by Region.
--
-- Not to be confused with sync_covered, which is time in which somebody looked for findings. Tables that begin with ecs_
-- and detector_ hold what the last good look saw and are replaced by the next one; the others grow when something changes.

-- How each API of a look went the last time. An API that was refused leaves the others' rows alone.
CREATE TABLE coverage_part (
    account_id       VARCHAR NOT NULL,   -- the account whose credentials asked
    region           VARCHAR NOT NULL,
    part             VARCHAR NOT NULL,   -- detector | verdicts | statistics | clusters | services | tasks | hub
    outcome          VARCHAR NOT NULL,   -- ok | failed | denied | not-enabled | off
    error            VARCHAR,            -- safe to show
    last_attempt_at  TIMESTAMP NOT NULL,
    last_success_at  TIMESTAMP,
    requests         BIGINT NOT NULL,    -- of the whole look
    throttles        BIGINT NOT NULL,
    took_ms          BIGINT NOT NULL
);

-- Features of GuardDuty's detector; none where GuardDuty is off. An additional configuration stands under its own name.
CREATE TABLE detector_feature (
    account_id  VARCHAR NOT NULL,
    region      VARCHAR NOT NULL,
    feature     VARCHAR NOT NULL,   -- DETECTOR, RUNTIME_MONITORING, ECS_FARGATE_AGENT_MANAGEMENT, …
    status      VARCHAR NOT NULL,   -- ENABLED | DISABLED, as AWS says
    updated_at  TIMESTAMP           -- since when it is so, as AWS says
);

-- AWS's verdict about a cluster, a row per change. The newest row of a cluster stands unless it was gone by then.
CREATE TABLE cluster_verdict (
    asked_account_id  VARCHAR NOT NULL,   -- a delegated administrator sees its members' clusters
    account_id        VARCHAR NOT NULL,
    region            VARCHAR NOT NULL,
    cluster           VARCHAR NOT NULL,   -- a name: GuardDuty tells no ARN
    status            VARCHAR NOT NULL,   -- HEALTHY | UNHEALTHY | GONE (our word: no longer listed)
    issue             VARCHAR,
    issues            VARCHAR NOT NULL,   -- of Fargate, joined by the unit separator
    management        VARCHAR,            -- AUTO_MANAGED | DISABLED, as AWS says
    covered_hosts     BIGINT,             -- EC2 instances with an agent, of those that could have one
    compatible_hosts  BIGINT,
    updated_at        TIMESTAMP,          -- as AWS says; no heartbeat
    observed_at       TIMESTAMP NOT NULL  -- when we first saw it so
);

-- AWS's own count of clusters by verdict, a row per change.
CREATE TABLE coverage_statistics (
    account_id   VARCHAR NOT NULL,
    region       VARCHAR NOT NULL,
    healthy      BIGINT NOT NULL,
    unhealthy    BIGINT NOT NULL,
    observed_at  TIMESTAMP NOT NULL
);

CREATE TABLE ecs_cluster (
    account_id       VARCHAR NOT NULL,
    region           VARCHAR NOT NULL,
    cluster_arn      VARCHAR NOT NULL,
    cluster          VARCHAR NOT NULL,
    managed_tag      VARCHAR,            -- value of the tag GuardDutyManaged
    services         BIGINT,             -- active ones, as ECS counts them
    hosts            BIGINT,             -- registered container instances
    tasks_error      VARCHAR             -- why its tasks could not be listed; NULL: they were
);

CREATE TABLE ecs_service (
    account_id   VARCHAR NOT NULL,
    region       VARCHAR NOT NULL,
    cluster_arn  VARCHAR NOT NULL,
    service      VARCHAR NOT NULL
);

-- Tasks that ran when we last looked.
CREATE TABLE ecs_task (
    account_id        VARCHAR NOT NULL,
    region            VARCHAR NOT NULL,
    cluster_arn       VARCHAR NOT NULL,
    task_arn          VARCHAR NOT NULL,
    family            VARCHAR NOT NULL,
    revision          VARCHAR NOT NULL,   -- empty where the definition's ARN has none
    service           VARCHAR,            -- NULL: started without one
    launch_type       VARCHAR NOT NULL,   -- FARGATE | EC2 | EXTERNAL | MANAGED_INSTANCES, as ECS says
    platform_version  VARCHAR,
    platform_family   VARCHAR,
    architecture      VARCHAR,
    cpu_units         BIGINT,             -- 1024 to a vCPU
    memory_mib        BIGINT,
    started_at        TIMESTAMP,
    agent             VARCHAR NOT NULL,   -- running | stopped | starting | absent | unknown
    agent_exit_code   BIGINT,
    agent_reason      VARCHAR,            -- as ECS says
    verdict           VARCHAR NOT NULL,   -- ours, of this task
    reason            VARCHAR             -- ours; NULL where it is covered
);

-- Our verdict about a family in a cluster, a row per change; `none` when nothing of it runs any more.
CREATE TABLE family_verdict (
    account_id   VARCHAR NOT NULL,
    region       VARCHAR NOT NULL,
    cluster_arn  VARCHAR NOT NULL,
    family       VARCHAR NOT NULL,
    verdict      VARCHAR NOT NULL,
    reason       VARCHAR,
    tasks        BIGINT NOT NULL,
    covered      BIGINT NOT NULL,
    observed_at  TIMESTAMP NOT NULL
);

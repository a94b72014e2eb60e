-- Which resources belong to what runs, and what Security Hub is told to look at. Both are as the last good look saw
-- them, and are replaced by the next one.

-- A finding that names one of these resources concerns the workload, even if it does not name the workload itself.
CREATE TABLE workload_resource (
    account_id     VARCHAR NOT NULL,
    region         VARCHAR NOT NULL,
    cluster_arn    VARCHAR NOT NULL,
    family         VARCHAR NOT NULL,
    resource_type  VARCHAR NOT NULL,   -- image | service | security-group
    resource_id    VARCHAR NOT NULL    -- digest | ARN | ARN
);

-- Standards that are subscribed to, and products whose findings Security Hub takes, of the account that was asked.
CREATE TABLE hub_enabled (
    account_id  VARCHAR NOT NULL,
    region      VARCHAR NOT NULL,
    what        VARCHAR NOT NULL,      -- standard | product
    name        VARCHAR NOT NULL,      -- standards/…/v/… | aws/inspector: the end of its ARN
    status      VARCHAR                -- of a standard, as Security Hub says: READY, PENDING, INCOMPLETE, …
);

-- What leads from a place, a cluster's ARN or `account/region/family`, to findings that concern it without naming it.
CREATE VIEW workload_link AS
WITH
-- What runs, or has a service.
running AS (
    SELECT account_id, region, cluster_arn, family FROM ecs_task
    UNION
    SELECT account_id, region, cluster_arn, family FROM workload_resource
),
-- Everything that runs leads to its cluster, and a cluster to everything that runs in it.
linked AS (
    SELECT account_id, region, cluster_arn, family, resource_type AS kind, resource_id AS id FROM workload_resource
    UNION ALL
    SELECT account_id, region, cluster_arn, family, 'cluster', cluster_arn FROM running
    UNION ALL
    SELECT account_id, region, cluster_arn, family, 'family', account_id || '/' || region || '/' || family FROM running
)
SELECT account_id || '/' || region || '/' || family AS place, family AS label, kind, id
FROM linked WHERE kind <> 'family'
UNION
SELECT cluster_arn, split_part(cluster_arn, '/', 2), kind, id FROM linked;

-- What belongs to a workload, and what reaches it.

-- What a service is and what reaches it, so that services have verdicts and gaps are ordered by exposure, too. NULL until the
-- next look; where ECS does not tell, it stays NULL, which is unknown and not "no".
ALTER TABLE ecs_service ADD COLUMN service_arn VARCHAR;
ALTER TABLE ecs_service ADD COLUMN family VARCHAR;          -- NULL: another controller than ECS decides
ALTER TABLE ecs_service ADD COLUMN load_balancers BIGINT;   -- it is registered with
ALTER TABLE ecs_service ADD COLUMN public_ip BOOLEAN;       -- whether its tasks get public addresses

-- Tags of resources that may name a workload, as findings told them: only keys of the setting aws.workload_tags.
CREATE TABLE resource_tag (
    account_id   VARCHAR NOT NULL,
    region       VARCHAR NOT NULL,
    resource_id  VARCHAR NOT NULL,    -- as findings name it: mostly an ARN
    tag_key      VARCHAR NOT NULL,
    tag_value    VARCHAR NOT NULL,
    told_at      TIMESTAMP NOT NULL   -- update time of the document that told it
);

-- What leads from a place, a cluster's ARN or `account/region/family`, to findings that concern it without naming it.
CREATE OR REPLACE VIEW workload_link AS
WITH
-- What runs, or has a service.
running AS (
    SELECT account_id, region, cluster_arn, family FROM ecs_task
    UNION
    SELECT account_id, region, cluster_arn, family FROM workload_resource
),
-- What it goes by in tags: the family's name and the names of its services.
called AS (
    SELECT account_id, region, cluster_arn, family, family AS name FROM running
    UNION
    SELECT account_id, region, cluster_arn, family, split_part(resource_id, '/', -1)
    FROM workload_resource WHERE resource_type = 'service'
),
-- Everything that runs leads to its cluster, and a cluster to everything that runs in it. A tag leads to what goes by its
-- value in the same account and Region.
linked AS (
    SELECT account_id, region, cluster_arn, family, resource_type AS kind, resource_id AS id FROM workload_resource
    UNION ALL
    SELECT account_id, region, cluster_arn, family, 'cluster', cluster_arn FROM running
    UNION ALL
    SELECT account_id, region, cluster_arn, family, 'family', account_id || '/' || region || '/' || family FROM running
    UNION ALL
    SELECT called.account_id, called.region, called.cluster_arn, called.family, 'tagged', tag.resource_id
    FROM called JOIN resource_tag tag
        ON tag.account_id = called.account_id AND tag.region = called.region AND tag.tag_value = called.name
)
SELECT account_id || '/' || region || '/' || family AS place, family AS label, kind, id
FROM linked WHERE kind <> 'family'
UNION
SELECT cluster_arn, split_part(cluster_arn, '/', 2), kind, id FROM linked;

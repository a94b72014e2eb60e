-- Open findings, the distinct resources they are about, and how many of those belong to a workload. A finding without a
-- resource is about one of its own.
WITH
linked AS (
    SELECT DISTINCT id FROM workload_link WHERE kind IN ('security-group', 'tagged', 'image')
),
-- Many findings are about the same: what they name is looked up once.
alike AS MATERIALIZED (
    SELECT f.resource_id, f.image_digests, count(*) AS findings, max(f.severity_rank) AS worst
    FROM finding f
    WHERE {conditions}
    GROUP BY ALL
),
named AS (
    SELECT image_digests, unnest(image_digests) AS id FROM (SELECT DISTINCT image_digests FROM alike)
),
running AS (
    SELECT DISTINCT image_digests FROM named WHERE id IN (FROM linked)
),
told AS (
    SELECT *, coalesce(resource_id IN (FROM linked), false) OR image_digests IN (FROM running) AS tied FROM alike
)
SELECT
    coalesce(sum(findings), 0)::BIGINT,
    max(worst),
    (count(DISTINCT resource_id) + coalesce(sum(findings) FILTER (resource_id IS NULL), 0))::BIGINT,
    (
        count(DISTINCT resource_id) FILTER (tied)
        + coalesce(sum(findings) FILTER (tied AND resource_id IS NULL), 0)
    )::BIGINT
FROM told

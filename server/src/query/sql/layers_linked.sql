-- The same of every place that findings do not name, but that something they name leads to (linked.sql). Threats have
-- none.
WITH
-- What leads where. A cluster's own ARN leads to nothing that does not name the cluster.
link AS MATERIALIZED (
    SELECT DISTINCT kind, id, place
    FROM workload_link
    WHERE contains(place, ':cluster/') = {by_cluster} AND NOT (kind = 'cluster' AND id = place)
),
-- Few are the things that findings name, and many the findings that name the same: what tells nothing here is left out.
chosen AS (
    SELECT
        f.services, f.image_digests, f.families,
        CASE WHEN {by_cluster} OR (len(f.families) = 0 AND len(f.services) = 0) THEN f.clusters ELSE [] END AS clusters,
        CASE
            WHEN f.resource_id IN (SELECT id FROM link WHERE kind IN ('security-group', 'tagged')) THEN f.resource_id
        END AS resource_id,
        f.kind, {bucket} AS bucket, CASE WHEN f.closed_at IS NULL THEN f.severity_rank END AS open_rank
    FROM finding f
    WHERE {conditions}
),
alike AS (
    SELECT *, count(*) AS findings FROM chosen GROUP BY ALL
),
numbered AS MATERIALIZED (
    SELECT row_number() OVER () AS number, * FROM alike
),
-- What names a resource.
named AS (
    SELECT number, 'service' AS kind, unnest(services) AS id FROM numbered
    UNION ALL
    SELECT number, 'image', unnest(image_digests) FROM numbered
    UNION ALL
    SELECT number, 'family', unnest(families) FROM numbered
    UNION ALL
    SELECT number, 'security-group', resource_id FROM numbered
    UNION ALL
    SELECT number, 'tagged', resource_id FROM numbered
    UNION ALL
    SELECT number, 'cluster', unnest(clusters) FROM numbered WHERE len(families) = 0 AND len(services) = 0
),
-- Where it leads, each place once, however many ways lead there.
linked AS (
    SELECT DISTINCT named.number, link.place
    FROM named JOIN link ON link.kind = named.kind AND link.id = named.id
)
SELECT
    linked.place, alike.kind, alike.bucket, sum(alike.findings)::BIGINT AS findings,
    coalesce(sum(alike.findings) FILTER (alike.open_rank IS NOT NULL), 0)::BIGINT AS open, max(alike.open_rank) AS worst
FROM linked JOIN numbered alike USING (number)
WHERE NOT list_contains(alike.{places}, linked.place)
GROUP BY ALL

-- Open and new findings of every place by kind and by the bucket they were created in; what is not new has none. A finding
-- concerns a place if it names it; what is no threat also if it names something that leads there. The same as the filter
-- `workload` says of one place (linked.sql).
WITH
-- Of threats what is open or was created in one of the two windows; nothing else is counted, and few are the others.
chosen AS (
    SELECT
        f.rowid AS number, f.kind, f.severity_rank, f.clusters, f.families, f.services, f.image_digests, f.resource_id,
        f.closed_at IS NULL AS is_open,
        f.created_at >= ?::TIMESTAMP AND f.created_at < ?::TIMESTAMP AS is_new,
        f.created_at >= ?::TIMESTAMP AND f.created_at < ?::TIMESTAMP AS was_new,
        CASE WHEN is_new THEN {bucket} END AS bucket
    FROM finding f
    WHERE (f.kind <> 'threat' OR f.closed_at IS NULL OR f.created_at >= ?::TIMESTAMP) AND {conditions}
),
threat AS (
    FROM chosen WHERE kind = 'threat'
),
-- Read several times.
other AS MATERIALIZED (
    FROM chosen WHERE kind <> 'threat'
),
-- What names a resource.
named AS (
    SELECT number, 'service' AS kind, unnest(services) AS id FROM other
    UNION ALL
    SELECT number, 'image', unnest(image_digests) FROM other
    UNION ALL
    SELECT number, 'family', unnest(families) FROM other
    UNION ALL
    SELECT number, 'security-group', resource_id FROM other
    UNION ALL
    SELECT number, 'tagged', resource_id FROM other
    UNION ALL
    SELECT number, 'cluster', unnest(clusters) FROM other WHERE len(families) = 0 AND len(services) = 0
),
-- Each place once, however many ways lead there.
concerned AS (
    SELECT named.number, link.place
    FROM named JOIN workload_link link ON link.kind = named.kind AND link.id = named.id
    WHERE contains(link.place, ':cluster/') = {by_cluster}
    UNION
    SELECT number, unnest({places}) FROM other
),
-- Threats name what they are about, each place once: most findings need no more.
counted AS (
    SELECT concerned.place, other.kind, other.bucket, other.is_open, other.severity_rank, other.is_new, other.was_new
    FROM concerned JOIN other USING (number)
    UNION ALL
    SELECT unnest(list_distinct({places})), kind, bucket, is_open, severity_rank, is_new, was_new
    FROM threat
)
SELECT
    place, kind, bucket,
    count(*) FILTER (is_open) AS open,
    max(severity_rank) FILTER (is_open) AS worst,
    count(*) FILTER (is_new) AS new,
    count(*) FILTER (was_new) AS previous
FROM counted
GROUP BY ALL

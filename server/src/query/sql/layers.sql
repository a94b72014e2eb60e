-- Open and new findings of every place by kind and by the bucket they were created in; what is not new has none. A finding concerns a place if it names it; what is no threat also if it
-- names something that leads there. The same as the filter `workload` says of one place (linked.sql).
WITH
-- What is open, or was created in one of the two windows.
chosen AS (
    SELECT
        f.finding_key, f.kind, f.severity_rank, f.clusters, f.families, f.services, f.image_digests, f.resource_id,
        f.closed_at IS NULL AS is_open,
        f.created_at >= ?::TIMESTAMP AND f.created_at < ?::TIMESTAMP AS is_new,
        f.created_at >= ?::TIMESTAMP AND f.created_at < ?::TIMESTAMP AS was_new,
        CASE WHEN is_new THEN bucket.number END AS bucket
    FROM finding f ASOF LEFT JOIN {spans} ON f.created_at >= bucket.start
    WHERE {conditions}
),
-- What names a resource.
named AS (
    SELECT finding_key, 'service' AS kind, unnest(services) AS id FROM chosen WHERE kind <> 'threat'
    UNION ALL
    SELECT finding_key, 'image', unnest(image_digests) FROM chosen WHERE kind <> 'threat'
    UNION ALL
    SELECT finding_key, 'family', unnest(families) FROM chosen WHERE kind <> 'threat'
    UNION ALL
    SELECT finding_key, 'security-group', resource_id FROM chosen WHERE kind <> 'threat'
    UNION ALL
    SELECT finding_key, 'tagged', resource_id FROM chosen WHERE kind <> 'threat'
    UNION ALL
    SELECT finding_key, 'cluster', unnest(clusters) FROM chosen
    WHERE kind <> 'threat' AND len(families) = 0 AND len(services) = 0
),
-- Each place once, however many ways lead there.
concerned AS (
    SELECT named.finding_key, link.place
    FROM named JOIN workload_link link ON link.kind = named.kind AND link.id = named.id
    WHERE contains(link.place, ':cluster/') = {by_cluster}
    UNION
    SELECT finding_key, unnest({places}) FROM chosen
)
SELECT
    concerned.place, chosen.kind, chosen.bucket,
    count(*) FILTER (chosen.is_open) AS open,
    max(chosen.severity_rank) FILTER (chosen.is_open) AS worst,
    count(*) FILTER (chosen.is_new) AS new,
    count(*) FILTER (chosen.was_new) AS previous
FROM concerned JOIN chosen USING (finding_key)
GROUP BY ALL

-- Open and new findings of every place by kind and by the bucket they were created in; what is not new has none. A finding
-- concerns a place if it names it; what is no threat also if it names something that leads there. The same as the filter
-- `workload` says of one place (linked.sql).
WITH
-- Of threats what is open or was created in one of the two windows; nothing else is counted, and few are the others. Asked
-- for column by column: all columns of all rows at once would not fit into memory.
chosen AS NOT MATERIALIZED (
    SELECT
        f.rowid AS number, f.kind, f.severity_rank, f.clusters, f.families, f.services, f.image_digests, f.resource_id,
        f.closed_at IS NULL AS is_open,
        f.created_at >= ?::TIMESTAMP AND f.created_at < ?::TIMESTAMP AS is_new,
        f.created_at >= ?::TIMESTAMP AND f.created_at < ?::TIMESTAMP AS was_new,
        CASE WHEN is_new THEN {bucket} END AS bucket
    FROM finding f
    WHERE (f.kind <> 'threat' OR f.closed_at IS NULL OR f.created_at >= ?::TIMESTAMP) AND {conditions}
),
-- What names a resource.
named AS (
    SELECT number, 'service' AS kind, unnest(services) AS id FROM chosen WHERE kind <> 'threat'
    UNION ALL
    SELECT number, 'image', unnest(image_digests) FROM chosen WHERE kind <> 'threat'
    UNION ALL
    SELECT number, 'family', unnest(families) FROM chosen WHERE kind <> 'threat'
    UNION ALL
    SELECT number, 'security-group', resource_id FROM chosen WHERE kind <> 'threat'
    UNION ALL
    SELECT number, 'tagged', resource_id FROM chosen WHERE kind <> 'threat'
    UNION ALL
    SELECT number, 'cluster', unnest(clusters) FROM chosen
    WHERE kind <> 'threat' AND len(families) = 0 AND len(services) = 0
),
-- Where resources lead, each place once, however many ways lead there.
linked AS (
    SELECT DISTINCT named.number, link.place
    FROM named JOIN workload_link link ON link.kind = named.kind AND link.id = named.id
    WHERE contains(link.place, ':cluster/') = {by_cluster}
),
-- Every place of a finding once: those it names, and those it is led to and does not name.
counted AS (
    SELECT linked.place, f.kind, f.bucket, f.is_open, f.severity_rank, f.is_new, f.was_new
    FROM linked JOIN chosen f USING (number)
    WHERE NOT list_contains(f.{places}, linked.place)
    UNION ALL
    SELECT unnest(list_distinct({places})), kind, bucket, is_open, severity_rank, is_new, was_new
    FROM chosen
)
SELECT
    place, kind, bucket,
    count(*) FILTER (is_open) AS open,
    max(severity_rank) FILTER (is_open) AS worst,
    count(*) FILTER (is_new) AS new,
    count(*) FILTER (was_new) AS previous
FROM counted
GROUP BY ALL

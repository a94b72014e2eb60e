-- Open findings, the distinct resources they are about, and how many of those belong to a workload.
WITH
linked AS (
    SELECT DISTINCT id FROM workload_link WHERE kind IN ('security-group', 'tagged', 'image')
)
SELECT
    count(*),
    max(f.severity_rank),
    count(DISTINCT coalesce(f.resource_id, f.finding_key)),
    count(DISTINCT coalesce(f.resource_id, f.finding_key)) FILTER (
        f.resource_id IN (SELECT id FROM linked)
        OR list_has_any(f.image_digests, (SELECT coalesce(list(id), []) FROM linked))
    )
FROM finding f
WHERE {conditions}

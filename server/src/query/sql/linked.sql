(
    f.kind <> 'threat' AND (
        list_has_any(f.services, (SELECT coalesce(list(id), []) FROM workload_link WHERE ? IN (place, label) AND kind = 'service'))
        OR list_has_any(f.image_digests, (SELECT coalesce(list(id), []) FROM workload_link WHERE ? IN (place, label) AND kind = 'image'))
        OR list_has_any(f.families, (SELECT coalesce(list(id), []) FROM workload_link WHERE ? IN (place, label) AND kind = 'family'))
        OR f.resource_id IN (SELECT id FROM workload_link WHERE ? IN (place, label) AND kind IN ('security-group', 'tagged'))
        OR (
            len(f.families) = 0 AND len(f.services) = 0
            AND list_has_any(f.clusters, (SELECT coalesce(list(id), []) FROM workload_link WHERE ? IN (place, label) AND kind = 'cluster'))
        )
    )
)

-- Most findings name one resource of a kind: that one is looked up with all others at once; lists are looked through
-- only where there are more.
(
    f.kind <> 'threat' AND (
        f.services[1] IN (SELECT id FROM workload_link WHERE ? IN (place, label) AND kind = 'service')
        OR f.image_digests[1] IN (SELECT id FROM workload_link WHERE ? IN (place, label) AND kind = 'image')
        OR f.families[1] IN (SELECT id FROM workload_link WHERE ? IN (place, label) AND kind = 'family')
        OR f.resource_id IN (SELECT id FROM workload_link WHERE ? IN (place, label) AND kind IN ('security-group', 'tagged'))
        OR (
            len(f.services) > 1
            AND list_has_any(f.services, (SELECT coalesce(list(id), []) FROM workload_link WHERE ? IN (place, label) AND kind = 'service'))
        )
        OR (
            len(f.image_digests) > 1
            AND list_has_any(f.image_digests, (SELECT coalesce(list(id), []) FROM workload_link WHERE ? IN (place, label) AND kind = 'image'))
        )
        OR (
            len(f.families) > 1
            AND list_has_any(f.families, (SELECT coalesce(list(id), []) FROM workload_link WHERE ? IN (place, label) AND kind = 'family'))
        )
        OR (
            len(f.families) = 0 AND len(f.services) = 0
            AND list_has_any(f.clusters, (SELECT coalesce(list(id), []) FROM workload_link WHERE ? IN (place, label) AND kind = 'cluster'))
        )
    )
)

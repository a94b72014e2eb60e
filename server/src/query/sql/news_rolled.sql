WITH
-- Things that began in the window, the latest of each part: all their findings are of the window.
fresh AS (
    SELECT r.part, r.place, r.type, sum(r.findings)::BIGINT AS findings, min(r.first_at) AS first_at
    FROM rollup_first r
    WHERE {facts}
    GROUP BY r.part, r.place, r.type
    HAVING min(r.first_at) >= ?
    QUALIFY row_number() OVER (PARTITION BY r.part ORDER BY min(r.first_at) DESC, r.place, r.type) <= {limit}
)
SELECT
    n.part, n.place, n.type, n.first_at, n.findings,
    -- The revision of the first finding, where it is of this place's family or the only one.
    arg_min_null(CASE
        WHEN n.part IN ({of_families}) THEN list_filter(f.revisions, lambda key: starts_with(key, n.place || ':'))[1]
        WHEN len(f.revisions) = 1 THEN f.revisions[1]
    END, f.finding_key)
FROM fresh n
JOIN finding f
    ON f.created_at = n.first_at
    AND (n.type = '' OR f.type = n.type)
    AND list_contains(CASE
        WHEN n.part IN ({of_families}) THEN f.families
        WHEN n.part = {of_clusters} THEN f.clusters
        ELSE f.image_digests
    END, n.place)
WHERE {conditions}
GROUP BY ALL
ORDER BY n.part, n.first_at DESC, n.place, n.type

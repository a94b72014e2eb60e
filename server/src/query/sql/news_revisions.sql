WITH
-- Things by number, with the moment they began at.
thing(number, first_at, place, type, of_family, of_cluster) AS (
    VALUES {things}
)
SELECT
    n.number,
    -- The revision of the first finding, where it is of this place's family or the only one.
    arg_min_null(CASE
        WHEN n.of_family THEN list_filter(f.revisions, lambda key: starts_with(key, n.place || ':'))[1]
        WHEN len(f.revisions) = 1 THEN f.revisions[1]
    END, f.finding_key)
FROM thing n
JOIN finding f
    ON f.created_at = n.first_at
    AND (n.type = '' OR f.type = n.type)
    AND list_contains(CASE
        WHEN n.of_family THEN f.families
        WHEN n.of_cluster THEN f.clusters
        ELSE f.image_digests
    END, n.place)
-- Where the rows lie on disk.
WHERE f.created_at BETWEEN ? AND ?
  AND {conditions}
GROUP BY n.number

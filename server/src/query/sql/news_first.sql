-- Findings of the moments in which things began.
SELECT f.finding_key, f.created_at, f.type, f.families, f.clusters, f.image_digests, f.revisions
FROM finding f
-- Where the rows lie on disk.
WHERE f.created_at BETWEEN ? AND ?
  AND {among}
  AND {conditions}

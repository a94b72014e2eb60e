-- Findings of the moments in which things began.
SELECT f.finding_key, f.created_at, f.type, f.revisions{places}
FROM finding f
-- Where the rows lie on disk.
WHERE f.created_at BETWEEN ? AND ?
  AND {among}
  AND {conditions}

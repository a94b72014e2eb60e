-- Findings that AWS forgets in a span of time, and when the first of them goes.
SELECT count(*), min(f.leaves_at)
FROM finding f
WHERE f.leaves_at >= ? AND f.leaves_at < ? AND {conditions}

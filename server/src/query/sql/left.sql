-- Findings that AWS has forgotten by a moment.
SELECT count(*), 0::BIGINT
FROM finding f
WHERE f.leaves_at < ? AND {conditions}

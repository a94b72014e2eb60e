-- Rejected input, newest first, after a place.
-- $1 characters of an excerpt, $2 time and $3 key of the row before or NULL, $4 rows.
SELECT rejected_at, origin, position, reason, left(raw, $1), length(raw) > $1, reject_key
FROM rejected_input
WHERE $2::TIMESTAMP IS NULL OR (rejected_at, reject_key) < ($2::TIMESTAMP, $3)
ORDER BY rejected_at DESC, reject_key DESC
LIMIT $4

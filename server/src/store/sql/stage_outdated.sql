-- The findings last updated before $1, at most $2 of them. What was repeated later counts as updated then.
INSERT INTO staged_key
SELECT finding_key
FROM finding
WHERE greatest(updated_at, last_seen) < CAST($1 AS TIMESTAMP)
LIMIT CAST($2 AS BIGINT)

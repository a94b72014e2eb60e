-- The keys of `staged_key` are gone from one service; a finding is gone when no service has it.
-- The caller has put the same keys and the time into `staged_key` and $1, the service into $2.
UPDATE finding_side
SET expired_at = CAST($1 AS TIMESTAMP)
WHERE source = $2 AND expired_at IS NULL AND finding_key IN (FROM staged_key);

-- What a collector should have returned and did not: documents of service $1 updated since $2 and last read before its
-- sweep began, $3, that nobody has missed yet, in Region $4 or, if that is NULL, in any. At most $5.
-- `seen_key` holds what it returned, `seen_place` the accounts and Regions it can speak for.
SELECT side.finding_key, finding.arn
FROM finding_side AS side
ANTI JOIN seen_key USING (finding_key)
JOIN finding USING (finding_key)
SEMI JOIN seen_place ON seen_place.account = finding.account AND seen_place.region = finding.region
WHERE side.source = $1
    AND side.expired_at IS NULL
    AND side.updated_at >= CAST($2 AS TIMESTAMP)
    AND coalesce(side.confirmed_at, side.observed_at) < CAST($3 AS TIMESTAMP)
    AND (CAST($4 AS VARCHAR) IS NULL OR finding.region = $4)
ORDER BY side.finding_key
LIMIT CAST($5 AS BIGINT);

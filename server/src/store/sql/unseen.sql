-- What a collector might have returned: documents of its service updated since $2 and read before its sweep began, $3,
-- that nobody has missed yet. $4: of every Region, else of $5.
SELECT side.finding_key, finding.arn, finding.account, finding.region
FROM finding_side AS side JOIN finding USING (finding_key)
WHERE side.source = $1
    AND side.expired_at IS NULL
    AND side.updated_at >= CAST($2 AS TIMESTAMP)
    AND side.observed_at < CAST($3 AS TIMESTAMP)
    AND (CAST($4 AS BOOLEAN) OR finding.region = $5);

-- Open findings, and the distinct resources they are about.
SELECT count(*), max(f.severity_rank), count(DISTINCT coalesce(f.resource_id, f.finding_key))
FROM finding f
WHERE {conditions}

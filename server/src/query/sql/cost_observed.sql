-- How long somebody looked at what runs.
SELECT account_id, region, sum(observed_seconds)::BIGINT AS seconds
FROM fleet_hour
WHERE starts_at >= ?
GROUP BY account_id, region
ORDER BY account_id, region

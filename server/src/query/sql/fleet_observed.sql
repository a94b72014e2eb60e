-- Time that was looked at by hour, between two moments, over accounts and Regions.
SELECT starts_at, sum(observed_seconds)::BIGINT
FROM fleet_hour
WHERE starts_at >= ? AND starts_at < ? AND {conditions}
GROUP BY starts_at

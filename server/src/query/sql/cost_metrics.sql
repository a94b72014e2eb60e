-- Days of each metric in UTC, oldest first.
SELECT account_id, region, data_source, starts_at::DATE::TIMESTAMP AS day, sum(amount) AS amount, count(*) AS hours
FROM cost_metric
WHERE starts_at >= ?
GROUP BY account_id, region, data_source, day
ORDER BY account_id, region, data_source, day

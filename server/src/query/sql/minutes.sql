SELECT date_trunc('minute', {order}) AS minute, count(*) AS findings
FROM finding f
WHERE {conditions}
GROUP BY minute
ORDER BY minute

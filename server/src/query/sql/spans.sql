-- How many findings of a list lie in each {unit} that has any.
SELECT date_trunc('{unit}', {order}) AS begun, count(*) AS findings
FROM finding f
WHERE {conditions}
GROUP BY begun
ORDER BY begun

-- What a file shows of findings, and behind it what puts the rows in order.
SELECT {columns}
FROM finding f
WHERE {conditions}

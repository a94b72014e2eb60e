-- What is shown of findings, and behind it what puts the rows in order: sorting wide rows takes longer than reading them.
SELECT {columns}
FROM finding f
WHERE {conditions}

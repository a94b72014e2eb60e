-- Looked up one by one.
SELECT DISTINCT {key} AS key
FROM finding f
WHERE {conditions}

-- Findings of hours by the dimensions that are counted by days alone, of every kind.
SELECT f.created_at, f.slice, f.category, f.severity, f.closed_at IS NULL, f.occurrences, {keys}
FROM finding f
WHERE {span}

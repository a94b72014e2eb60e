UNION ALL
SELECT '{dimension}', {key}, f.findings, f.occurrences
FROM counted f
WHERE f.way = {way}

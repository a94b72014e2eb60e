UNION ALL
SELECT '{dimension}', key, count(*), sum(occurrences)::BIGINT
FROM (SELECT {key} AS key, f.occurrences FROM found f)
GROUP BY key

-- Findings between the ends of windows and whole days, by everything that is asked for at once: few differ in it.
SELECT {number} AS number, count(*)::BIGINT, sum(f.occurrences)::BIGINT, {columns}
FROM finding f
WHERE {span} AND {conditions}
GROUP BY ALL

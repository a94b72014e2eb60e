-- Resources whose id holds a text, those with the most findings first.
WITH
-- One row per resource; findings without one have a row of their own.
counted AS (
    SELECT coalesce(f.resource_id, '(none)') AS id, count(*) AS findings, sum(f.occurrences)::BIGINT AS occurrences
    FROM finding f
    WHERE {conditions}
    GROUP BY id
)
SELECT id, findings, occurrences, count(*) OVER ()
FROM counted
WHERE contains(lower(id), lower(?))
ORDER BY findings DESC, id
LIMIT {most}

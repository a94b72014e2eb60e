-- Findings of a search, counted in several ways by looking once: by their numbers in the dictionary, and by what changes.
WITH
counted AS MATERIALIZED (
    SELECT
        grouping(f.what_id, f.where_id, f.severity, f.workflow) AS way,
        f.what_id, f.where_id, f.severity, f.workflow,
        count(*) AS findings,
        coalesce(sum(f.occurrences), 0)::BIGINT AS occurrences
    FROM finding f
    WHERE {conditions}
    GROUP BY GROUPING SETS ((), (f.what_id), (f.where_id), (f.severity), (f.workflow))
)
-- All of them, each once.
SELECT '' AS dimension, '' AS key, findings, occurrences
FROM counted
WHERE way = 15

WITH
-- The window's findings, counted ahead; one row per key and more.
slice AS (
{slice}
)
SELECT {key} AS key, sum(findings)::BIGINT AS findings, sum(occurrences)::BIGINT AS occurrences
FROM slice
GROUP BY ALL
HAVING sum(findings) <> 0

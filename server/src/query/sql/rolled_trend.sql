WITH
-- The window's findings, counted ahead.
slice AS (
{slice}
)
SELECT {number} AS number, {key} AS key, sum(findings)::BIGINT
FROM slice
GROUP BY ALL
HAVING sum(findings) <> 0

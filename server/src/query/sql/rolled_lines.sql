WITH
-- The window's findings by the keys of several dimensions, counted ahead.
slice AS (
{slice}
)
SELECT part, {number} AS number, key, sum(findings)::BIGINT
FROM slice
GROUP BY ALL
HAVING sum(findings) <> 0

WITH
-- The window's findings, counted ahead; one row per key, category, severity and more.
slice AS (
{slice}
)
SELECT {row}, {column}, sum(findings)::BIGINT
FROM slice
GROUP BY ALL
HAVING sum(findings) <> 0

WITH
-- Where windows end inside an hour: one by one, read once for everything that is counted of them.
edge AS MATERIALIZED (
{edges}
),
-- Windows by number, counted ahead but for their edges; one row per key and more.
slice AS (
{slices}
)
SELECT
    number,
    part,
    CASE WHEN part = {all} THEN coalesce(category, '(none)') ELSE key END AS key,
    sum(findings)::BIGINT,
    sum(occurrences)::BIGINT,
    coalesce(sum(findings) FILTER (severity IN ('high', 'critical')), 0)::BIGINT
FROM slice
GROUP BY ALL
HAVING sum(findings) <> 0

WITH
-- The window's findings, counted ahead but for its edges.
slice AS (
{slice}
),
-- Few rows, before each looks for its bucket.
summed AS (
    SELECT moment, {key} AS key, sum(findings) AS findings
    FROM slice
    GROUP BY ALL
)
SELECT bucket.number, summed.key, sum(summed.findings)::BIGINT
FROM summed
JOIN {spans} ON summed.moment >= bucket.start AND summed.moment < bucket.stop
GROUP BY ALL
HAVING sum(summed.findings) <> 0

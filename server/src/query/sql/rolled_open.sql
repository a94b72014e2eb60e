WITH
created AS (
{created}
),
-- Closed findings by the moment until which they were open.
gone AS (
{gone}
),
-- Few rows, before each is added up at every moment after it.
summed AS (
    SELECT moment, {key} AS key, sum(findings) AS findings
    FROM (FROM created UNION ALL SELECT * REPLACE (-findings AS findings) FROM gone)
    GROUP BY ALL
)
-- Open at a moment: created before it and not gone before it.
SELECT bucket.number, summed.key, sum(summed.findings)::BIGINT
FROM summed
JOIN {spans} ON summed.moment < bucket.stop
GROUP BY ALL
HAVING sum(summed.findings) <> 0

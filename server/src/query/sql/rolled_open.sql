WITH
created AS (
{created}
),
-- Closed findings by the moment until which they were open.
gone AS (
{gone}
)
-- What each bucket adds to the findings that were open when it began.
SELECT {number} AS number, {key} AS key, sum(findings)::BIGINT
FROM (FROM created UNION ALL SELECT * REPLACE (-findings AS findings) FROM gone)
GROUP BY ALL
HAVING sum(findings) <> 0

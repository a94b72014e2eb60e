WITH
-- One more from the bucket on in which a finding was created, one fewer from the one on in which it was closed.
change AS (
    SELECT {number} AS number, {key} AS key, 1 AS findings
    FROM finding f
    WHERE {span} AND {conditions}
    UNION ALL
    SELECT {number_closed}, {key}, -1
    FROM finding f
    WHERE f.closed_at IS NOT NULL AND {span_closed} AND {conditions}
)
-- What each bucket adds to the findings that were open when it began.
SELECT number, key, sum(findings)::BIGINT
FROM change
GROUP BY ALL
HAVING sum(findings) <> 0

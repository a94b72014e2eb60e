WITH
-- What the filter selects in its window, once per value of the place.
present AS (
    SELECT {place} AS place, {type} AS type, f.created_at
    FROM finding f
    WHERE {present}
),
{known}
SELECT n.place, n.type, min(n.created_at) AS first_at, count(*)::BIGINT
FROM present n
{join}
GROUP BY n.place, n.type
ORDER BY first_at DESC, n.place, n.type
LIMIT {limit}

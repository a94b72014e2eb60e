WITH
-- What the filter selects in its window, once per value of the place.
present AS (
    SELECT {place} AS place, {type} AS type, f.created_at, f.finding_key, f.revisions
    FROM finding f
    WHERE {present}
),
-- The same values of everything before the window, whatever else the filter asks for: new here is new everywhere.
past AS (
{past}
)
SELECT
    n.place, n.type, min(n.created_at) AS first_at, count(*)::BIGINT,
    -- The revision of the first finding, where it is of this place's family or the only one.
    arg_min_null(CASE
        WHEN {family} THEN list_filter(n.revisions, lambda key: starts_with(key, n.place || ':'))[1]
        WHEN len(n.revisions) = 1 THEN n.revisions[1]
    END, row(n.created_at, n.finding_key))
FROM present n
ANTI JOIN past p ON p.place = n.place AND p.type = n.type
GROUP BY n.place, n.type
ORDER BY first_at DESC, n.place, n.type
LIMIT {limit}

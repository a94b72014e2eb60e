-- Which findings a list shows, by the columns of filter and order alone; whole rows are wide.
WITH
-- The list itself.
chosen AS (
    SELECT f.rowid AS number, f.created_at, f.finding_key, {order} AS place
    FROM finding f
    WHERE {conditions}
    ORDER BY {first}created_at DESC, finding_key
    {limit}
)
-- Places as texts, for cursors: of the chosen rows alone, because printing takes longer than choosing.
SELECT number, created_at, finding_key, place::VARCHAR
FROM chosen
ORDER BY chosen.place {direction}, created_at DESC, finding_key

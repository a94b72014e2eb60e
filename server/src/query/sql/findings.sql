WITH
-- Which findings, by the columns of filter and order alone.
chosen AS (
    SELECT f.rowid AS number
    FROM finding f
    WHERE {conditions}
    ORDER BY {order} {direction}, f.created_at DESC, f.finding_key
    {limit}
)
-- Their whole rows, which are wide, from where they lie.
SELECT {columns}, ({order})::VARCHAR
FROM finding f
WHERE f.rowid IN (SELECT number FROM chosen)
ORDER BY {order} {direction}, f.created_at DESC, f.finding_key

-- Whole rows in the list's order.
SELECT {columns}, ({order})::VARCHAR
FROM finding f
WHERE {conditions}
ORDER BY {order} {direction}, f.created_at DESC, f.finding_key

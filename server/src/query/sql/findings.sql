-- Whole rows in the list's order.
SELECT {columns}
FROM finding f
WHERE {conditions}
ORDER BY {order} {direction}, f.created_at DESC, f.finding_key

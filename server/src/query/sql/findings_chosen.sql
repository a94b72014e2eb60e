-- Which findings a list shows, by the columns of filter and order alone; whole rows are wide.
SELECT f.rowid, f.created_at, f.finding_key, ({order})::VARCHAR
FROM finding f
WHERE {conditions}
ORDER BY {order} {direction}, f.created_at DESC, f.finding_key
{limit}

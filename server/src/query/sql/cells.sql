-- What a file shows of findings; the row's number puts it in its place.
SELECT f.rowid, {columns}
FROM finding f
WHERE {conditions}

-- What was seen before $1 has been dropped: that time reads as unknown.
UPDATE sync_covered
SET covered_from = CAST($1 AS TIMESTAMP)
WHERE covered_from < CAST($1 AS TIMESTAMP)

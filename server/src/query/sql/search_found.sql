-- How many findings a search finds, between which moments they were created and, unless they are many, their numbers.
SELECT
    count(*), min(f.created_at), max(f.created_at),
    CASE WHEN count(*) <= {most} THEN array_to_string(list(f.rowid), ',') END
FROM finding f
WHERE {conditions}

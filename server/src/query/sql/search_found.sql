-- How many findings a search finds, how many of them belong to an attack sequence, between which moments they were created
-- and, unless they are many, their numbers: the least so many, because a list of all of a million takes longer than
-- finding them. The sequence of a member need not be read: every member has one.
SELECT
    count(*), count(*) FILTER (f.sequence = 'member'),
    min(f.created_at), max(f.created_at),
    CASE WHEN count(*) <= {most} THEN array_to_string(min(f.rowid, {most}), ',') END
FROM finding f
WHERE {conditions}

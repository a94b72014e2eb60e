SELECT count(*), coalesce(sum(f.occurrences), 0)::BIGINT
FROM finding f
WHERE {conditions}

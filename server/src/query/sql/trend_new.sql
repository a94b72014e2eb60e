-- Findings by the bucket they were created in and one value of theirs, or nothing where each counts once.
SELECT number, key, count(*)::BIGINT
FROM (
    SELECT {number} AS number, {key} AS key
    FROM finding f
    WHERE {span} AND {conditions}
)
GROUP BY ALL

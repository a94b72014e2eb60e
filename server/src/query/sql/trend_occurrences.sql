-- Repetitions by the bucket they were observed in, whenever their finding was created, and one value of the finding, or
-- nothing where each counts once.
SELECT number, key, sum(count_delta)::BIGINT
FROM (
    SELECT {number} AS number, {key} AS key, v.count_delta
    FROM finding_version v
    JOIN finding f ON f.finding_key = v.finding_key
    WHERE v.count_delta > 0 AND {span} AND {conditions}
)
GROUP BY ALL

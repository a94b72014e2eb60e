-- Replaces the rows of a rollup by their sums, in the order in which they are asked for.
CREATE TEMP TABLE summed AS
FROM (
    SELECT * REPLACE (sum(findings)::BIGINT AS findings, sum(occurrences)::BIGINT AS occurrences)
    FROM rollup_{unit}
    GROUP BY ALL
    HAVING sum(findings) <> 0 OR sum(occurrences) <> 0
)
ORDER BY {order};

DELETE FROM rollup_{unit};

INSERT INTO rollup_{unit} FROM summed;

DROP TABLE summed;

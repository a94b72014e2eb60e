WITH
-- One row per number of the dictionary.
counted AS (
    SELECT f.{number_of}, count(*) AS findings, sum(f.occurrences)::BIGINT AS occurrences
    FROM finding f
    WHERE {conditions}
    GROUP BY f.{number_of}
),
-- One row per number and value of the dimension.
keyed AS (
    SELECT {key} AS key, n.findings, n.occurrences
    FROM counted n JOIN {dictionary} f USING ({number_of})
)
SELECT key, sum(findings)::BIGINT AS findings, sum(occurrences)::BIGINT AS occurrences
FROM keyed
GROUP BY key
ORDER BY findings DESC, key

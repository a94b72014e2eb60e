-- How many sums of a rollup are not what counting the findings gives.
WITH
compared AS (
    FROM rollup_{unit} WHERE part BETWEEN {first} AND {last}
    UNION ALL
    SELECT * REPLACE (-findings AS findings, -occurrences AS occurrences) FROM ({recount})
),
different AS (
    SELECT * EXCLUDE (findings, occurrences)
    FROM compared
    GROUP BY ALL
    HAVING sum(findings) <> 0 OR sum(occurrences) <> 0
)
SELECT count(*) FROM different

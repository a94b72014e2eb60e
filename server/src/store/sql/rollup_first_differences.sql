-- How many things of a part are not what counting the findings gives.
WITH
stored AS (
    SELECT part, place, type, kind, sample, sum(findings)::BIGINT AS findings, min(first_at) AS first_at
    FROM rollup_first
    WHERE part = {part}
    GROUP BY ALL
),
counted AS ({recount})
SELECT count(*)
FROM (
    (FROM stored EXCEPT FROM counted)
    UNION ALL
    (FROM counted EXCEPT FROM stored)
)

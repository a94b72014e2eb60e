WITH
-- One row per number of the dictionary, with the time its findings were seen; services that do not tell count their own.
counted AS (
    SELECT
        f.{number_of},
        count(*) AS findings,
        sum(f.occurrences)::BIGINT AS occurrences,
        count(*) FILTER (f.closed_at IS NULL) AS active,
        min(coalesce(f.first_seen, f.created_at)) AS first_seen,
        max(coalesce(f.last_seen, f.updated_at)) AS last_seen
    FROM finding f
    WHERE {conditions}
    GROUP BY f.{number_of}
),
-- One row per number and value of the dimension.
keyed AS (
    SELECT {key} AS key, n.findings, n.occurrences, n.active, n.first_seen, n.last_seen
    FROM counted n JOIN {dictionary} f USING ({number_of})
)
SELECT
    key,
    sum(findings)::BIGINT,
    sum(occurrences)::BIGINT,
    sum(active)::BIGINT,
    min(first_seen) AS first_seen,
    max(last_seen)
FROM keyed
GROUP BY key
ORDER BY first_seen DESC, key

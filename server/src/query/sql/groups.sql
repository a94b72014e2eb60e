WITH
-- The findings, by what is counted of them: one by one, or those together that have the same numbers in the dictionary.
-- Read twice where they are read one by one: types need narrow columns alone, and writing the lists of a million findings
-- down in between takes longer than looking at them again.
chosen AS {written} (
{chosen}),
-- One row per type, the worst first; a type whose findings differ in category has none.
types AS (
    SELECT
        type,
        CASE WHEN min(category) = max(category) AND count(category) = count(*) THEN min(category) END AS category,
        sum(findings)::BIGINT AS findings,
        sum(occurrences)::BIGINT AS occurrences,
        max(worst) AS worst,
        max(newest) AS newest,
        row_number() OVER (ORDER BY max(worst) DESC, sum(findings) DESC, type) AS number,
        count(*) OVER () AS all_types,
        sum(sum(findings)) OVER ()::BIGINT AS all_findings,
        sum(sum(occurrences)) OVER ()::BIGINT AS all_occurrences
    FROM chosen
    GROUP BY type
    QUALIFY number <= ?
),
-- One row for each of them and place: its task families, else its clusters, else the resource it is about.
placed AS (
    SELECT
        type,
        findings,
        occurrences,
        worst,
        newest,
        CASE
            WHEN len(families) > 0 THEN 'family'
            WHEN len(clusters) > 0 THEN 'cluster'
            ELSE 'resource'
        END AS kind,
        unnest(CASE
            WHEN len(families) > 0 THEN families
            WHEN len(clusters) > 0 THEN clusters
            ELSE [coalesce(resource_id, '(none)')]
        END) AS key
    FROM chosen
    WHERE type IN (SELECT type FROM types)
),
-- One row per type and place, of the places that the filter names.
places AS (
    SELECT
        type,
        kind,
        key,
        sum(findings)::BIGINT AS findings,
        sum(occurrences)::BIGINT AS occurrences,
        max(worst) AS worst,
        max(newest) AS newest,
        row_number() OVER (PARTITION BY type ORDER BY sum(findings) DESC, kind, key) AS number,
        count(*) OVER (PARTITION BY type) AS all_places
    FROM placed
    WHERE {places}
    GROUP BY type, kind, key
    QUALIFY number <= ?
)
SELECT
    t.type, t.category, t.findings, t.occurrences, t.worst, t.newest, t.all_types,
    p.kind, p.key, p.findings, p.occurrences, p.worst, p.newest, p.all_places, t.all_findings, t.all_occurrences
FROM types t
JOIN places p USING (type)
ORDER BY t.number, p.number

-- What runs by our verdict about the agent of each task, for each place.
SELECT
    {place} AS place,
    count(*) AS tasks,
    count(*) FILTER (verdict = 'covered') AS covered,
    count(*) FILTER (verdict = 'gap') AS gaps,
    count(*) FILTER (verdict = 'excluded') AS excluded,
    count(*) FILTER (verdict = 'unsupported') AS unsupported
FROM ecs_task
WHERE {conditions}
GROUP BY place

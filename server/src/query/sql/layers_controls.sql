-- Checks of controls by their result, and how many are open. What was archived is no longer checked; what is suppressed
-- was set aside by people.
SELECT f.control, f.compliance, count(*), count(*) FILTER (f.closed_at IS NULL)
FROM finding f
WHERE {conditions} AND f.control IS NOT NULL AND NOT f.archived AND f.workflow IS DISTINCT FROM 'SUPPRESSED'
GROUP BY ALL

WITH
-- What the filter selects in its window, once per value of the place: one by one, or those together that have the same
-- numbers in the dictionary.
present AS (
{selected}),
{known}
SELECT n.place, n.type, min(n.first_at) AS first_at, sum(n.findings)::BIGINT
FROM present n
{join}
GROUP BY n.place, n.type
ORDER BY first_at DESC, n.place, n.type
LIMIT {limit}

-- Findings between the ends of windows and whole days, by everything that is asked for at once: few differ in it.
SELECT {number} AS number, count(*)::BIGINT, sum(f.occurrences)::BIGINT, {columns}
FROM finding f
WHERE {span}
  -- Of rows of the span alone: the database would look for what a column is compared with in all rows first.
  AND CASE WHEN f.created_at IS NULL THEN false ELSE {conditions} END
GROUP BY ALL

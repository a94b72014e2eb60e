WITH
-- The window's findings, counted ahead.
slice AS (
{slice}
)
SELECT coalesce(sum(findings), 0)::BIGINT, coalesce(sum(occurrences), 0)::BIGINT
FROM slice

-- Findings of a search, counted in several ways by looking once.
WITH
found AS MATERIALIZED (
    SELECT
        f.category, f.severity, f.clusters, f.families, f.services, f.account, f.region, f.type, f.in_guardduty,
        f.in_securityhub, f.workflow, f.images, f.revisions, f.occurrences
    FROM finding f
    WHERE {conditions}
)
-- All of them, each once.
SELECT '' AS dimension, '' AS key, count(*) AS findings, coalesce(sum(occurrences), 0)::BIGINT AS occurrences
FROM found

-- Findings between two row numbers that the dictionary describes otherwise than they are.
SELECT count(*)
FROM finding AS f
JOIN dictionary_what AS w USING (what_id)
JOIN dictionary_where AS p USING (where_id)
WHERE f.rowid >= ? AND f.rowid < ? AND (
    f.type <> w.type
    OR f.category IS DISTINCT FROM w.category
    OR f.in_guardduty <> w.in_guardduty
    OR f.in_securityhub <> w.in_securityhub
    OR f.account IS DISTINCT FROM p.account
    OR f.region IS DISTINCT FROM p.region
    OR f.clusters <> p.clusters
    OR f.families <> p.families
    OR f.services <> p.services
    OR (len(f.clusters) = 0 AND len(f.families) = 0 AND f.resource_id IS DISTINCT FROM p.resource_id)
)

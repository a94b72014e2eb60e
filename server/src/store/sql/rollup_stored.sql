-- The stored state of the findings in {staged}, as far as rollups count it. By row numbers, so that only these rows are read.
SELECT
    created_at, closed_at, kind, sample, category, severity, occurrences, account, region, type, workflow, in_guardduty,
    in_securityhub, clusters, families, services, leaves_at, image_digests
FROM finding
WHERE rowid IN (SELECT finding.rowid FROM finding JOIN {staged} USING (finding_key))

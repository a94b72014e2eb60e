-- The stored state of the findings in {staged}, as far as rollups count it.
SELECT
    created_at, closed_at, kind, sample, category, severity, occurrences, account, region, type, workflow, in_guardduty,
    in_securityhub, clusters, families, services, leaves_at, image_digests
FROM finding
WHERE rowid IN (SELECT row FROM known_finding SEMI JOIN {staged} USING (finding_key))

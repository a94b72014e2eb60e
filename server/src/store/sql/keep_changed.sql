-- Of the staged findings those stay that differ from what is kept.
DELETE FROM staged_finding
WHERE finding_key NOT IN (
    SELECT finding_key
    FROM (
        FROM staged_row
        EXCEPT
        SELECT finding.* EXCLUDE (expired_in_aws) FROM finding SEMI JOIN staged_key USING (finding_key)
    )
);

-- Of the staged findings those stay that differ from what is kept.
DELETE FROM staged_finding
WHERE finding_key NOT IN (
    SELECT finding_key
    FROM (
        SELECT * REPLACE (
            members(clusters) AS clusters,
            members(families) AS families,
            members(revisions) AS revisions,
            members(services) AS services,
            members(task_arns) AS task_arns,
            members(launch_types) AS launch_types,
            members(containers) AS containers,
            members(images) AS images,
            members(image_digests) AS image_digests,
            members(vulnerability_ids) AS vulnerability_ids
        )
        FROM staged_finding
        EXCEPT
        SELECT finding.* EXCLUDE (expired_in_aws) FROM finding SEMI JOIN staged_key USING (finding_key)
    )
);

-- The state after a batch replaces the state before. One staged row per finding.
MERGE INTO finding
USING (
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
) AS staged
ON finding.finding_key = staged.finding_key
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;

-- Temporary tables of the writer's connection. They have the columns of their targets in the same order; lists are
-- text here, their members separated by the ASCII unit separator, because rows in bulk cannot carry lists. Whether AWS
-- still has a finding is no matter of its documents, so those columns are left out and merging leaves them alone.

CREATE TEMP MACRO members(joined) AS
    CASE WHEN joined = '' THEN CAST([] AS VARCHAR[]) ELSE string_split(joined, chr(31)) END;

-- The findings a statement is about.
CREATE TEMP TABLE staged_key (finding_key VARCHAR NOT NULL);

CREATE TEMP TABLE staged_finding AS
SELECT * EXCLUDE (expired_in_aws) REPLACE (
    '' AS clusters, '' AS families, '' AS revisions, '' AS services, '' AS task_arns, '' AS launch_types,
    '' AS containers, '' AS images, '' AS image_digests, '' AS vulnerability_ids
)
FROM finding
LIMIT 0;

-- Staged findings as they are kept.
CREATE TEMP VIEW staged_row AS
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
FROM staged_finding;

CREATE TEMP TABLE staged_side AS SELECT * EXCLUDE (expired_at) FROM finding_side LIMIT 0;

-- Rows of `finding_side` whose document was read again as it is.
CREATE TEMP TABLE staged_confirmation (side_row BIGINT NOT NULL, confirmed_at TIMESTAMP NOT NULL);

-- The key is made when the row is kept.
CREATE TEMP TABLE staged_rejected AS SELECT * EXCLUDE (reject_key) FROM rejected_input LIMIT 0;

-- What attack sequences of a batch say of their signals.
CREATE TEMP TABLE staged_signal AS FROM finding_signal LIMIT 0;

-- Documents of a batch that were the newest for a moment.
CREATE TEMP TABLE staged_document AS FROM finding_document LIMIT 0;

-- Tags of resources that documents of a batch told.
CREATE TEMP TABLE staged_tag AS FROM resource_tag LIMIT 0;

-- What a document kept before says to the parser of today.
CREATE TEMP TABLE staged_reading AS SELECT * EXCLUDE (observed_at, confirmed_at, raw, expired_at) FROM finding_side LIMIT 0;

-- Things that findings of a batch no longer are of, with when the first of those was created.
CREATE TEMP TABLE staged_thing AS
SELECT * EXCLUDE (findings, first_at), first_at AS lost_at FROM rollup_first LIMIT 0;

-- Places in the queue of a reprocessing run.
CREATE TEMP TABLE queued_finding (place BIGINT NOT NULL, finding_key VARCHAR NOT NULL);
CREATE TEMP TABLE queued_reject (place BIGINT NOT NULL, reject_key VARCHAR NOT NULL);

-- What the time between two looks at the fleet adds to its hours.
CREATE TEMP TABLE staged_workload_hour AS FROM workload_hour LIMIT 0;

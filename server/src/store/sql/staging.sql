-- Temporary tables of the writer's connection. They have the columns of their targets in the same order; lists are
-- text here, their members separated by the ASCII unit separator, because rows in bulk cannot carry lists. Whether AWS
-- still has a finding is no matter of its documents, so those columns are left out and merging leaves them alone. They
-- are emptied by being made anew (`staging::empty`).

CREATE TEMP MACRO members(joined) AS
    CASE WHEN joined = '' THEN CAST([] AS VARCHAR[]) ELSE string_split(joined, chr(31)) END;

-- The number beside a key: see migration 15.
CREATE TEMP MACRO head(finding_key) AS CAST('0x' || left(finding_key, 16) AS UBIGINT);

-- The findings a statement is about.
CREATE TEMP TABLE staged_key (finding_key VARCHAR NOT NULL);

-- Where the rows of these findings and their newest documents stand. Filled once in a transaction and good until it
-- writes them anew: whatever looks for rows again would read every key again.
CREATE TEMP TABLE known_finding (row BIGINT, finding_key VARCHAR);
CREATE TEMP TABLE known_side (row BIGINT, finding_key VARCHAR, source VARCHAR);

CREATE TEMP TABLE staged_finding AS
SELECT * EXCLUDE (expired_in_aws, key_head) REPLACE (
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
), head(finding_key) AS key_head
FROM staged_finding;

-- Rows of `finding` of which nothing but the state is different.
CREATE TEMP TABLE staged_state AS
SELECT
    rowid AS finding_row, severity, severity_rank, severity_score, count, occurrences, first_seen, last_seen, updated_at,
    first_observed_at, archived, record_state, workflow, closed_at, leaves_at
FROM finding
LIMIT 0;

-- Texts of the staged findings, each once; lower case comes with keeping them.
CREATE TEMP TABLE staged_text AS FROM search_text LIMIT 0;

-- What rows of `finding` that have nothing of their texts yet get of them.
CREATE TEMP TABLE staged_marks AS
SELECT
    rowid AS finding_row, words_id, places_id, identifier_1, identifier_2, identifier_3, identifier_4, more_identifiers,
    what_id, where_id
FROM finding
LIMIT 0;

CREATE TEMP TABLE staged_side AS SELECT * EXCLUDE (expired_at) FROM finding_side LIMIT 0;

-- Rows of `finding_side` whose document was read again as it is.
CREATE TEMP TABLE staged_confirmation (side_row BIGINT NOT NULL, confirmed_at TIMESTAMP NOT NULL);

-- The key is made when the row is kept.
CREATE TEMP TABLE staged_rejected AS SELECT * EXCLUDE (reject_key) FROM rejected_input LIMIT 0;

-- What attack sequences of a batch say of their signals.
CREATE TEMP TABLE staged_signal AS FROM finding_signal LIMIT 0;

-- Documents of a batch that were the newest for a moment.
CREATE TEMP TABLE staged_document AS SELECT * EXCLUDE (key_head) FROM finding_document LIMIT 0;

-- Tags of resources that documents of a batch told.
CREATE TEMP TABLE staged_tag AS FROM resource_tag LIMIT 0;

-- What a document kept before says to the parser of today.
CREATE TEMP TABLE staged_reading AS SELECT * EXCLUDE (observed_at, confirmed_at, raw, expired_at, key_head) FROM finding_side LIMIT 0;

-- Things that findings of a batch no longer are of, with when the first of those was created.
CREATE TEMP TABLE staged_thing AS
SELECT 0::BIGINT AS number, * EXCLUDE (findings, first_at), first_at AS lost_at FROM rollup_first LIMIT 0;

-- Places in the queue of a reprocessing run.
CREATE TEMP TABLE queued_finding (place BIGINT NOT NULL, finding_key VARCHAR NOT NULL);
CREATE TEMP TABLE queued_reject (place BIGINT NOT NULL, reject_key VARCHAR NOT NULL);

-- What the time between two looks at the fleet adds to its hours.
CREATE TEMP TABLE staged_workload_hour AS FROM workload_hour LIMIT 0;

-- Everything there is, in the order in which it was written: neighbours lie together on disk.
CREATE OR REPLACE TEMP TABLE queued_finding AS
SELECT row_number() OVER (ORDER BY rowid) - 1 AS place, finding_key FROM finding;
CREATE OR REPLACE TEMP TABLE queued_reject AS
SELECT row_number() OVER (ORDER BY rejected_at, reject_key) - 1 AS place, reject_key FROM rejected_input;

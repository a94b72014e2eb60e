-- Everything there is, in the order in which it was written: neighbours lie together on disk.
DELETE FROM queued_finding;
INSERT INTO queued_finding SELECT row_number() OVER (ORDER BY rowid) - 1, finding_key FROM finding;
DELETE FROM queued_reject;
INSERT INTO queued_reject SELECT row_number() OVER (ORDER BY rejected_at, reject_key) - 1, reject_key FROM rejected_input;

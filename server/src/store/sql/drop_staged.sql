-- The staged findings with everything that is kept of them.
DELETE FROM finding_document WHERE finding_key IN (FROM staged_key);
DELETE FROM finding_side WHERE rowid IN (SELECT row FROM known_side);
DELETE FROM finding_version WHERE finding_key IN (FROM staged_key);

-- What sequences say of them, and what those of them that are sequences say of others.
DELETE FROM finding_signal
WHERE finding_key IN (FROM staged_key)
   OR sequence_arn IN (SELECT arn FROM finding WHERE rowid IN (SELECT row FROM known_finding));

DELETE FROM finding WHERE rowid IN (SELECT row FROM known_finding);

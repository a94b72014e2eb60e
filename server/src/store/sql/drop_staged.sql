-- The staged findings with everything that is kept of them.
DELETE FROM finding_document WHERE finding_key IN (FROM staged_key);
DELETE FROM finding_side WHERE finding_key IN (FROM staged_key);
DELETE FROM finding_version WHERE finding_key IN (FROM staged_key);

-- What sequences say of them, and what those of them that are sequences say of others.
DELETE FROM finding_signal
WHERE finding_key IN (FROM staged_key)
   OR sequence_arn IN (SELECT arn FROM finding WHERE finding_key IN (FROM staged_key));

DELETE FROM finding WHERE finding_key IN (FROM staged_key);

-- What the parser of today reads in the newest documents, where it differs from what an older one read.
UPDATE finding_side
SET updated_at = staged.updated_at, details_hash = staged.details_hash, severity = staged.severity
FROM staged_reading AS staged
JOIN known_side USING (finding_key, source)
WHERE finding_side.rowid = known_side.row
  AND (
      finding_side.updated_at <> staged.updated_at
      OR finding_side.details_hash <> staged.details_hash
      OR finding_side.severity IS DISTINCT FROM staged.severity
  );

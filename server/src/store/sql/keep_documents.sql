-- The documents that are about to be replaced become history.
INSERT INTO finding_document
SELECT finding_key, source, observed_at, updated_at, raw
FROM finding_side
-- By row numbers, so that only the documents asked for are read from disk.
WHERE rowid IN (SELECT side.rowid FROM finding_side AS side JOIN staged_side USING (finding_key, source));

-- What passed within the batch, too.
INSERT INTO finding_document FROM staged_document;

-- The documents that are about to be replaced become history.
INSERT INTO finding_document BY NAME
SELECT finding_key, source, observed_at, updated_at, raw, key_head
FROM finding_side
WHERE rowid IN (SELECT row FROM known_side SEMI JOIN staged_side USING (finding_key, source));

-- What passed within the batch, too.
INSERT INTO finding_document BY NAME SELECT *, head(finding_key) AS key_head FROM staged_document;

-- The newest document of each service. One staged row per finding and service. Written anew, so that checkpoints need
-- not pack again the documents around it; whether the service still has it is no matter of the document and stays.
INSERT INTO finding_side BY NAME
SELECT staged.*, kept.expired_at
FROM staged_side AS staged
LEFT JOIN (
    SELECT side.finding_key, side.source, side.expired_at
    FROM finding_side AS side JOIN known_side ON side.rowid = known_side.row
) AS kept ON kept.finding_key = staged.finding_key AND kept.source = staged.source;

DELETE FROM finding_side WHERE rowid IN (SELECT row FROM known_side SEMI JOIN staged_side USING (finding_key, source));

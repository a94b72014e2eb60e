-- The state after a batch replaces the state before. One staged row per finding. Lists cannot be changed where they
-- stand, so a row is written anew and the old one goes; whether AWS still has it is no matter of its documents and stays.
INSERT INTO finding BY NAME
SELECT staged.*, kept.expired_in_aws
FROM staged_row AS staged
LEFT JOIN (
    SELECT finding.finding_key, finding.expired_in_aws
    FROM finding JOIN known_finding ON finding.rowid = known_finding.row
) AS kept ON kept.finding_key = staged.finding_key;

DELETE FROM finding WHERE rowid IN (SELECT row FROM known_finding SEMI JOIN staged_finding USING (finding_key));

-- Makes `known_finding` hold the rows of the staged findings, as `find_sides.sql` finds documents.
CREATE OR REPLACE TEMP TABLE known_finding AS
SELECT rowid AS row, finding_key
FROM finding
WHERE rowid IN (SELECT rowid FROM finding WHERE key_head IN (SELECT head(finding_key) FROM staged_key))
    AND finding_key IN (FROM staged_key);

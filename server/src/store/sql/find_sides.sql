-- Makes `known_side` hold the rows of the staged findings' newest documents. The innermost query reads nothing but
-- numbers; keys are compared of what it finds. Semi joins, because their number of rows is never thought to be greater
-- than the table's: with a plain join the database sometimes puts the whole table into memory to look up a few rows.
CREATE OR REPLACE TEMP TABLE known_side AS
SELECT rowid AS row, finding_key, source
FROM finding_side
WHERE rowid IN (SELECT rowid FROM finding_side WHERE key_head IN (SELECT head(finding_key) FROM staged_key))
    AND finding_key IN (FROM staged_key);

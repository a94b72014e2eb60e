-- What finds a finding's rows quickly, and tells whether a row has to be written anew.

-- The first 64 bits of `finding_key` as a number, never NULL. A batch is looked for among all findings by it: numbers are
-- read and compared in less than half the time of 32 digits of text. Two keys may share one, so whoever looks by it
-- compares the keys of what was found. (With 32 bits some would in every batch, and the rows found would lie anywhere.)
ALTER TABLE finding ADD COLUMN key_head UBIGINT;
ALTER TABLE finding_side ADD COLUMN key_head UBIGINT;
ALTER TABLE finding_document ADD COLUMN key_head UBIGINT;

-- xxh3-64 of everything in the row but its state: counts, times of repetition, severity, archiving, record state, workflow,
-- and when it closed and leaves. A repetition of a finding with the same sum updates its state where it stands. NULL:
-- written before this was kept.
ALTER TABLE finding ADD COLUMN lasting_hash UBIGINT;

-- Last: a table cannot be altered any more once its rows have been.
UPDATE finding SET key_head = ('0x' || left(finding_key, 16))::UBIGINT;
UPDATE finding_side SET key_head = ('0x' || left(finding_key, 16))::UBIGINT;
UPDATE finding_document SET key_head = ('0x' || left(finding_key, 16))::UBIGINT;

-- What readings tell besides the documents.

-- When a document was last read as it is. `finding_side.observed_at` is when it was first read so; NULL: not again since.
-- Of two states with the same update time the one that was read last is the present one, and a state may come back.
ALTER TABLE finding_side ADD COLUMN confirmed_at TIMESTAMP;

-- How far this machine's clock was ahead of AWS's in the last pull, in seconds, negative when behind; NULL: not known.
ALTER TABLE sync_source ADD COLUMN clock_ahead_seconds BIGINT;
-- How long the last pull took, in milliseconds; NULL: not known, or it never began.
ALTER TABLE sync_source ADD COLUMN took_ms BIGINT;

-- What was new in a state of a finding, and the resources it named for the first time: words separated by the ASCII unit
-- separator; NULL: observed before this was kept.
ALTER TABLE finding_version ADD COLUMN changed VARCHAR;
ALTER TABLE finding_version ADD COLUMN resources VARCHAR;

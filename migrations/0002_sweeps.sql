-- Full sweeps that go on where they were interrupted, and findings that AWS no longer has.

-- The sweep of a collector that is under way; all NULL when none is.
ALTER TABLE sync_source ADD COLUMN sweep_started_at TIMESTAMP;
ALTER TABLE sync_source ADD COLUMN sweep_from TIMESTAMP;      -- updatedAt from which it reads
ALTER TABLE sync_source ADD COLUMN sweep_cursor TIMESTAMP;    -- updatedAt up to which it has read; NULL: nothing yet
-- Whether the collector ever returned a finding of its own account and Region. NULL is no.
ALTER TABLE sync_source ADD COLUMN returned_own BOOLEAN;

-- When a complete sweep noticed that the service no longer has the finding; NULL while it has, or nobody could tell.
ALTER TABLE finding_side ADD COLUMN expired_at TIMESTAMP;
-- The same of every service that knew the finding: the latest of their times, NULL unless all have one.
ALTER TABLE finding ADD COLUMN expired_in_aws TIMESTAMP;

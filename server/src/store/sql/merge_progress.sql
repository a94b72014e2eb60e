-- Moves a collector's cursor and the place its sweep has reached: what is not given stays.
-- $1 account, $2 Region, $3 source, $4 cursor or NULL, $5 time of the last full pull or NULL: it ends the sweep,
-- $6 … $8 when the sweep began, from where it reads and how far it has read, or NULL,
-- $9 whether a finding of the collector's own account and Region was among the rows.
MERGE INTO sync_source AS known
USING (
    SELECT
        $1 AS account, $2 AS region, $3 AS source,
        CAST($4 AS TIMESTAMP) AS moved_to, CAST($5 AS TIMESTAMP) AS full_at,
        CAST($6 AS TIMESTAMP) AS sweep_started_at, CAST($7 AS TIMESTAMP) AS sweep_from,
        CAST($8 AS TIMESTAMP) AS sweep_cursor, CAST($9 AS BOOLEAN) AS returned_own
) AS progress
ON known.account = progress.account AND known.region = progress.region AND known.source = progress.source
WHEN MATCHED THEN UPDATE SET
    cursor = coalesce(progress.moved_to, known.cursor),
    last_full_at = coalesce(progress.full_at, known.last_full_at),
    sweep_started_at = CASE WHEN progress.full_at IS NULL THEN coalesce(progress.sweep_started_at, known.sweep_started_at) END,
    sweep_from = CASE WHEN progress.full_at IS NULL THEN coalesce(progress.sweep_from, known.sweep_from) END,
    -- Pages that are read again after an interruption do not take it back, but another sweep begins at its beginning;
    -- greatest() passes over NULL.
    sweep_cursor = CASE
        WHEN progress.full_at IS NOT NULL THEN NULL
        WHEN progress.sweep_started_at <> known.sweep_started_at THEN progress.sweep_cursor
        ELSE greatest(progress.sweep_cursor, known.sweep_cursor)
    END,
    returned_own = progress.returned_own OR coalesce(known.returned_own, false)
WHEN NOT MATCHED THEN INSERT (
    account, region, source, cursor, last_full_at, sweep_started_at, sweep_from, sweep_cursor, returned_own,
    read_rows, new_rows, updated_rows, unchanged_rows, rejected_rows, requests, throttles, errors
) VALUES (
    progress.account, progress.region, progress.source, progress.moved_to, progress.full_at,
    progress.sweep_started_at, progress.sweep_from, progress.sweep_cursor, progress.returned_own,
    0, 0, 0, 0, 0, 0, 0, 0
);

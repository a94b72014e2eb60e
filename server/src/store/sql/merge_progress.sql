-- Moves a collector's cursor: what is not given stays.
-- $1 account, $2 Region, $3 source, $4 cursor or NULL, $5 time of the last full pull or NULL.
MERGE INTO sync_source AS known
USING (
    SELECT
        $1 AS account, $2 AS region, $3 AS source,
        CAST($4 AS TIMESTAMP) AS moved_to, CAST($5 AS TIMESTAMP) AS full_at
) AS progress
ON known.account = progress.account AND known.region = progress.region AND known.source = progress.source
WHEN MATCHED THEN UPDATE SET
    cursor = coalesce(progress.moved_to, known.cursor),
    last_full_at = coalesce(progress.full_at, known.last_full_at)
WHEN NOT MATCHED THEN INSERT (
    account, region, source, cursor, last_full_at,
    read_rows, new_rows, updated_rows, unchanged_rows, rejected_rows, requests, throttles, errors
) VALUES (
    progress.account, progress.region, progress.source, progress.moved_to, progress.full_at,
    0, 0, 0, 0, 0, 0, 0, 0
);

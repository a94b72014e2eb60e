-- Records how a pull ended.
-- $1 account, $2 Region, $3 source, $4 time, $5 outcome, $6 error or NULL,
-- $7 … $11 rows read, new, updated, unchanged, rejected, $12 requests, $13 throttles, $14 errors,
-- $15 seconds by which our clock is ahead of AWS's or NULL, $16 how many milliseconds it took, NULL if it never began.
MERGE INTO sync_source AS known
USING (
    SELECT
        $1 AS account, $2 AS region, $3 AS source, CAST($4 AS TIMESTAMP) AS at, $5 AS outcome,
        CAST($6 AS VARCHAR) AS error,
        -- The time of a good pull, and since when pulls fail: each NULL for the other kind.
        CASE WHEN $5 = 'ok' THEN CAST($4 AS TIMESTAMP) END AS good_at,
        CASE WHEN $5 IN ('failed', 'denied') THEN CAST($4 AS TIMESTAMP) END AS bad_at,
        $7 AS read_rows, $8 AS new_rows, $9 AS updated_rows, $10 AS unchanged_rows, $11 AS rejected_rows,
        $12 AS requests, $13 AS throttles, $14 AS errors, CAST($15 AS BIGINT) AS clock_ahead_seconds,
        CAST($16 AS BIGINT) AS took_ms
) AS pull
ON known.account = pull.account AND known.region = pull.region AND known.source = pull.source
WHEN MATCHED THEN UPDATE SET
    last_attempt_at = pull.at,
    last_success_at = coalesce(pull.good_at, known.last_success_at),
    failing_since = CASE WHEN pull.bad_at IS NOT NULL THEN coalesce(known.failing_since, pull.bad_at) END,
    outcome = pull.outcome,
    last_error = pull.error,
    read_rows = pull.read_rows,
    new_rows = pull.new_rows,
    updated_rows = pull.updated_rows,
    unchanged_rows = pull.unchanged_rows,
    rejected_rows = pull.rejected_rows,
    requests = pull.requests,
    throttles = pull.throttles,
    errors = pull.errors,
    clock_ahead_seconds = pull.clock_ahead_seconds,
    took_ms = pull.took_ms
WHEN NOT MATCHED THEN INSERT (
    account, region, source, last_attempt_at, last_success_at, failing_since, outcome, last_error,
    read_rows, new_rows, updated_rows, unchanged_rows, rejected_rows, requests, throttles, errors, clock_ahead_seconds,
    took_ms
) VALUES (
    pull.account, pull.region, pull.source, pull.at, pull.good_at, pull.bad_at, pull.outcome, pull.error,
    pull.read_rows, pull.new_rows, pull.updated_rows, pull.unchanged_rows, pull.rejected_rows,
    pull.requests, pull.throttles, pull.errors, pull.clock_ahead_seconds, pull.took_ms
);

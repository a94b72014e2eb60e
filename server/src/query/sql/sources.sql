-- Every collector that ever tried, and how its last pull went.
SELECT
    account, region, source, outcome, last_attempt_at, last_success_at, cursor, failing_since, last_error,
    read_rows, new_rows, updated_rows, unchanged_rows, rejected_rows, requests, throttles, errors,
    clock_ahead_seconds, took_ms
FROM sync_source

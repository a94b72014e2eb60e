WITH
-- Findings each service knows, by the Region they are in; Security Hub's home Region speaks for all Regions.
known AS (
{known}
)
SELECT
    s.account, s.region, s.source, s.outcome, s.last_attempt_at, s.last_success_at, s.cursor, s.failing_since,
    s.last_error, s.read_rows, s.new_rows, s.updated_rows, s.unchanged_rows, s.rejected_rows, s.requests, s.throttles,
    s.errors, coalesce(k.findings, 0), s.clock_ahead_seconds, s.took_ms
FROM sync_source s
LEFT JOIN known k ON k.source = s.source AND (s.source = 'securityhub' OR k.region = s.region)
ORDER BY s.account, s.source, s.region

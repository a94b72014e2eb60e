WITH
-- Findings each service knows, by the Region they are in.
known AS (
    SELECT region, in_guardduty, in_securityhub FROM finding
)
SELECT
    s.account, s.region, s.source, s.outcome, s.last_attempt_at, s.last_success_at, s.cursor, s.failing_since,
    s.last_error, s.read_rows, s.new_rows, s.updated_rows, s.unchanged_rows, s.rejected_rows, s.requests, s.throttles,
    s.errors,
    -- Security Hub's home Region speaks for all Regions.
    CASE s.source
        WHEN 'guardduty' THEN (SELECT count(*) FROM known k WHERE k.in_guardduty AND k.region = s.region)
        ELSE (SELECT count(*) FROM known k WHERE k.in_securityhub)
    END
FROM sync_source s
ORDER BY s.account, s.source, s.region

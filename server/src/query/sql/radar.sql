WITH
-- When each service forgets what it has: 90 days after the last update; Security Hub forgets what is archived after 30.
-- https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings.html
-- https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings.html
sides AS (
    SELECT
        s.finding_key,
        s.updated_at + CASE
            WHEN s.source = 'securityhub' AND f.record_state = 'ARCHIVED' THEN INTERVAL 30 DAY
            ELSE INTERVAL 90 DAY
        END AS leaves_at
    FROM finding_side s
    JOIN finding f ON f.finding_key = s.finding_key
    WHERE {conditions}
),
-- A finding has left when neither service has it any more.
leaving AS (
    SELECT finding_key, max(leaves_at) AS leaves_at
    FROM sides
    GROUP BY finding_key
)
SELECT
    count(*) FILTER (WHERE leaves_at >= ?::TIMESTAMP AND leaves_at < ?::TIMESTAMP),
    min(leaves_at) FILTER (WHERE leaves_at >= ?::TIMESTAMP AND leaves_at < ?::TIMESTAMP),
    count(*) FILTER (WHERE leaves_at < ?::TIMESTAMP)
FROM leaving

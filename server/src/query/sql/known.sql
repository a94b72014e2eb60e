-- The same, counted one by one.
SELECT 'guardduty', region, count(*) FROM finding WHERE in_guardduty GROUP BY ALL
UNION ALL
SELECT 'securityhub', NULL, count(*) FROM finding WHERE in_securityhub

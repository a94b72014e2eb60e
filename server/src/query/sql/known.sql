    -- Counted one by one.
    SELECT 'guardduty' AS source, region, count(*) AS findings FROM finding WHERE in_guardduty GROUP BY ALL
    UNION ALL
    SELECT 'securityhub', NULL, count(*) FROM finding WHERE in_securityhub

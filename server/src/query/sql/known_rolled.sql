    -- Counted ahead.
    SELECT 'guardduty' AS source, string_split(key, '/')[2] AS region, sum(findings)::BIGINT AS findings
    FROM rollup_day
    WHERE part BETWEEN {collector} AND {collector} + {more}
    GROUP BY ALL
    UNION ALL
    SELECT 'securityhub', NULL, coalesce(sum(findings), 0)::BIGINT
    FROM rollup_day
    WHERE part BETWEEN {source} AND {source} + {more} AND key = 'securityhub'

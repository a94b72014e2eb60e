-- Findings each service knows, by the Region they are in; Security Hub's home Region speaks for all Regions. Counted ahead.
SELECT 'guardduty', string_split(key, '/')[2], sum(findings)::BIGINT
FROM rollup_day
WHERE part BETWEEN {collector} AND {collector} + {more}
GROUP BY ALL
UNION ALL
SELECT 'securityhub', NULL, coalesce(sum(findings), 0)::BIGINT
FROM rollup_day
WHERE part BETWEEN {source} AND {source} + {more} AND key = 'securityhub'

-- What AWS said of each account, Region and feature, whichever collector asked: the last word of each day, oldest first.
SELECT account_id, region, subject, observed_at, amount
FROM cost_usage
WHERE statistic = 'SUM_BY_FEATURES' AND account_id IS NOT NULL AND subject IS NOT NULL AND unit = 'USD'
  AND observed_at >= ?
QUALIFY row_number() OVER (
    PARTITION BY account_id, region, subject, observed_at::DATE ORDER BY observed_at DESC, asked_by
) = 1
ORDER BY account_id, region, subject, observed_at

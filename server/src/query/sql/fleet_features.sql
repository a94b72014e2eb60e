-- What GuardDuty's detectors do, as last told.
SELECT account_id, region, feature, status, updated_at FROM detector_feature ORDER BY account_id, region, feature

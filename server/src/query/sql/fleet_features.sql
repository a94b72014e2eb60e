-- What GuardDuty's detectors do, as last told.
SELECT feature, status, updated_at, account_id, region FROM detector_feature ORDER BY account_id, region, feature

-- When the first of the trials ends that are still running, by the last answer of each account and Region.
SELECT min(trial.observed_at + to_days(trial.days_left))
FROM cost_trial trial
WHERE trial.feature IS NOT NULL AND trial.days_left > 0
  AND trial.observed_at = (
      SELECT max(latest.observed_at) FROM cost_trial latest
      WHERE latest.feature IS NULL AND latest.account_id = trial.account_id AND latest.region = trial.region
  )

WITH
-- When AWS last answered for an account, in trial or not.
answered AS (
    SELECT account_id, region, max(observed_at) AS at FROM cost_trial WHERE feature IS NULL GROUP BY account_id, region
),
-- Until when a trial ran at most, by everything AWS ever said of it.
ends AS (
    SELECT account_id, region, feature, max(observed_at + to_days(days_left)) AS ends_at
    FROM cost_trial
    WHERE feature IS NOT NULL AND days_left > 0
    GROUP BY account_id, region, feature
),
-- Days left, in the last answer.
left_now AS (
    SELECT trial.account_id, trial.region, trial.feature, min(trial.days_left) AS days_left
    FROM cost_trial trial
    JOIN answered ON answered.account_id = trial.account_id AND answered.region = trial.region
        AND answered.at = trial.observed_at
    WHERE trial.feature IS NOT NULL
    GROUP BY trial.account_id, trial.region, trial.feature
)
-- An account in no trial has one row without a feature.
SELECT answered.account_id, answered.region, answered.at, known.feature, left_now.days_left, ends.ends_at
FROM answered
LEFT JOIN (SELECT account_id, region, feature FROM ends UNION SELECT account_id, region, feature FROM left_now) known
    ON known.account_id = answered.account_id AND known.region = answered.region
LEFT JOIN left_now ON left_now.account_id = known.account_id AND left_now.region = known.region
    AND left_now.feature = known.feature
LEFT JOIN ends ON ends.account_id = known.account_id AND ends.region = known.region AND ends.feature = known.feature
ORDER BY answered.account_id, answered.region, known.feature

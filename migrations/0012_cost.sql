-- What AWS said about usage and trials, every time it was asked: AWS keeps thirty days of it in one sum, the series is ours.

-- How each question to AWS ended. No row: it was never asked. Denied or failed is not "nothing".
CREATE TABLE cost_asked (
    account_id  VARCHAR NOT NULL,       -- of the collector that asked
    region      VARCHAR NOT NULL,
    question    VARCHAR NOT NULL,       -- usage-by-feature | usage-by-account | … | members | trial-days | cloudwatch
    outcome     VARCHAR NOT NULL,       -- answered | empty | denied | failed | skipped
    note        VARCHAR,                -- what to do about it, or what was left out
    asked_at    TIMESTAMP NOT NULL
);

-- Answers of GetUsageStatistics. An amount is text, so that it stays what AWS said to the last digit.
CREATE TABLE cost_usage (
    asked_by     VARCHAR NOT NULL,      -- account of the collector
    region       VARCHAR NOT NULL,
    statistic    VARCHAR NOT NULL,      -- SUM_BY_FEATURES | SUM_BY_ACCOUNT | SUM_BY_DATA_SOURCE | TOP_ACCOUNTS_BY_FEATURE
    account_id   VARCHAR,               -- NULL: all accounts that the collector sees, together
    subject      VARCHAR,               -- feature or data source; NULL: all of them together
    amount       VARCHAR NOT NULL,
    unit         VARCHAR NOT NULL,
    observed_at  TIMESTAMP NOT NULL
);

-- Days left of trials. An account without a row for a feature, in an answer that names the account, is not in trial.
CREATE TABLE cost_trial (
    asked_by     VARCHAR NOT NULL,
    account_id   VARCHAR NOT NULL,
    region       VARCHAR NOT NULL,
    feature      VARCHAR,               -- NULL: the account was answered for; that row stands for it
    days_left    INTEGER,
    observed_at  TIMESTAMP NOT NULL
);

-- Hours of CloudWatch's AWS/GuardDuty, as AWS measured them. A later answer replaces an earlier one for the same hour.
CREATE TABLE cost_metric (
    account_id   VARCHAR NOT NULL,
    region       VARCHAR NOT NULL,
    data_source  VARCHAR NOT NULL,      -- RuntimeMonitoringFargate | CloudTrailEvents | …
    metric       VARCHAR NOT NULL,      -- MonitoredVcpuHours | AnalyzedCount | AnalyzedBytes | ScannedBytes
    starts_at    TIMESTAMP NOT NULL,    -- UTC, a whole hour
    amount       DOUBLE NOT NULL        -- vCPU-hours, events or bytes
);

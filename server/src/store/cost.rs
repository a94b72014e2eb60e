//! What AWS said about usage, trials and metrics: appended, never changed, but for hours that AWS measured anew.

use app::model::{CostAsked, CostOutcome};
use duckdb::{Connection, params};
use jiff::Timestamp;

use super::StoreError;
use super::values::{read_optional_time, sql_time};

/// An amount of `GetUsageStatistics`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageAmount {
    /// `SUM_BY_FEATURES`, …
    pub statistic: &'static str,
    /// `None`: all accounts together.
    pub account: Option<String>,
    /// Feature or data source; `None`: all together.
    pub subject: Option<String>,
    /// As AWS wrote it.
    pub amount: String,
    pub unit: String,
}

/// Days left of an account's trials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialDays {
    pub account: String,
    /// By feature; empty: AWS answered for the account, and it is in no trial.
    pub features: Vec<(String, u32)>,
}

/// An hour of a metric.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricHour {
    pub account: String,
    pub data_source: &'static str,
    pub metric: &'static str,
    pub starts_at: Timestamp,
    pub amount: f64,
}

/// What a round of questions took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CostRound {
    pub took_ms: i64,
    pub requests: u64,
    pub throttles: u64,
    pub errors: u64,
}

/// What one collector was told at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct CostAnswers {
    /// Of the collector.
    pub account: String,
    pub region: String,
    pub at: Timestamp,
    pub asked: Vec<CostAsked>,
    pub usage: Vec<UsageAmount>,
    pub trials: Vec<TrialDays>,
    pub metrics: Vec<MetricHour>,
    pub round: CostRound,
}

/// What is known before asking again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CostState {
    pub asked_at: Option<Timestamp>,
    /// The newest hour of any metric in the Region.
    pub metrics_until: Option<Timestamp>,
}

pub(super) fn state(connection: &Connection, account: &str, region: &str) -> Result<CostState, StoreError> {
    let asked = "SELECT max(asked_at) FROM cost_asked WHERE account_id = ? AND region = ? AND outcome <> ?";
    let asked_at = connection
        .prepare(asked)?
        .query_and_then(params![account, region, CostOutcome::Failed.as_str()], |row| read_optional_time(row, 0))?
        .next()
        .transpose()?
        .flatten();
    let until = "SELECT max(starts_at) FROM cost_metric WHERE region = ?";
    let metrics_until = connection
        .prepare(until)?
        .query_and_then([region], |row| read_optional_time(row, 0))?
        .next()
        .transpose()?
        .flatten();
    Ok(CostState { asked_at, metrics_until })
}

pub(super) fn keep(transaction: &Connection, answers: &CostAnswers) -> Result<(), StoreError> {
    let CostAnswers { account, region, at, asked, usage, trials, metrics, round } = answers;
    let at = sql_time(*at);
    let CostRound { took_ms, requests, throttles, errors } = round;
    let mut rows = transaction.appender("cost_round")?;
    rows.append_row(params![account, region, at, took_ms, requests, throttles, errors])?;
    rows.flush()?;
    let mut rows = transaction.appender("cost_asked")?;
    for asked in asked {
        let (question, outcome) = (asked.question.as_str(), asked.outcome.as_str());
        rows.append_row(params![account, region, question, outcome, asked.note, sql_time(asked.asked_at)])?;
    }
    rows.flush()?;
    let mut rows = transaction.appender("cost_usage")?;
    for told in usage {
        let UsageAmount { statistic, account: of, subject, amount, unit } = told;
        rows.append_row(params![account, region, statistic, of, subject, amount, unit, at])?;
    }
    rows.flush()?;
    let mut rows = transaction.appender("cost_trial")?;
    for trial in trials {
        rows.append_row(params![account, trial.account, region, None::<String>, None::<i32>, at])?;
        for (feature, days) in &trial.features {
            rows.append_row(params![account, trial.account, region, feature, days, at])?;
        }
    }
    rows.flush()?;
    drop(rows);
    keep_metrics(transaction, region, metrics)
}

/// Hours that come again replace what was there: AWS fills them in for a day.
fn keep_metrics(transaction: &Connection, region: &str, metrics: &[MetricHour]) -> Result<(), StoreError> {
    let mut spans = std::collections::BTreeMap::new();
    for hour in metrics {
        let key = (hour.account.as_str(), hour.data_source, hour.metric);
        let span = spans.entry(key).or_insert((hour.starts_at, hour.starts_at));
        *span = (span.0.min(hour.starts_at), span.1.max(hour.starts_at));
    }
    for ((account, data_source, metric), (from, to)) in spans {
        transaction.execute(
            "DELETE FROM cost_metric WHERE account_id = ? AND region = ? AND data_source = ? AND metric = ?
                AND starts_at BETWEEN ? AND ?",
            params![account, region, data_source, metric, sql_time(from), sql_time(to)],
        )?;
    }
    let mut rows = transaction.appender("cost_metric")?;
    for hour in metrics {
        let MetricHour { account, data_source, metric, starts_at, amount } = hour;
        rows.append_row(params![account, region, data_source, metric, sql_time(*starts_at), amount])?;
    }
    Ok(rows.flush()?)
}

//! What GuardDuty costs, what it would cost, and whose reading each figure is.
//!
//! Money is text with decimals, in USD: `"12.34"`. What nobody told is `None`, never `"0.00"`.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::terms::UnknownTerm;
use super::terms::vocabulary;
use std::fmt;
use std::str::FromStr;

/// The feature that watches containers on Fargate, as `GetUsageStatistics` names it.
pub const FARGATE: &str = "FARGATE_RUNTIME_MONITORING";

/// Features that have a name of ours; others are called as AWS calls them.
pub const FEATURES: [&str; 13] = [
    FARGATE,
    "EC2_RUNTIME_MONITORING",
    "EKS_RUNTIME_MONITORING",
    "FLOW_LOGS",
    "DNS_LOGS",
    "CLOUD_TRAIL",
    "S3_DATA_EVENTS",
    "EKS_AUDIT_LOGS",
    "EBS_MALWARE_PROTECTION",
    "RDS_LOGIN_EVENTS",
    "LAMBDA_NETWORK_LOGS",
    "RDS_DBI_PROTECTION_PROVISIONED",
    "AI_PROTECTION",
];

vocabulary! {
    /// What an estimate rests on.
    CostBasis = "basis" {
        /// Nothing.
        NoData => "no-data",
        /// An amount of nobody knows how many days: the days of the trial could not be asked for.
        TrialUnknown => "trial-unknown",
        /// The sum so far, divided by the days it is of.
        PlainAverage => "plain-average",
        /// Single days, told apart by our own snapshots of the sum.
        DailySnapshots => "daily-snapshots",
        /// Single days, in hourly metrics of CloudWatch.
        CloudWatch => "cloudwatch",
    }
}

vocabulary! {
    /// What an estimate takes for granted.
    CostAssumption = "assumption" {
        /// AWS gave no amount.
        NoData => "no-data",
        /// The days of the trial could not be asked for.
        TrialUnknown => "trial-unknown",
        /// The amount is at list price, before discounts, credits and tax.
        ListPrice => "list-price",
        /// No trial was named: the amount is of thirty whole days.
        WholeWindow => "whole-window",
        /// The middle is the mean of the last seven days.
        LastSevenDays => "last-seven-days",
        /// The range spans twice the scatter of a month.
        Scatter => "scatter",
        /// There are fewer than seven single days.
        FewDays => "few-days",
        /// Days left are whole days: a trial is up to a day older.
        WholeDays => "whole-days",
    }
}

vocabulary! {
    /// Whose reading a figure is.
    CostReadingOf = "reading" {
        /// AWS's API: usage so far.
        Api => "api",
        /// What the console shows, as far as it can be told: the daily average of 30 days.
        Console => "console",
        /// Yagura's estimate.
        Yagura => "yagura",
        /// Yagura's estimate with the tiers of Runtime Monitoring applied to all accounts together.
        OrganizationTiers => "organization-tiers",
    }
}

vocabulary! {
    /// A question AWS is asked about costs.
    CostQuestion = "question" {
        Features => "usage-by-feature",
        Accounts => "usage-by-account",
        DataSources => "usage-by-data-source",
        TopAccounts => "top-accounts-by-feature",
        Members => "members",
        Trial => "trial-days",
        Metrics => "cloudwatch",
    }
}

vocabulary! {
    /// How a question ended.
    CostOutcome = "outcome" {
        Answered => "answered",
        /// An answer without a figure: there is no data yet.
        Empty => "empty",
        Denied => "denied",
        Failed => "failed",
        /// Not asked: only an administrator may, or the settings say no.
        Skipped => "skipped",
    }
}

vocabulary! {
    /// Why watching the rest of a workload has no price.
    CostGapReason = "reason" {
        /// GuardDuty has no agent for such tasks: nobody can close this gap.
        Unsupported => "unsupported",
        /// Nobody knows whether an agent runs there.
        CoverageUnknown => "coverage-unknown",
        /// No price of so many vCPUs is known in the Region.
        NoPrice => "no-price",
    }
}

vocabulary! {
    /// What a cost is split by.
    CostSplit = "split" {
        Feature => "feature",
        Account => "account",
        Region => "region",
        Cluster => "cluster",
        Family => "family",
    }
}

vocabulary! {
    /// A picture of costs.
    CostChart = "chart" {
        /// Usage so far by day, and thirty days ahead.
        Days => "days",
        Feature => "feature",
        Account => "account",
        Region => "region",
        Cluster => "cluster",
        Family => "family",
        /// Runtime Monitoring and the quotes by size of the fleet.
        BreakEven => "break-even",
    }
}

impl From<CostSplit> for CostChart {
    fn from(split: CostSplit) -> Self {
        match split {
            CostSplit::Feature => Self::Feature,
            CostSplit::Account => Self::Account,
            CostSplit::Region => Self::Region,
            CostSplit::Cluster => Self::Cluster,
            CostSplit::Family => Self::Family,
        }
    }
}

/// One account, Region and feature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostRow {
    pub account: String,
    pub region: String,
    pub feature: String,
    /// `None`: not in trial, or nobody could ask.
    pub days_left: Option<u32>,
    /// Days the usage is of. Where nobody could ask, the 30 that AWS sums up at most, and no estimate is made of them:
    /// [`CostBasis::TrialUnknown`].
    pub days_used: u32,
    /// The day, in UTC, from which usage is billed.
    pub ends_on: Option<Date>,
    /// At list price, of the trailing 30 days; `None`: no data yet.
    pub usage_usd: Option<String>,
    pub daily_usd: Option<String>,
    pub monthly_usd: Option<String>,
    pub low_usd: Option<String>,
    pub high_usd: Option<String>,
    /// What the console would show, as far as it can be told.
    pub console_usd: Option<String>,
    pub basis: CostBasis,
    pub assumptions: Vec<CostAssumption>,
    /// When AWS told the usage.
    pub observed_at: Option<Timestamp>,
}

impl CostRow {
    /// Whether its trial runs.
    pub fn in_trial(&self) -> bool {
        self.days_left.is_some_and(|days| days > 0)
    }
}

/// Sums over the rows whose figure is known.
///
/// The ends of the range are sums, too: of each row's end, or of its middle where it has no range. So the range is as wide
/// as this at least, and `unranged_rows` says how many rows make it too narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostTotal {
    pub usage_usd: Option<String>,
    pub monthly_usd: Option<String>,
    pub low_usd: Option<String>,
    /// `None` beside a lower end: nothing bounds one of the rows from above.
    pub high_usd: Option<String>,
    /// Rows with an estimate and without a range of it.
    pub unranged_rows: usize,
    /// Of a month, what is billed already: features whose trial is over.
    pub billed_usd: Option<String>,
    /// Of a month, what comes on top when the trials end.
    pub trial_usd: Option<String>,
    /// Rows without an estimate, which no sum holds.
    pub unknown_rows: usize,
}

/// One reading of the month, in USD.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostReading {
    pub of: CostReadingOf,
    pub usd: Option<String>,
}

/// Estimates by account, Region and feature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostProjection {
    /// The dearest first, unknown ones last.
    pub rows: Vec<CostRow>,
    pub total: CostTotal,
    pub readings: Vec<CostReading>,
    pub as_of: Timestamp,
    pub data_version: u64,
}

/// A part of the month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostPart {
    pub by: CostSplit,
    /// `(none)`: not attributed.
    pub key: String,
    pub label: String,
    pub monthly_usd: Option<String>,
}

/// What a workload costs, and what watching all of it would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostWorkload {
    /// `account/region/family`
    pub key: String,
    pub family: String,
    pub account: String,
    pub region: String,
    /// ARN.
    pub cluster: String,
    pub cluster_name: String,
    /// vCPUs that were watched, on average over the observed time.
    pub watched_vcpus: String,
    /// vCPUs that ran unwatched, on average.
    pub unwatched_vcpus: String,
    /// Tasks, on average.
    pub tasks: String,
    /// Its part of Runtime Monitoring; `None`: nothing to allocate is known.
    pub monthly_usd: Option<String>,
    /// What watching the rest would add; `None`: nobody can say, see `gap_reason`.
    pub gap_usd: Option<String>,
    pub gap_reason: Option<CostGapReason>,
}

/// A day of the chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostDay {
    pub day: Date,
    /// USD since the first day shown, that day included.
    pub usd: String,
    /// Bounds of a day that is still to come, as far apart at least: see [`CostTotal`].
    pub low_usd: Option<String>,
    pub high_usd: Option<String>,
    /// Whether it is still to come.
    pub ahead: bool,
}

/// How a question to AWS ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostAsked {
    pub account: String,
    pub region: String,
    pub question: CostQuestion,
    pub outcome: CostOutcome,
    /// What to do about it, or what was left out.
    pub note: Option<String>,
    pub asked_at: Timestamp,
}

impl CostAsked {
    /// Whether somebody has to do something about it.
    pub fn is_trouble(&self) -> bool {
        matches!(self.outcome, CostOutcome::Denied | CostOutcome::Failed)
    }

    /// `account/region/question`
    pub fn name(&self) -> String {
        format!("{}/{}/{}", self.account, self.region, self.question)
    }
}

/// A price and where it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostPrice {
    pub region: String,
    pub feature: String,
    pub unit: String,
    /// Up to how many units of the month, and the price of each; `None`: all others.
    pub tiers: Vec<(Option<String>, String)>,
    pub source: String,
    pub read: String,
}

/// A month in the currency people think in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostDisplay {
    /// Such as `JPY`.
    pub currency: String,
    /// Units of it for one USD, as configured.
    pub rate: String,
    pub monthly: Option<String>,
}

/// What another product would cost, as the team was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostAlternative {
    pub quote: super::cost_view::Quote,
    /// Of this fleet, in USD; `None`: it is priced by what nobody counted.
    pub monthly_usd: Option<String>,
    /// vCPUs at which it and Runtime Monitoring cost the same.
    pub break_even_vcpus: Vec<String>,
}

/// Runtime Monitoring beside the quotes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostAlternatives {
    /// The Region whose prices are compared with.
    pub region: String,
    /// Average vCPUs and tasks of the fleet; `None`: nobody watched what runs.
    pub vcpus: Option<String>,
    pub tasks: Option<String>,
    /// Runtime Monitoring for all of them, at list price.
    pub guardduty_usd: Option<String>,
    /// Up to how many vCPUs its price is known here, `"0"` where it is not; `None`: for any number. Beyond that nobody can
    /// say where it and a quote cost the same.
    pub priced_to_vcpus: Option<String>,
    pub rows: Vec<CostAlternative>,
    /// Points of the picture: vCPUs, then USD of GuardDuty and of every quote.
    pub curve: Vec<CostPoint>,
    pub as_of: Timestamp,
    pub data_version: u64,
}

/// A size of the fleet and what it costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostPoint {
    pub vcpus: String,
    pub guardduty_usd: Option<String>,
    /// In the order of the rows.
    pub quotes_usd: Vec<Option<String>>,
}

/// What a change would make of Runtime Monitoring and the chosen features.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostWhatIf {
    /// At list price, of what runs now.
    pub before_usd: Option<String>,
    pub after_usd: Option<String>,
    pub difference_usd: Option<String>,
    pub before_vcpus: String,
    pub after_vcpus: String,
    /// Regions without a known price, which no sum holds.
    pub unpriced: Vec<String>,
    /// Families that were to be watched and cannot be, because GuardDuty has no agent for them.
    pub unsupported: Vec<String>,
    /// What was named to change, of which nothing runs.
    pub unmatched: Vec<String>,
}

/// Everything about costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostReport {
    pub projection: CostProjection,
    pub parts: Vec<CostPart>,
    pub workloads: Vec<CostWorkload>,
    /// Of the Fargate runtime cost, what no observed workload explains; `None`: unknown.
    pub not_attributed_usd: Option<String>,
    /// Hours of the last 30 days in which somebody looked at what runs.
    pub observed_hours: u32,
    pub days: Vec<CostDay>,
    pub alternatives: CostAlternatives,
    pub what_if: Option<CostWhatIf>,
    pub asked: Vec<CostAsked>,
    pub prices: Vec<CostPrice>,
    /// What makers say of their products, GuardDuty first.
    pub products: Vec<super::product::Product>,
    pub display: Option<CostDisplay>,
    pub as_of: Timestamp,
    pub data_version: u64,
}

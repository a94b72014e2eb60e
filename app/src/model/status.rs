//! How fresh and how complete the data is, per account, Region and source.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::terms::{Category, Source, UnknownTerm, vocabulary};

/// How a source is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceState {
    /// The last pull was good and recent.
    Fresh,
    /// The last good pull is older than three intervals.
    Stale,
    /// The last pull failed.
    Failing,
    /// AWS refused: permissions, credentials or an opt-in Region.
    Denied,
    /// The service is not enabled here.
    NotEnabled,
    /// Never pulled yet.
    Never,
    /// Left out by the settings, or by who the account is.
    NotAsked,
}

vocabulary! {
    /// What asks AWS beside the pulls of findings.
    Collector = "collector" {
        /// What runs, and whether GuardDuty's agent runs there.
        Coverage => "coverage",
        /// Usage, trials and metrics.
        Cost => "cost",
    }
}

/// A question to AWS that is asked again and again beside the pulls of findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectorStatus {
    /// The account whose credentials ask.
    pub account: String,
    pub region: String,
    pub collector: Collector,
    /// Of coverage: `detector`, `verdicts`, `statistics`, `clusters`, `services`, `tasks`, `hub`; of costs: `members`,
    /// `usage-by-feature`, …, `trial-days`, `cloudwatch`.
    pub part: String,
    pub state: SourceState,
    pub last_attempt_at: Timestamp,
    pub last_success_at: Option<Timestamp>,
    /// Seconds since the last good answer.
    pub lag_seconds: Option<i64>,
    /// Why it failed, was refused or is not asked, or what was left out; safe to show.
    pub note: Option<String>,
    /// When it is asked again; `None`: not by itself, or never.
    pub next_at: Option<Timestamp>,
    /// Of the round the question was a part of; `None`: not known.
    pub took_ms: Option<u64>,
    pub requests: Option<u64>,
    pub throttles: Option<u64>,
}

impl CollectorStatus {
    /// Whether somebody has to do something about it.
    pub fn is_trouble(&self) -> bool {
        matches!(self.state, SourceState::Denied | SourceState::Failing | SourceState::Stale)
    }
}

/// What a pull did with the rows it read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullCounts {
    pub read: u64,
    pub new: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub rejected: u64,
}

/// One collector: an account's view of one service in one Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceStatus {
    /// The account whose credentials pull; as a delegated administrator it may read its members' findings too.
    pub account: String,
    pub region: String,
    pub source: Source,
    pub state: SourceState,
    pub last_attempt_at: Option<Timestamp>,
    pub last_success_at: Option<Timestamp>,
    /// Seconds since the last good pull.
    pub lag_seconds: Option<i64>,
    /// Findings up to this `updatedAt` have been read.
    pub cursor: Option<Timestamp>,
    /// Findings held from this source.
    pub findings: i64,
    pub last_pull: PullCounts,
    /// Requests sent, throttled answers and failed requests in the last pull.
    pub requests: u64,
    pub throttles: u64,
    pub errors: u64,
    /// Why the last pull failed, safe to show.
    pub last_error: Option<String>,
    /// Since when every pull has failed.
    pub failing_since: Option<Timestamp>,
    /// By how many seconds the server's clock was ahead of AWS's in the last pull, negative when behind; `None`: AWS did
    /// not tell the time.
    pub clock_ahead_seconds: Option<i64>,
    /// Milliseconds the last pull took; `None`: not known, or it never began.
    pub took_ms: Option<u64>,
    /// The pull that is under way.
    pub pulling: Option<Pulling>,
}

/// A pull under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pulling {
    pub started_at: Timestamp,
    /// Findings read so far.
    pub read: u64,
}

/// Findings of a type that the category table does not name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownType {
    /// The GuardDuty type.
    pub r#type: String,
    /// The category a general rule gave them.
    pub category: Option<Category>,
    pub rule: String,
    pub findings: i64,
}

impl SourceStatus {
    /// Differences that no reader need know of: answers are dated in whole seconds, and take some.
    const CLOCK_TOLERANCE_SECONDS: i64 = 60;

    /// By how many seconds the server's clock was ahead of AWS's, if that is more than a network explains.
    pub fn clock_difference(&self) -> Option<i64> {
        self.clock_ahead_seconds.filter(|seconds| seconds.abs() > Self::CLOCK_TOLERANCE_SECONDS)
    }
}

/// The database file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseStatus {
    pub bytes: u64,
    pub findings: i64,
    pub versions: i64,
    pub rejected_inputs: i64,
    pub schema_version: u32,
    pub duckdb_version: String,
    /// Since when nothing can be written; `None`: everything is.
    pub write_trouble: Option<WriteTrouble>,
    /// Damaged logs whose files are still there, newest first.
    pub logs_set_aside: Vec<LogSetAside>,
}

/// Why nothing can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WriteFailure {
    /// No room on the disk.
    DiskFull,
    /// Something else; the log of the server tells.
    Failed,
}

/// Nothing can be written: pulls keep nothing and try again, what is there can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteTrouble {
    pub since: Timestamp,
    pub why: WriteFailure,
}

/// A write-ahead log that could not be read to its end and was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogSetAside {
    /// The file's name in the data directory.
    pub file: String,
    pub at: Timestamp,
    pub bytes: u64,
    /// Whether every source was read in full since.
    pub is_read_again: bool,
}

/// Input that was no finding. Its texts are whatever somebody sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedInput {
    pub rejected_at: Timestamp,
    /// File name, or `account/region/source` of a pull.
    pub origin: String,
    /// Where in the origin, in words.
    pub position: String,
    pub reason: String,
    /// The beginning of the input.
    pub excerpt: String,
    /// Whether the input is longer than the excerpt.
    pub is_cut: bool,
}

/// Which rejected inputs to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RejectQuery {
    /// Rows; `None`: as many as usual.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// One page of rejected inputs, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectPage {
    pub rejects: Vec<RejectedInput>,
    /// Opaque; give it back as `cursor`.
    pub next_cursor: Option<String>,
    /// All rejected inputs, not only this page.
    pub total: i64,
    pub as_of: Timestamp,
    pub data_version: u64,
}

/// The status page and `/api/v1/status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusReport {
    pub version: String,
    pub sources: Vec<SourceStatus>,
    /// By account and Region, then in the order in which they ask.
    pub collectors: Vec<CollectorStatus>,
    pub database: DatabaseStatus,
    /// Seconds between pulls.
    pub sync_interval_seconds: u64,
    /// When the next pull begins unless somebody asks for one before; `None` where nothing pulls by itself.
    pub next_pull_at: Option<Timestamp>,
    /// How many pulls ended since the start.
    pub pulls_ended: u64,
    /// Threats of types the category table does not name, most findings first.
    pub unknown_types: Vec<UnknownType>,
    pub as_of: Timestamp,
    pub data_version: u64,
}

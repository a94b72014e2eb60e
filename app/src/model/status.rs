//! How fresh and how complete the data is, per account, Region and source.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::terms::{Category, Source};

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

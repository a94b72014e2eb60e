//! What is handed to the writer and what comes back.

use std::ops::AddAssign;

use app::model::Source;
use jiff::{SignedDuration, Timestamp};

use crate::ingest::{FindingKey, Observation, Rejected};

/// One collector's view: what the credentials of `account` see of one service in one Region.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope {
    pub account: String,
    pub region: String,
    pub source: Source,
}

/// Observations to be merged, in the order they were made.
#[derive(Debug, Clone)]
pub struct Batch {
    pub observations: Vec<Observation>,
    pub rejected: Vec<Rejected>,
    pub at: Timestamp,
    /// Where the pull stands once these rows are kept; `None` for imports.
    pub pull: Option<PullProgress>,
}

impl Batch {
    /// Of a file, with nothing in it yet.
    pub fn of_file(at: Timestamp) -> Self {
        Self { observations: Vec::new(), rejected: Vec::new(), at, pull: None }
    }
}

/// A full sweep that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sweep {
    pub started_at: Timestamp,
    /// Everything with an `updatedAt` from here on is read.
    pub from: Timestamp,
    /// It has read up to here; `None`: nothing yet.
    pub cursor: Option<Timestamp>,
}

/// How far a pull has come. Kept in the transaction of the rows it speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullProgress {
    pub scope: Scope,
    /// Everything with an `updatedAt` up to here has been read; `None` leaves the cursor where it is.
    pub cursor: Option<Timestamp>,
    /// Time that was looked at, half-open.
    pub covered: Option<(Timestamp, Timestamp)>,
    /// Set when everything has been re-read since this time; the sweep is over.
    pub full_at: Option<Timestamp>,
    /// Where the sweep stands; `None` leaves it where it is.
    pub sweep: Option<Sweep>,
    /// Whether a finding of the collector's own account and Region was among the rows.
    pub returned_own: bool,
    /// Findings that the service of this collector no longer has.
    pub gone: Vec<FindingKey>,
}

impl PullProgress {
    /// Nothing has moved yet.
    pub fn of(scope: Scope) -> Self {
        Self { scope, cursor: None, covered: None, full_at: None, sweep: None, returned_own: false, gone: Vec::new() }
    }
}

/// What a batch did, per observation. `read` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IngestSummary {
    pub read: u64,
    pub new: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub rejected: u64,
}

impl AddAssign for IngestSummary {
    fn add_assign(&mut self, other: Self) {
        self.read += other.read;
        self.new += other.new;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.rejected += other.rejected;
    }
}

/// How an attempt to pull ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullResult {
    Ok,
    /// With a text that is safe to show.
    Failed(String),
    /// AWS refused: permissions, credentials or an opt-in Region. With a text that is safe to show.
    Denied(String),
    /// The service is not enabled here. Not a failure.
    NotEnabled,
}

impl PullResult {
    /// The word in `sync_source.outcome` and in metrics.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed(_) => "failed",
            Self::Denied(_) => "denied",
            Self::NotEnabled => "not-enabled",
        }
    }

    /// Why it did not go well.
    pub fn error(&self) -> Option<&str> {
        match self {
            Self::Failed(text) | Self::Denied(text) => Some(text),
            Self::Ok | Self::NotEnabled => None,
        }
    }
}

/// A finished attempt to pull.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullOutcome {
    pub scope: Scope,
    pub at: Timestamp,
    /// How long it took; `None`: it never began.
    pub took: Option<SignedDuration>,
    pub result: PullResult,
    pub counts: IngestSummary,
    pub requests: u64,
    pub throttles: u64,
    pub errors: u64,
    /// How far this machine's clock is ahead of AWS's; `None`: not known.
    pub clock_ahead_seconds: Option<i64>,
}

/// Where the next pull begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PullState {
    pub cursor: Option<Timestamp>,
    pub last_full_at: Option<Timestamp>,
    pub last_success_at: Option<Timestamp>,
    /// A full sweep that did not come to its end.
    pub sweep: Option<Sweep>,
    /// Whether the collector ever returned a finding of its own account and Region.
    pub returned_own: bool,
}

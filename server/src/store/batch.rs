//! What is handed to the writer and what comes back.

use std::ops::AddAssign;

use app::model::Source;
use jiff::Timestamp;

use crate::ingest::{Observation, Rejected};

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

/// How far a pull has come. Kept in the transaction of the rows it speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullProgress {
    pub scope: Scope,
    /// Everything with an `updatedAt` up to here has been read; `None` leaves the cursor where it is.
    pub cursor: Option<Timestamp>,
    /// Time that was looked at, half-open.
    pub covered: Option<(Timestamp, Timestamp)>,
    /// Set when everything was re-read at this time.
    pub full_at: Option<Timestamp>,
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
    pub result: PullResult,
    pub counts: IngestSummary,
    pub requests: u64,
    pub throttles: u64,
    pub errors: u64,
}

/// Where the next pull begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PullState {
    pub cursor: Option<Timestamp>,
    pub last_full_at: Option<Timestamp>,
    pub last_success_at: Option<Timestamp>,
}

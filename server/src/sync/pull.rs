//! One pull of one collector.

use std::time::Duration;

use app::model::Source;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::plan::{Port, Target};
use super::report::ScopeReport;
use super::{SyncMode, SyncOptions};
use crate::aws::counters::{Counters, Sums};
use crate::aws::{AwsError, Page, Tokens};
use crate::clock::Clock;
use crate::ingest::{Observation, Rejected, normalize};
use crate::store::{Batch, IngestSummary, PullProgress, Store, StoreError};

/// Read again before the cursor: a finding that was updated while we paged may have moved between two pages.
const OVERLAP: SignedDuration = SignedDuration::from_mins(15);
/// What was last updated before is gone at Amazon, so nobody can look there
/// (<https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings.html>,
/// <https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings.html>).
const RETENTION: SignedDuration = SignedDuration::from_hours(90 * 24);
/// More pages than this in one pull is a list without an end: 10 million findings.
const MOST_PAGES: usize = 200_000;

/// Reads what changed, or everything, and keeps it. Errors of Amazon end up in the report, errors of the store do not.
pub async fn run(
    target: &Target,
    mode: SyncMode,
    options: &SyncOptions,
    store: &Store,
    clock: &dyn Clock,
    counters: &Counters,
) -> Result<ScopeReport, StoreError> {
    let started = clock.now();
    let before = counters.sums();
    let state = store.pull_state(&target.scope).await?.unwrap_or_default();
    let full_due = state.last_full_at.is_none_or(|at| started.duration_since(at) >= signed(options.full_sweep));
    let full = mode == SyncMode::Full || full_due || state.cursor.is_none();
    let earliest = started.checked_sub(signed(options.backfill)).unwrap_or(Timestamp::UNIX_EPOCH);
    let since = match state.cursor {
        Some(cursor) if !full => cursor.checked_sub(OVERLAP).unwrap_or(cursor),
        _ => earliest,
    };
    let mut pull =
        Pull { target, store, clock, since, started, newest: state.cursor, counts: IngestSummary::default() };
    let result = pull.read_all(full).await?;
    let sums = difference(counters.sums(), before);
    let report = match result {
        Ok(()) => ScopeReport::good(target.scope.clone(), pull.counts, sums),
        Err(error) => {
            if let Port::GuardDuty(guardduty) = &target.port {
                guardduty.forget_detector().await;
            }
            ScopeReport::broken(target.scope.clone(), pull.counts, sums, &error)
        }
    };
    store.record_pull(report.outcome(clock.now())).await?;
    Ok(report)
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

fn difference(after: Sums, before: Sums) -> Sums {
    Sums {
        requests: after.requests - before.requests,
        throttles: after.throttles - before.throttles,
        errors: after.errors - before.errors,
    }
}

struct Pull<'a> {
    target: &'a Target,
    store: &'a Store,
    clock: &'a dyn Clock,
    since: Timestamp,
    started: Timestamp,
    /// The newest `updatedAt` seen.
    newest: Option<Timestamp>,
    counts: IngestSummary,
}

impl Pull<'_> {
    async fn read_all(&mut self, full: bool) -> Result<Result<(), AwsError>, StoreError> {
        let mut tokens = Tokens::default();
        for _ in 0..MOST_PAGES {
            let page = match self.page(&mut tokens).await {
                Ok(page) => page,
                Err(error) => return Ok(Err(error)),
            };
            let last = page.last;
            self.keep(page, full).await?;
            if last {
                return Ok(Ok(()));
            }
        }
        let reason = format!("more than {MOST_PAGES} pages");
        Ok(Err(AwsError::Unreadable { operation: "the list of findings", reason }))
    }

    async fn page(&self, tokens: &mut Tokens) -> Result<Page, AwsError> {
        match &self.target.port {
            Port::GuardDuty(guardduty) => guardduty.page(self.since, tokens).await,
            Port::SecurityHub(hub) => {
                // The end is required; a day ahead leaves room for a clock that is slow.
                let until = self.started.checked_add(SignedDuration::from_hours(24)).unwrap_or(self.started);
                hub.page(self.since, until, tokens).await
            }
        }
    }

    /// Keeps a page. On the way the cursor follows the oldest row of the page, which a row that moved cannot pull
    /// ahead; at the end it stands at the newest row seen, and the time since the last pull is covered.
    async fn keep(&mut self, page: Page, full: bool) -> Result<(), StoreError> {
        let at = self.clock.now();
        let mut observations = Vec::with_capacity(page.documents.len());
        let mut rejected = Vec::new();
        for (index, document) in page.documents.iter().enumerate() {
            match self.normalize(document, at) {
                Ok(observation) => observations.push(observation),
                Err(reason) => rejected.push(self.rejected(index, reason, document)),
            }
        }
        let updates = || observations.iter().map(|observation: &Observation| observation.updated_at);
        let oldest = updates().min();
        self.newest = updates().max().into_iter().chain(self.newest).max();
        let forgotten = self.started.checked_sub(RETENTION).unwrap_or(Timestamp::UNIX_EPOCH);
        let progress = PullProgress {
            scope: self.target.scope.clone(),
            // A full sweep starts far behind the cursor and must not take it back.
            cursor: match (page.last, full) {
                (true, _) => self.newest,
                (false, false) => oldest,
                (false, true) => None,
            },
            covered: page.last.then_some((self.since.max(forgotten), self.started)),
            full_at: (page.last && full).then_some(self.started),
        };
        self.counts += self.store.ingest(Batch { observations, rejected, at, pull: Some(progress) }).await?;
        Ok(())
    }

    fn normalize(&self, document: &Value, at: Timestamp) -> Result<Observation, String> {
        let source: Source = self.target.scope.source;
        normalize::source(source, document, at).map_err(|reject| reject.0)
    }

    fn rejected(&self, index: usize, reason: String, document: &Value) -> Rejected {
        let scope = &self.target.scope;
        let mut raw = document.to_string();
        raw.truncate(raw.floor_char_boundary(64 * 1024));
        Rejected {
            origin: format!("{}/{}/{}", scope.account, scope.region, scope.source),
            position: format!("element {index} of a page"),
            reason,
            raw,
        }
    }
}

//! One pull of one collector.
//!
//! An incremental pull reads what was updated since the cursor, with an overlap. A full sweep reads everything, and is
//! saved page by page: an interrupted one is finished by the next pull, which brings what is new as well, because the
//! list goes from the oldest update to the newest.

use std::sync::Arc;

use app::model::Source;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::plan::Target;
use super::report::ScopeReport;
use super::runs::UnderWay;
use super::sweep::{self, Seen};
use super::{SyncMode, SyncOptions, signed};
use crate::aws::counters::Counters;
use crate::aws::{AwsError, Page, Tokens};
use crate::clock::Clock;
use crate::ingest::{FindingKey, Observation, Rejected, normalize};
use crate::store::{Batch, IngestSummary, PullProgress, PullState, Store, StoreError, Sweep, Unseen};

/// Read again before the cursor: a finding that was updated while we paged may have moved between two pages.
const OVERLAP: SignedDuration = SignedDuration::from_mins(15);
/// Read again at the edge of a page: rows of one moment may lie on both sides, and services cut times differently.
const ONCE_MORE: SignedDuration = SignedDuration::from_secs(1);
/// What was last updated before is gone at Amazon, so nobody can look there
/// (<https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings.html>,
/// <https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings.html>).
const RETENTION: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Findings that one sweep asks for by name. What is beyond is left to the next sweep.
const MOST_JUDGED: usize = 5000;

/// What every pull needs.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    pub options: &'a SyncOptions,
    pub store: &'a Store,
    pub clock: &'a dyn Clock,
    /// Of all pulls together.
    pub counters: &'a Arc<Counters>,
    /// Is told how much was read.
    pub(super) under_way: &'a UnderWay,
}

/// Reads what changed, or everything, and keeps it. Errors of Amazon end up in the report, errors of the store do not.
pub async fn run(
    target: &Target,
    mode: SyncMode,
    Surroundings { options, store, clock, counters, under_way }: Surroundings<'_>,
) -> Result<ScopeReport, StoreError> {
    let counters = Counters::part_of(counters);
    let started = clock.now();
    let state = store.pull_state(&target.scope).await?.unwrap_or_default();
    let beginning = sweep::beginning(started, signed(options.backfill), RETENTION);
    let due = || Sweep { started_at: started, from: beginning, cursor: None };
    // Who asks for everything is not served by the rest of a sweep that began some time ago.
    let interrupted = state.sweep.filter(|_| mode == SyncMode::Incremental);
    let sweep = interrupted.or_else(|| is_sweep_due(&state, mode, options, started).then(due));
    let mut pull = Pull {
        target,
        store,
        clock,
        counters: &counters,
        under_way,
        most_pages: options.most_pages,
        since: since(&state, sweep.as_ref(), beginning),
        started,
        newest: state.cursor,
        sweep,
        // One that was interrupted cannot tell what is gone: what it read before may be gone since.
        seen: (interrupted.is_none() && sweep.is_some()).then(Seen::default),
        returned_own: state.returned_own,
        counts: IngestSummary::default(),
    };
    let result = pull.read_all().await?;
    let (counts, sums) = (pull.counts, counters.sums());
    let report = match result {
        Ok(()) => ScopeReport::good(target.scope.clone(), counts, sums),
        Err(error) => {
            target.port.forget().await;
            ScopeReport::broken(target.scope.clone(), counts, sums, &error)
        }
    };
    store.record_pull(report.outcome(clock.now(), Some(started))).await?;
    Ok(report)
}

fn is_sweep_due(state: &PullState, mode: SyncMode, options: &SyncOptions, now: Timestamp) -> bool {
    let old = state.last_full_at.is_none_or(|at| now.duration_since(at) >= signed(options.full_sweep));
    mode == SyncMode::Full || old
}

/// Where to begin reading. Where there has never been a finding there is no cursor: everything is one short page.
fn since(state: &PullState, sweep: Option<&Sweep>, beginning: Timestamp) -> Timestamp {
    let earlier = |at: Timestamp| at.checked_sub(OVERLAP).unwrap_or(at);
    match sweep {
        Some(Sweep { from, cursor: Some(reached), .. }) => earlier(*reached).max(*from),
        Some(Sweep { from, cursor: None, .. }) => *from,
        None => state.cursor.map_or(beginning, earlier),
    }
}

/// The documents of a page, read.
#[derive(Default)]
struct Read {
    observations: Vec<Observation>,
    rejected: Vec<Rejected>,
}

struct Pull<'a> {
    target: &'a Target,
    store: &'a Store,
    clock: &'a dyn Clock,
    counters: &'a Arc<Counters>,
    under_way: &'a UnderWay,
    most_pages: usize,
    since: Timestamp,
    started: Timestamp,
    /// The newest `updatedAt` seen.
    newest: Option<Timestamp>,
    /// The full sweep this pull is or finishes.
    sweep: Option<Sweep>,
    /// What was seen since the sweep's first page; `None` where that is not all.
    seen: Option<Seen>,
    returned_own: bool,
    counts: IngestSummary,
}

impl Pull<'_> {
    async fn read_all(&mut self) -> Result<Result<(), AwsError>, StoreError> {
        let (mut since, mut tokens) = (self.since, Tokens::default());
        for _ in 0..self.most_pages {
            let page = match self.target.port.page(since, self.started, &mut tokens, self.counters).await {
                Ok(page) => page,
                Err(error) => return Ok(Err(error)),
            };
            let last = page.last;
            if let Some(next) = self.keep(page).await?.filter(|next| *next > since) {
                (since, tokens) = (next, Tokens::default());
            }
            if last {
                if let Some(sweep) = self.sweep {
                    self.finish(sweep).await?;
                }
                return Ok(Ok(()));
            }
        }
        let reason = format!("more than {} pages", self.most_pages);
        Ok(Err(AwsError::Unreadable { operation: "the list of findings", reason }))
    }

    /// Keeps a page and tells from which update on to ask for the next one, if its rows came in their order and not all at
    /// once. Page tokens may be counts of rows: a row that is updated while we read would move one behind it over the
    /// edge of a page, unread, and long before the overlap of the next pull. Rows of one second are left to the token.
    ///
    /// On the way the cursor follows the oldest row of the page, which a row that moved cannot pull
    /// ahead; at the end it stands at the newest row seen, and the time since the last pull is covered. A sweep has a
    /// cursor of its own: it starts far behind the other and must not take it back.
    async fn keep(&mut self, page: Page) -> Result<Option<Timestamp>, StoreError> {
        let at = self.clock.now();
        let read = self.read(&page.documents, at);
        if let Some(seen) = &mut self.seen {
            seen.missing(page.missing);
        }
        let updates = || read.observations.iter().map(|observation| observation.updated_at);
        let oldest = updates().min();
        let reached = updates().next_back().filter(|_| updates().is_sorted());
        let next =
            reached.and_then(|at| at.checked_sub(ONCE_MORE).ok()).filter(|next| oldest.is_some_and(|at| at < *next));
        self.newest = updates().max().into_iter().chain(self.newest).max();
        let mut progress = self.progress();
        match &mut self.sweep {
            Some(sweep) => {
                sweep.cursor = sweep.cursor.max(oldest);
                progress.sweep = Some(*sweep);
            }
            None if page.last => {
                progress.cursor = self.newest;
                progress.covered = Some((self.since.max(forgotten(self.started)), self.started));
            }
            None => progress.cursor = oldest,
        }
        self.ingest(read, at, progress).await?;
        Ok(next)
    }

    /// Ends a sweep: everything has been read, and what should have come and did not is gone.
    async fn finish(&mut self, sweep: Sweep) -> Result<(), StoreError> {
        let gone = self.gone(&sweep).await?;
        let progress = PullProgress {
            cursor: self.newest,
            // The list was read up to the present, however often it was interrupted.
            covered: Some((sweep.from.max(forgotten(sweep.started_at)), self.started)),
            // Silent changes after the sweep began may have been missed.
            full_at: Some(sweep.started_at),
            gone,
            ..self.progress()
        };
        self.ingest(Read::default(), self.clock.now(), progress).await
    }

    /// Findings that the service no longer has. Empty when that cannot be told.
    async fn gone(&mut self, sweep: &Sweep) -> Result<Vec<FindingKey>, StoreError> {
        let seen = self.seen.take().and_then(|seen| seen.complete(self.target, sweep, self.returned_own));
        let Some(seen) = seen else { return Ok(Vec::new()) };
        let unseen = match self.store.unseen(seen, MOST_JUDGED).await {
            Err(error) if error.is_transient() => {
                tracing::warn!(%error, "left to the next sweep: what AWS no longer has");
                return Ok(Vec::new());
            }
            other => other?,
        };
        let mut gone = Vec::new();
        for some in unseen.chunks(self.target.port.asked_at_once()) {
            match self.not_there(some).await? {
                Ok(keys) => gone.extend(keys),
                Err(error) => {
                    tracing::warn!(%error, "left to the next sweep: what AWS no longer has");
                    break;
                }
            }
        }
        Ok(gone)
    }

    /// Asks for findings by name. Those that come were only overlooked and are kept; the others are not there.
    async fn not_there(&mut self, asked: &[Unseen]) -> Result<Result<Vec<FindingKey>, AwsError>, StoreError> {
        let arns: Vec<String> = asked.iter().map(|unseen| unseen.arn.clone()).collect();
        let documents = match self.target.port.ask_for(&arns, self.counters).await {
            Ok(documents) => documents,
            // The question itself was refused, as for names of another form: the sweep's word has to do.
            Err(AwsError::Failed { .. }) => Vec::new(),
            Err(error) => return Ok(Err(error)),
        };
        let there = sweep::keys_of(&documents);
        if !documents.is_empty() {
            let at = self.clock.now();
            let read = self.read(&documents, at);
            self.ingest(read, at, self.progress()).await?;
        }
        Ok(Ok(asked.iter().map(|unseen| unseen.key).filter(|key| !there.contains(key)).collect()))
    }

    fn progress(&self) -> PullProgress {
        PullProgress { returned_own: self.returned_own, ..PullProgress::of(self.target.scope.clone()) }
    }

    async fn ingest(&mut self, read: Read, at: Timestamp, progress: PullProgress) -> Result<(), StoreError> {
        let Read { observations, rejected } = read;
        self.counts += self.store.ingest(Batch { observations, rejected, at, pull: Some(progress) }).await?;
        self.under_way.read(self.counts.read);
        Ok(())
    }

    fn read(&mut self, documents: &[Value], at: Timestamp) -> Read {
        let scope = &self.target.scope;
        let source: Source = scope.source;
        let mut read = Read::default();
        for (index, document) in documents.iter().enumerate() {
            match normalize::source(source, document, at) {
                Ok(observation) => {
                    let place = sweep::place_of(&observation);
                    self.returned_own |=
                        place.as_ref().is_some_and(|place| place.0 == scope.account && place.1 == scope.region);
                    if let Some(seen) = &mut self.seen {
                        seen.finding(observation.key, place);
                    }
                    read.observations.push(observation);
                }
                Err(reject) => {
                    if let Some(seen) = &mut self.seen {
                        seen.refused(document);
                    }
                    read.rejected.push(self.rejected(index, reject.0, document));
                }
            }
        }
        read
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

/// What AWS had already forgotten then.
fn forgotten(now: Timestamp) -> Timestamp {
    now.checked_sub(RETENTION).unwrap_or(Timestamp::UNIX_EPOCH)
}

//! Pulls every source on time and tells the truth about how it went.
//!
//! A pull is a reconciler: it takes no input, may run again at any time, and moves its cursor only together with the
//! rows it read. One failing source stops no other.

mod plan;
mod pull;
mod report;
mod runs;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, Notify};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::aws::counters::Counters;
use crate::aws::{AccountOptions, Connection};
use crate::clock::SharedClock;
use crate::store::{IngestSummary, Store, StoreError};
use plan::Plan;
pub use report::{ScopeReport, SyncReport};
pub use runs::Runs;

/// What to pull, and when.
#[derive(Debug, Clone)]
pub struct SyncOptions {
    /// Empty: the Region of the AWS configuration.
    pub regions: Vec<String>,
    /// `None`: asked from Security Hub, else every Region.
    pub security_hub_region: Option<String>,
    /// Empty: the standard credential chain alone.
    pub accounts: Vec<AccountOptions>,
    pub interval: Duration,
    /// After this long everything is read again: edits of the workflow and archiving may not move `updatedAt`.
    pub full_sweep: Duration,
    /// How far back the first pull and every full sweep reach.
    pub backfill: Duration,
    pub connection: Connection,
}

/// How much to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncMode {
    /// What changed since the last pull, or everything when a full sweep is due.
    Incremental,
    /// Everything in the backfill window.
    Full,
}

/// Pulls on demand and on time, never twice at once.
#[derive(Debug)]
pub struct Syncer {
    options: SyncOptions,
    store: StoreHandle,
    clock: SharedClock,
    counters: Arc<Counters>,
    plan: Mutex<Option<Plan>>,
    wake: Notify,
    tried: AtomicBool,
    runs: Runs,
}

/// The store without a `Debug` of its own contents.
struct StoreHandle(Store);

impl std::fmt::Debug for StoreHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Syncer {
    /// Prepares; nothing is sent yet.
    pub fn new(options: SyncOptions, store: Store, clock: SharedClock) -> Self {
        Self {
            options,
            store: StoreHandle(store),
            clock,
            counters: Arc::default(),
            plan: Mutex::new(None),
            wake: Notify::new(),
            tried: AtomicBool::new(false),
            runs: Runs::default(),
        }
    }

    /// Pulls everything once. Waits for a pull that is under way.
    pub async fn run_once(&self, mode: SyncMode) -> Result<SyncReport, StoreError> {
        let mut plan = self.plan.lock().await;
        let complete = plan.as_ref().is_some_and(Plan::is_complete);
        if !complete {
            // What could not be found out last time may be known now.
            *plan = Some(Box::pin(Plan::make(&self.options, &self.counters)).await);
        }
        let mut report = SyncReport::default();
        if let Some(plan) = plan.as_ref() {
            for failure in plan.failures() {
                let failed = self.record_unplanned(failure).await?;
                self.runs.count(&failed);
                report.scopes.push(failed);
            }
            for target in plan.targets() {
                // The SDKs' futures are large; on the heap they spare the stacks of whoever waits.
                let pulled = Box::pin(pull::run(
                    target,
                    mode,
                    &self.options,
                    &self.store.0,
                    self.clock.as_ref(),
                    &self.counters,
                ))
                .await?;
                if let Some(error) = &pulled.error {
                    tracing::warn!(scope = %pulled.name(), error, "a pull failed");
                }
                self.runs.count(&pulled);
                report.scopes.push(pulled);
            }
        }
        self.tried.store(true, Ordering::Release);
        Ok(report)
    }

    async fn record_unplanned(&self, failure: &plan::Failure) -> Result<ScopeReport, StoreError> {
        let report = ScopeReport::failed(failure.scope.clone(), &failure.error);
        self.store.0.record_pull(report.outcome(self.clock.now())).await?;
        Ok(report)
    }

    /// Pulls now and then every interval, until told to stop.
    pub fn start(self: Arc<Self>, stop: CancellationToken) -> JoinHandle<()> {
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    () = stop.cancelled() => return,
                    // Dropping a pull in the middle is safe: what it kept, it kept with its cursor.
                    result = self.run_once(SyncMode::Incremental) => match result {
                        Ok(report) => tell(report.totals()),
                        Err(error) => tracing::error!(%error, "a pull could not be kept"),
                    },
                }
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = self.wake.notified() => {}
                    () = tokio::time::sleep(self.options.interval) => {}
                }
            }
        })
    }

    /// Asks for a pull before its time.
    pub fn request_now(&self) {
        self.wake.notify_one();
    }

    /// Whether one pull of everything has been tried since the start.
    pub fn first_pull_tried(&self) -> bool {
        self.tried.load(Ordering::Acquire)
    }

    /// Pulls that ended since the start.
    pub fn runs(&self) -> &Runs {
        &self.runs
    }

    /// Requests sent so far.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }
}

/// Quiet while nothing changes.
fn tell(totals: IngestSummary) {
    let IngestSummary { read, new, updated, rejected, .. } = totals;
    if new + updated + rejected > 0 {
        tracing::info!(read, new, updated, rejected, "pulled");
    } else {
        tracing::debug!(read, "pulled, nothing changed");
    }
}

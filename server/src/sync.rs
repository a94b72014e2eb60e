//! Pulls every source on time and tells the truth about how it went.
//!
//! A pull is a reconciler: it takes no input, may run again at any time, and moves its cursor only together with the
//! rows it read. Collectors run at the same time, a few at once, and none waits for another: a slow or failing one costs
//! only itself.

mod busy;
mod cost;
mod fleet;
mod plan;
mod port;
mod pull;
mod report;
mod rounds;
mod runs;
mod sweep;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::StreamExt;
use futures::future::join_all;
use futures::stream::FuturesUnordered;
use jiff::SignedDuration;
use tokio::sync::{Mutex, Notify, Semaphore};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::aws::counters::Counters;
use crate::aws::{AccountOptions, Connection};
use crate::clock::SharedClock;
use crate::store::{IngestSummary, Store, StoreError};
use busy::Busy;
pub use cost::CostWhen;
pub use fleet::FleetOptions;
use fleet::FleetTarget;
use plan::{Account, Failure, Target};
use pull::Surroundings;
pub use report::{LookReport, ScopeReport, SyncReport};
pub use rounds::Rounds;
pub use runs::{Progress, Runs};

/// Collectors that read at the same time.
const AT_ONCE: usize = 8;
/// Looks at what runs at the same time, in places of their own: no finding waits for them.
const LOOKS_AT_ONCE: usize = 4;
/// The time between two looks is known if it is no longer than so many times what is usual; a look may fail once.
const LOOKS_APART: u32 = 3;

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
    /// A list with more pages has no end.
    pub most_pages: usize,
    /// After this long AWS is asked anew what it costs.
    pub cost_interval: Duration,
    /// Whether CloudWatch is asked, too.
    pub cloudwatch: bool,
    /// Looking at what runs; `None`: nobody looks.
    pub fleet: Option<FleetOptions>,
    pub connection: Connection,
}

impl SyncOptions {
    /// Enough for 10 million findings.
    pub const MOST_PAGES: usize = 200_000;
}

/// How much to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncMode {
    /// What changed since the last pull, or everything when a full sweep is due.
    Incremental,
    /// Everything in the backfill window.
    Full,
}

/// Pulls on demand and on time, no collector twice at once.
#[derive(Debug)]
pub struct Syncer {
    options: SyncOptions,
    store: StoreHandle,
    clock: SharedClock,
    counters: Arc<Counters>,
    accounts: Vec<Account>,
    busy: Busy,
    /// [`AT_ONCE`], over all rounds.
    places: Semaphore,
    looks: Semaphore,
    /// Held while looks are under way: two rounds do not mix.
    looking: Mutex<()>,
    wake: Notify,
    cost_wake: Notify,
    /// One round of questions about costs at a time.
    cost_turn: Mutex<()>,
    wake_look: Notify,
    tried: AtomicBool,
    runs: Arc<Runs>,
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
        let runs = Arc::new(Runs::of(Rounds::of(&options)));
        Self {
            accounts: Account::all(&options),
            busy: Busy::default(),
            places: Semaphore::new(AT_ONCE),
            options,
            store: StoreHandle(store),
            clock,
            counters: Arc::default(),
            looks: Semaphore::new(LOOKS_AT_ONCE),
            looking: Mutex::new(()),
            wake: Notify::new(),
            cost_wake: Notify::new(),
            cost_turn: Mutex::new(()),
            wake_look: Notify::new(),
            tried: AtomicBool::new(false),
            runs,
        }
    }

    /// Pulls everything once. Waits for pulls that are under way.
    pub async fn run_once(&self, mode: SyncMode) -> Result<SyncReport, StoreError> {
        let mut report = self.pull_findings(mode).await?;
        report.looks = self.look_around().await?;
        Ok(report)
    }

    /// Pulls findings once, and looks at nothing else. Waits for pulls that are under way.
    pub async fn pull_findings(&self, mode: SyncMode) -> Result<SyncReport, StoreError> {
        self.round(mode, Meeting::Wait).await
    }

    /// Looks once at what runs in every account and Region, whatever became of the findings there. Members come after the
    /// administrator, whose verdicts explain their gaps.
    pub async fn look_around(&self) -> Result<Vec<LookReport>, StoreError> {
        let Some(options) = self.options.fleet else { return Ok(Vec::new()) };
        let _alone = self.looking.lock().await;
        let mut targets = Vec::new();
        for account in &self.accounts {
            let kept = async |names, scopes| self.store.0.forget_unplanned(names, scopes).await;
            targets.extend(account.plan(&self.options, &self.counters, kept).await?.fleets);
        }
        let (judging, rest): (Vec<_>, Vec<_>) = targets.into_iter().partition(|target| target.verdicts);
        let mut reports = Vec::new();
        for targets in [judging, rest] {
            let looks = targets.iter().map(|target| Box::pin(self.look(target, options)));
            let looks: Result<Vec<LookReport>, StoreError> = join_all(looks).await.into_iter().collect();
            reports.extend(looks?);
        }
        Ok(reports)
    }

    async fn look(&self, target: &FleetTarget, options: FleetOptions) -> Result<LookReport, StoreError> {
        // Closed never.
        let _place = self.looks.acquire().await;
        let look = target.look(&self.options, options.ecs, self.clock.as_ref(), &self.counters).await;
        let report = LookReport::of(target.name(), &look);
        for error in &report.errors {
            tracing::warn!(scope = report.name, error, "a look at what runs failed in part");
        }
        let longest = SignedDuration::try_from(options.interval.saturating_mul(LOOKS_APART));
        self.store.0.keep_look(look, longest.unwrap_or(SignedDuration::MAX)).await?;
        Ok(report)
    }

    /// Pulls every collector. The report is in the order of the plan; a failure of the store is told after all had
    /// their turn.
    async fn round(&self, mode: SyncMode, meeting: Meeting) -> Result<SyncReport, StoreError> {
        let accounts = join_all(self.accounts.iter().map(|account| self.account(account, mode, meeting))).await;
        if !self.tried.swap(true, Ordering::AcqRel) {
            self.cost_wake.notify_one();
        }
        let scopes: Result<Vec<Option<ScopeReport>>, StoreError> = accounts.into_iter().flatten().collect();
        Ok(SyncReport { scopes: scopes?.into_iter().flatten().collect(), looks: Vec::new() })
    }

    /// The collectors of one account; `None` for those left out.
    async fn account(
        &self,
        account: &Account,
        mode: SyncMode,
        meeting: Meeting,
    ) -> Vec<Result<Option<ScopeReport>, StoreError>> {
        // What stood for this account while it could not be planned for is not failing any more.
        let kept = async |names, scopes| self.store.0.forget_unplanned(names, scopes).await;
        if let Err(error) = account.follow_home(&self.options, &self.counters, self.clock.now(), kept).await {
            return vec![Err(error)];
        }
        let plan = match account.plan(&self.options, &self.counters, kept).await {
            Ok(plan) => plan,
            Err(error) => return vec![Err(error)],
        };
        // The SDKs' futures are large; on the heap they spare the stacks of whoever waits.
        let pulls = plan.targets.iter().map(|target| Box::pin(self.target(target, mode, meeting)));
        let mut reports = join_all(pulls).await;
        if let Some(failure) = &plan.failure {
            reports.push(self.record_unplanned(failure).await.map(Some));
        }
        reports
    }

    async fn target(
        &self,
        target: &Target,
        mode: SyncMode,
        meeting: Meeting,
    ) -> Result<Option<ScopeReport>, StoreError> {
        let Some(_turn) = self.busy.turn(&target.scope, meeting).await else { return Ok(None) };
        // Closed never.
        let _place = self.places.acquire().await;
        let surroundings = Surroundings {
            options: &self.options,
            store: &self.store.0,
            clock: self.clock.as_ref(),
            counters: &self.counters,
            under_way: &self.runs.begin(&target.scope, self.clock.now()),
        };
        let pulled = match pull::run(target, mode, surroundings).await {
            Ok(pulled) => pulled,
            Err(error) => return Err(self.unkept(target, error).await),
        };
        if let Some(error) = &pulled.error {
            tracing::warn!(scope = %pulled.name(), error, "a pull failed");
        }
        self.runs.count(&pulled);
        Ok(Some(pulled))
    }

    /// A pull that the store could not keep has failed, for its source as well. The cursor stays where it was.
    async fn unkept(&self, target: &Target, error: StoreError) -> StoreError {
        let report = ScopeReport::unkept(target.scope.clone(), &error);
        if let Err(second) = self.store.0.record_pull(report.outcome(self.clock.now(), None)).await {
            tracing::debug!(error = %second, "nor could it be noted that a pull was not kept");
        }
        self.runs.count(&report);
        error
    }

    async fn record_unplanned(&self, failure: &Failure) -> Result<ScopeReport, StoreError> {
        let report = ScopeReport::failed(failure.scope.clone(), &failure.error);
        self.store.0.record_pull(report.outcome(self.clock.now(), None)).await?;
        tracing::warn!(scope = %report.name(), error = %failure.error, "a pull failed");
        self.runs.count(&report);
        Ok(report)
    }

    /// Pulls now and then every interval, until told to stop. A collector that is still at it when its time comes again
    /// is left to finish; the others go on. Beside it, looks at what runs in their own time.
    pub fn start(self: Arc<Self>, stop: CancellationToken) -> JoinHandle<()> {
        let asking = Arc::clone(&self);
        let stopped = stop.clone();
        let cost = tokio::spawn(async move { stopped.run_until_cancelled(asking.follow_cost()).await });
        if let Some(options) = self.options.fleet {
            tokio::spawn(Arc::clone(&self).keep_looking(options.interval, stop.clone()));
        }
        tokio::spawn(async move {
            self.follow(&stop).await;
            if cost.await.is_err() {
                tracing::error!("what asks about costs panicked");
            }
        })
    }

    async fn keep_looking(self: Arc<Self>, interval: Duration, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                looked = self.look_around() => if let Err(error) = looked {
                    tracing::error!(%error, "a look at what runs could not be kept");
                },
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.wake_look.notified() => {}
                () = tokio::time::sleep(interval) => {}
            }
        }
    }

    async fn follow(&self, stop: &CancellationToken) {
        let mut rounds = FuturesUnordered::new();
        loop {
            rounds.push(self.round(SyncMode::Incremental, Meeting::Skip));
            self.runs.expect(self.clock.now().checked_add(self.options.interval).ok());
            let mut next = std::pin::pin!(tokio::time::sleep(self.options.interval));
            loop {
                tokio::select! {
                    // Dropping a pull in the middle is safe: what it kept, it kept with its cursor.
                    () = stop.cancelled() => return,
                    Some(result) = rounds.next() => match result {
                        Ok(report) => tell(report.totals()),
                        Err(error) => tracing::error!(%error, "a pull could not be kept"),
                    },
                    () = self.wake.notified() => break,
                    () = &mut next => break,
                }
            }
        }
    }

    /// Asks for a pull, and for a look at what runs, before their time.
    pub fn request_now(&self) {
        self.wake.notify_one();
        self.wake_look.notify_one();
    }

    /// Whether one pull of everything has been tried since the start.
    pub fn first_pull_tried(&self) -> bool {
        self.tried.load(Ordering::Acquire)
    }

    /// Pulls that ended since the start, and those under way.
    pub fn runs(&self) -> &Arc<Runs> {
        &self.runs
    }

    /// Requests sent so far.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

/// What to do when a collector is met at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meeting {
    /// Pull after it.
    Wait,
    /// Leave it alone.
    Skip,
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

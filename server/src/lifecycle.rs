//! Start, and an orderly stop: the composition root of the process.
//!
//! Order of the end: nothing new is pulled, requests in flight are answered or cut off at a deadline, the database is
//! closed last.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io, process, thread};

use axum::serve::ListenerExt;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::aws::{AccountOptions, Connection};
use crate::backend::YaguraBackend;
use crate::clock::SharedClock;
use crate::config::Config;
use crate::cost::prices::Prices;
use crate::http::{App, SiteFiles, router};
use crate::ingest::Classifier;
use crate::pack::schedule::{self, Schedule};
use crate::query::reports::CostSettings;
use crate::share::registry::Registry;
use crate::store::{Store, StoreError, StoreOptions};
use crate::sync::{FleetOptions, SyncOptions, Syncer};

/// Futures of the SDKs and of pages are large in unoptimised builds.
const STACK_BYTES: usize = 16 * 1024 * 1024;
/// Fewer threads than this, and one slow page would hold up the health checks of a small machine.
const LEAST_WORKERS: usize = 4;
/// Requests in flight get this long to end.
const DRAIN: Duration = Duration::from_secs(5);
/// The counts ahead are compared with a recount this long after the start,
const BEFORE_FIRST_PROOF: Duration = Duration::from_mins(1);
/// and then this often.
const BETWEEN_PROOFS: Duration = Duration::from_hours(24);
/// What is kept too long is looked for at the start and then this often.
const BETWEEN_CLEANINGS: Duration = Duration::from_hours(24);

/// Uses of shares are written down this often.
const BETWEEN_COUNTS: Duration = Duration::from_mins(1);

/// Where a server leaves its process id and address for commands beside it, in the data directory.
pub const ADDRESS_FILE: &str = "yagura.address";

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("cannot listen on {address}: {source}; stop what listens there, or set http.listen or --listen")]
    Listen { address: SocketAddr, source: io::Error },
}

/// Runs a command to its end, on threads with room for it: the main thread's stack is not ours to choose.
pub fn run<T: Send>(command: impl AsyncFnOnce() -> T + Send) -> io::Result<T> {
    let workers = thread::available_parallelism().map_or(LEAST_WORKERS, usize::from).max(LEAST_WORKERS);
    let runtime =
        Builder::new_multi_thread().worker_threads(workers).thread_stack_size(STACK_BYTES).enable_all().build()?;
    thread::scope(|scope| {
        let named = thread::Builder::new().name("command".to_owned()).stack_size(STACK_BYTES);
        let running = named.spawn_scoped(scope, || runtime.block_on(command()))?;
        running.join().map_err(|_panicked| io::Error::other("the command panicked"))
    })
}

/// What documents are read by.
pub fn classifier(config: &Config) -> Classifier {
    Classifier::embedded().with_workload_tags(&config.aws.workload_tags)
}

/// Opens the configured database for a command that ends.
pub async fn open_store(config: &Config) -> Result<Store, StoreError> {
    open(config, false).await
}

/// Opens the configured database to answer whoever asks.
pub async fn open_store_to_serve(config: &Config) -> Result<Store, StoreError> {
    open(config, true).await
}

async fn open(config: &Config, holds_rollups: bool) -> Result<Store, StoreError> {
    let options = StoreOptions {
        holds_rollups,
        path: Some(config.data_dir.clone()),
        memory_limit: config.limits.memory.clone(),
        threads: config.limits.threads,
        readers: config.limits.readers,
        query_timeout: config.limits.query_timeout,
        documents: config.retention.documents,
        log_bytes: config.limits.log,
        reserve_bytes: config.limits.reserve,
    };
    let classifier = Arc::new(classifier(config));
    let opened = spawn_blocking(move || Store::open(options, classifier));
    opened.await.map_err(|_panicked| StoreError::Panicked)?
}

/// What to collect, as configured.
pub fn sync_options(config: &Config) -> SyncOptions {
    let accounts = config.aws.accounts.iter().map(|account| AccountOptions {
        name: Some(account.name.clone()),
        role_arn: account.role_arn.clone(),
        external_id: account.external_id.clone(),
        profile: account.profile.clone(),
        ecs_only: account.ecs_only,
    });
    SyncOptions {
        regions: config.aws.regions.clone(),
        security_hub_region: config.aws.securityhub_region.clone(),
        accounts: accounts.collect(),
        interval: config.sync.interval,
        full_sweep: config.sync.full_sweep,
        // What is older would be dropped as soon as it was read.
        backfill: config
            .retention
            .keep
            .and_then(|keep| Duration::try_from(keep).ok())
            .map_or(config.sync.backfill, |keep| config.sync.backfill.min(keep)),
        most_pages: SyncOptions::MOST_PAGES,
        cost_interval: config.cost.interval,
        cloudwatch: config.aws.cloudwatch,
        fleet: Some(FleetOptions { interval: config.sync.coverage, ecs: config.aws.ecs }),
        connection: Connection {
            guardduty_rate: config.aws.guardduty_rate,
            security_hub_rate: config.aws.securityhub_rate,
            ecs_rate: config.aws.ecs_rate,
            ..Connection::default()
        },
    }
}

/// The database's questions, as configured.
pub fn backend(config: &Config, store: &Store, clock: &SharedClock) -> YaguraBackend {
    let costs = CostSettings {
        prices: Prices::with(&config.cost.prices),
        quotes: config.cost.alternatives.clone(),
        display: config.cost.display.clone(),
    };
    YaguraBackend::new(store.clone(), Arc::clone(clock), config.time_zone.clone(), config.sync.interval)
        .with_costs(costs)
}

/// A running server with its collectors.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    stop: CancellationToken,
    server: JoinHandle<()>,
    collector: JoinHandle<()>,
    prover: JoinHandle<()>,
    cleaner: JoinHandle<()>,
    counter: JoinHandle<()>,
    packer: Option<JoinHandle<()>>,
    left: PathBuf,
    store: StoreHandle,
}

struct StoreHandle(Store);

impl std::fmt::Debug for StoreHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

/// Listens, then pulls at once and every interval.
pub async fn start(config: &Config, clock: SharedClock, options: SyncOptions) -> Result<Running, StartError> {
    let site = SiteFiles::find();
    let store = open_store_to_serve(config).await?;
    if store.reprocess_advised() {
        tracing::warn!(
            "findings were read by another version of the parser or of the category rules; stop the server and run \
             `yagura reprocess` to bring them up to date"
        );
    }
    let address = config.http.listen;
    let listener = TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })?;
    let address = listener.local_addr().unwrap_or(address);
    let syncer = Arc::new(Syncer::new(options, store.clone(), Arc::clone(&clock)));
    let mut config = config.clone();
    config.http.listen = address;
    let packing = backend(&config, &store, &clock);
    let app = App::new(backend(&config, &store, &clock), Arc::clone(&syncer), site, &config);
    let registry = Arc::clone(app.registry());
    let left = config.data_dir.join(ADDRESS_FILE);
    if let Err(error) = fs::write(&left, format!("{} {address}\n", process::id())) {
        tracing::warn!(%error, "commands about shares will not find this server");
    }
    let stop = CancellationToken::new();
    let listener = listener.tap_io(|connection| {
        // Small answers should not wait for a full packet; without it they are late, not wrong.
        let _ = connection.set_nodelay(true);
    });
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
    let server = tokio::spawn(async move {
        if let Err(error) = serving.await {
            tracing::error!(%error, "the server ended");
        }
    });
    let collector = syncer.start(stop.clone());
    let prover = tokio::spawn(prove_rollups(store.clone(), stop.clone()));
    let packer =
        Schedule::of(&config.reports).map(|schedule| tokio::spawn(schedule::run(packing, schedule, stop.clone())));
    let cleaner = tokio::spawn(forget_daily(config, store.clone(), clock, stop.clone()));
    let counter = tokio::spawn(count_uses(registry, stop.clone()));
    tracing::info!(url = format!("http://{address}/"), "listening");
    Ok(Running { address, stop, server, collector, prover, cleaner, counter, packer, left, store: StoreHandle(store) })
}

/// Drops what the configuration does not keep that long.
pub async fn forget_outdated(config: &Config, store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let Some(before) = config.retention.keep.and_then(|keep| now.checked_sub(keep).ok()) else { return Ok(()) };
    let findings = store.forget(before).await?;
    if findings > 0 {
        tracing::info!(findings, %before, "dropped what retention.days does not keep");
    }
    Ok(())
}

/// Looks every day for what is kept too long.
async fn forget_daily(config: Config, store: Store, clock: SharedClock, stop: CancellationToken) {
    loop {
        match stop.run_until_cancelled(forget_outdated(&config, &store, clock.now())).await {
            None => return,
            Some(Ok(())) => {}
            Some(Err(error)) => tracing::warn!(%error, "what is kept too long was not dropped; tomorrow again"),
        }
        if stop.run_until_cancelled(sleep(BETWEEN_CLEANINGS)).await.is_none() {
            return;
        }
    }
}

/// Writes down every minute how often links were used, and once more at the end.
async fn count_uses(registry: Arc<Registry>, stop: CancellationToken) {
    let mut ended = false;
    while !ended {
        ended = stop.run_until_cancelled(sleep(BETWEEN_COUNTS)).await.is_none();
        if let Err(error) = registry.write_usage().await {
            tracing::warn!(%error, "uses of shares were not written down; in a minute again");
        }
    }
}

/// Proves the rollups soon after the start and every day: a count of everything, so not while the first pages load.
async fn prove_rollups(store: Store, stop: CancellationToken) {
    let mut pause = BEFORE_FIRST_PROOF;
    while stop.run_until_cancelled(sleep(pause)).await.is_some() {
        pause = BETWEEN_PROOFS;
        if let Some(Err(error)) = stop.run_until_cancelled(store.prove_rollups()).await {
            tracing::warn!(%error, "the rollups were not proved; tomorrow again");
        }
    }
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends in order. An error means that the last checkpoint failed; what was committed is in the log.
    pub async fn shutdown(self) -> Result<(), StoreError> {
        let Self {
            stop, mut server, collector, prover, cleaner, counter, packer, left, store: StoreHandle(store), ..
        } = self;
        stop.cancel();
        // Commands find nobody from now on; a file that stays names a process that is gone.
        let _ = fs::remove_file(left);
        if collector.await.is_err() {
            tracing::error!("the collector panicked");
        }
        if prover.await.is_err() {
            tracing::error!("the proof of the rollups panicked");
        }
        if cleaner.await.is_err() {
            tracing::error!("the daily cleaning panicked");
        }
        if let Some(packer) = packer
            && packer.await.is_err()
        {
            tracing::error!("what writes report packs panicked");
        }
        if counter.await.is_err() {
            tracing::error!("the count of uses panicked");
        }
        if timeout(DRAIN, &mut server).await.is_err() {
            tracing::warn!(after_seconds = DRAIN.as_secs(), "requests in flight were cut off");
            server.abort();
        }
        store.close().await
    }
}

/// Waits for SIGINT or SIGTERM.
pub async fn stop_signal() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

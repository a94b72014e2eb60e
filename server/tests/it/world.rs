//! A simulated AWS, a database and a collector between them.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use server::aws::{AccountOptions, Connection};
use server::clock::{Clock, FixedClock, SharedClock};
use server::config::{Config, Overrides};
use server::demo::{Simulator, SimulatorOptions};
use server::http::{App, SiteFiles, router};
use server::ingest::Classifier;
use server::lifecycle;
use server::store::{Store, StoreOptions};
use server::sync::{SyncMode, SyncOptions, Syncer};
use tempfile::TempDir;

use crate::client::Client;

/// Everything a test of the whole way of the data needs.
pub struct Stage {
    pub clock: Arc<FixedClock>,
    pub simulator: Simulator,
    pub store: Store,
    pub syncer: Arc<Syncer>,
    options: SyncOptions,
    /// Where the database is; `None`: in memory.
    directory: Option<TempDir>,
}

impl Stage {
    /// A short past: what most tests ask does not depend on how much there is. Nothing is pulled yet.
    pub async fn new() -> Self {
        Self::with(SimulatorOptions::sparse, 1e6).await
    }

    /// All of the past that the demo has.
    pub async fn whole() -> Self {
        Self::with(SimulatorOptions::new, 1e6).await
    }

    /// A simulator with its own options, read at `rate` requests per second.
    pub async fn with(options: impl Fn(SharedClock) -> SimulatorOptions, rate: f64) -> Self {
        let clock = Arc::new(FixedClock::new("2026-11-23T12:00:00Z".parse().unwrap()));
        let shared: SharedClock = Arc::clone(&clock) as SharedClock;
        let simulator = Simulator::start(options(Arc::clone(&shared))).await.unwrap();
        let store = Store::open(StoreOptions::default(), classifier()).unwrap();
        let (id, secret) = simulator.access_key();
        let options = SyncOptions {
            regions: simulator.regions(),
            security_hub_region: None,
            accounts: Vec::new(),
            interval: Duration::from_mins(5),
            full_sweep: Duration::from_hours(24),
            backfill: Duration::from_hours(100 * 24),
            most_pages: SyncOptions::MOST_PAGES,
            cost_interval: Duration::from_hours(24),
            cloudwatch: true,
            fleet: None,
            connection: Connection {
                endpoint_url: Some(simulator.endpoint_url()),
                static_credentials: Some((id.to_owned(), secret.to_owned())),
                first_backoff: Duration::from_millis(1),
                guardduty_rate: 1e6,
                security_hub_rate: rate,
                ecs_rate: 1e6,
            },
        };
        let syncer = Arc::new(Syncer::new(options.clone(), store.clone(), shared));
        Self { clock, simulator, store, syncer, options, directory: None }
    }

    /// A short past and a database on disk.
    pub async fn on_disk() -> Self {
        Self::new().await.moved_to_disk().await
    }

    /// All of the past and a database on disk.
    pub async fn whole_on_disk() -> Self {
        Self::whole().await.moved_to_disk().await
    }

    async fn moved_to_disk(mut self) -> Self {
        self.directory = Some(tempfile::tempdir().unwrap());
        self.reopen().await;
        self
    }

    /// Stops and starts, as a new process would: nothing is remembered but what is on disk.
    pub async fn reopen(&mut self) {
        self.store.clone().close().await.unwrap();
        self.reopen_closed();
    }

    fn reopen_closed(&mut self) {
        let path = self.directory.as_ref().map(|directory| directory.path().to_owned());
        let options = StoreOptions { path, ..StoreOptions::default() };
        self.store = Store::open(options, classifier()).unwrap();
        self.use_options(|_| {});
    }

    /// Puts rows into the database on disk, as another part of the program would, and opens it again.
    pub async fn put(&mut self, sql: &str) {
        self.store.clone().close().await.unwrap();
        let folder = self.directory.as_ref().unwrap().path();
        let connection = duckdb::Connection::open(folder.join("yagura.duckdb")).unwrap();
        connection.execute_batch(sql).unwrap();
        drop(connection);
        self.reopen_closed();
    }

    /// Reads these accounts instead.
    pub fn use_accounts(&mut self, accounts: Vec<AccountOptions>) {
        self.use_options(|options| options.accounts = accounts);
    }

    /// A new collector with changed options.
    pub fn use_options(&mut self, change: impl FnOnce(&mut SyncOptions)) {
        change(&mut self.options);
        let clock: SharedClock = Arc::clone(&self.clock) as SharedClock;
        self.syncer = Arc::new(Syncer::new(self.options.clone(), self.store.clone(), clock));
    }

    /// Pulls until AWS has been asked `requests` times for `operation`, then drops everything as a crash would.
    /// Whether it came to its end before.
    pub async fn interrupted(&self, service: &str, operation: &str, requests: usize) -> bool {
        tokio::select! {
            report = self.syncer.run_once(SyncMode::Incremental) => !report.unwrap().failed(),
            () = self.asked(service, operation, requests) => false,
        }
    }

    /// Waits until AWS has been asked that often from now on.
    pub async fn asked(&self, service: &str, operation: &str, requests: usize) {
        let before = self.requests(service, operation);
        while self.requests(service, operation) < before + requests {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// How often AWS has been asked.
    pub fn requests(&self, service: &str, operation: &str) -> usize {
        let asked = self.simulator.requests();
        asked.iter().filter(|one| one.service == service && one.operation == operation).count()
    }

    /// The served application, with settings that differ from the defaults.
    pub fn served(&self, site: SiteFiles, overrides: &Overrides) -> Client {
        let config = Config::load(None, overrides).unwrap();
        let clock = Arc::clone(&self.clock) as SharedClock;
        let backend = lifecycle::backend(&config, &self.store, &clock);
        Client(router(App::new(backend, Arc::clone(&self.syncer), site, &config)))
    }

    /// The served application with default settings and no front end.
    pub fn client(&self) -> Client {
        self.served(SiteFiles::default(), &Overrides::new())
    }

    /// Lets time pass.
    pub fn wait(&self, minutes: i64) {
        self.clock.advance(SignedDuration::from_mins(minutes));
    }

    pub fn now(&self) -> jiff::Timestamp {
        self.clock.now()
    }

    /// One number of the database.
    pub async fn number(&self, sql: &'static str) -> i64 {
        self.store.read(move |snapshot| Ok(snapshot.connection().query_row(sql, [], |row| row.get(0))?)).await.unwrap()
    }
}

/// As configured by default.
fn classifier() -> Arc<Classifier> {
    Arc::new(lifecycle::classifier(&Config::load(None, &Overrides::new()).unwrap()))
}

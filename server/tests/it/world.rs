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
use server::sync::{SyncOptions, Syncer};

use crate::client::Client;

/// Everything a test of the whole way of the data needs.
pub struct Stage {
    pub clock: Arc<FixedClock>,
    pub simulator: Simulator,
    pub store: Store,
    pub syncer: Arc<Syncer>,
    options: SyncOptions,
}

impl Stage {
    /// Nothing is pulled yet.
    pub async fn new() -> Self {
        Self::with(SimulatorOptions::new, 1e6).await
    }

    /// A simulator with its own options, read at `rate` requests per second.
    pub async fn with(options: impl Fn(SharedClock) -> SimulatorOptions, rate: f64) -> Self {
        let clock = Arc::new(FixedClock::new("2026-11-23T12:00:00Z".parse().unwrap()));
        let shared: SharedClock = Arc::clone(&clock) as SharedClock;
        let simulator = Simulator::start(options(Arc::clone(&shared))).await.unwrap();
        let store = Store::open(StoreOptions::default(), Arc::new(Classifier::embedded())).unwrap();
        let (id, secret) = simulator.access_key();
        let options = SyncOptions {
            regions: simulator.regions(),
            security_hub_region: None,
            accounts: Vec::new(),
            interval: Duration::from_mins(5),
            full_sweep: Duration::from_hours(24),
            backfill: Duration::from_hours(100 * 24),
            connection: Connection {
                endpoint_url: Some(simulator.endpoint_url()),
                static_credentials: Some((id.to_owned(), secret.to_owned())),
                first_backoff: Duration::from_millis(1),
                guardduty_rate: 1e6,
                security_hub_rate: rate,
            },
        };
        let syncer = Arc::new(Syncer::new(options.clone(), store.clone(), shared));
        Self { clock, simulator, store, syncer, options }
    }

    /// Reads these accounts instead.
    pub fn use_accounts(&mut self, accounts: Vec<AccountOptions>) {
        self.options.accounts = accounts;
        let clock: SharedClock = Arc::clone(&self.clock) as SharedClock;
        self.syncer = Arc::new(Syncer::new(self.options.clone(), self.store.clone(), clock));
    }

    /// The served application, with settings that differ from the defaults.
    pub fn served(&self, site: SiteFiles, overrides: &Overrides) -> Client {
        let config = Config::load(None, overrides).unwrap();
        let clock = Arc::clone(&self.clock) as SharedClock;
        let backend = lifecycle::backend(&config, &self.store, &clock);
        Client(router(App::new(backend, Arc::clone(&self.syncer), site, &config.http)))
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

//! What every request can reach.

use std::env;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use tokio::sync::Semaphore;
use xxhash_rust::xxh3::xxh3_64;

use super::SiteFiles;
use super::middleware::{Hosts, KeptPages};
use super::outside::Outside;
use crate::backend::YaguraBackend;
use crate::chart::SvgCharts;
use crate::config::Config;
use crate::share::registry::Registry;
use crate::sync::Syncer;

/// Pictures painted at once: each takes a processor and some ten megabytes.
const EASELS: usize = 2;

/// The served application.
pub struct App {
    pub(super) backend: YaguraBackend,
    pub(super) charts: SvgCharts,
    pub(super) syncer: Arc<Syncer>,
    pub(super) registry: Arc<Registry>,
    pub(super) outside: Outside,
    pub(super) pages: KeptPages,
    pub(super) site: SiteFiles,
    pub(super) hosts: Hosts,
    /// Whether browsers reach us over HTTPS.
    pub(super) secure: bool,
    /// Room for requests in flight.
    pub(super) room: Arc<Semaphore>,
    /// Room for pictures that are being painted.
    pub(super) easels: Arc<Semaphore>,
    pub(super) request_timeout: Duration,
    /// Changes with the program and with the front end.
    pub(super) build: u64,
}

impl App {
    /// Puts the parts together.
    pub fn new(backend: YaguraBackend, syncer: Arc<Syncer>, site: SiteFiles, config: &Config) -> Self {
        let public = config.http.public_url.as_ref();
        let registry = Registry::new(backend.clone(), config.share_setting());
        Self {
            build: build(&site),
            registry: Arc::new(registry),
            outside: Outside::new(&backend, config),
            pages: KeptPages::default(),
            backend: backend.watching(syncer.runs()),
            charts: SvgCharts,
            syncer,
            site,
            hosts: Hosts::new(public.map(|url| url.authority.clone())),
            secure: public.is_some_and(|url| url.origin.starts_with("https:")),
            room: Arc::new(Semaphore::new(config.http.max_requests)),
            easels: Arc::new(Semaphore::new(EASELS)),
            request_timeout: config.http.request_timeout,
        }
    }

    /// The shares, for those who keep their uses.
    pub fn registry(&self) -> &Arc<Registry> {
        &self.registry
    }
}

/// The version alone does not tell two builds apart during development; the executable does.
fn build(site: &SiteFiles) -> u64 {
    let executable = env::current_exe().and_then(std::fs::metadata);
    let seen = executable.and_then(|file| Ok((file.len(), file.modified()?.duration_since(UNIX_EPOCH).ok())));
    xxh3_64(format!("{} {:?} {:?}", env!("CARGO_PKG_VERSION"), seen.ok(), site.site).as_bytes())
}

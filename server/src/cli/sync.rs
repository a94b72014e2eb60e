//! `yagura sync`: one pull of everything, and what it costs.

use std::sync::Arc;
use std::time::Duration;

use app::model::CostAsked;
use clap::Args;
use indicatif::ProgressBar;

use super::error::CommandError;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::lifecycle;
use crate::sync::{CostWhen, ScopeReport, SyncMode, Syncer};

/// Options of `sync`.
#[derive(Debug, Args)]
pub struct SyncArgs {
    /// Read everything again, not only what changed.
    #[arg(long)]
    full: bool,
}

/// Pulls, prints how every part went, and fails if any part failed.
pub async fn run(args: &SyncArgs, config: &Config) -> Result<(), CommandError> {
    let store = lifecycle::open_store(config).await?;
    let syncer = Arc::new(Syncer::new(lifecycle::sync_options(config), store.clone(), Arc::new(SystemClock)));
    let mode = if args.full { SyncMode::Full } else { SyncMode::Incremental };
    let watched = tokio::spawn(watch(Arc::clone(&syncer)));
    let pulled = syncer.run_once(mode).await;
    let asked = syncer.run_cost(CostWhen::Now).await;
    watched.abort();
    // The bar leaves the terminal before the result comes.
    let _ = watched.await;
    let cleaned = lifecycle::forget_outdated(config, &store, SystemClock.now()).await;
    let closed = store.close().await;
    let report = pulled?;
    let asked = asked?;
    cleaned?;
    closed?;
    print!("{report}");
    for asked in asked.iter().filter(|asked| asked.is_trouble()) {
        println!("{}: {}: {}", asked.name(), asked.outcome, asked.note.as_deref().unwrap_or("no reason given"));
    }
    let failed = report.scopes.iter().filter(|scope| scope.error.is_some()).map(ScopeReport::name);
    let unasked = asked.iter().filter(|asked| asked.is_trouble()).map(CostAsked::name);
    let unseen = report.looks.iter().filter(|look| !look.errors.is_empty()).map(|look| look.name.clone());
    let failed: Vec<String> = failed.chain(unseen).chain(unasked).collect();
    if failed.is_empty() {
        return Ok(());
    }
    Err(CommandError::Failed(format!("not everything was pulled: {} failed", failed.join(", "))))
}

/// Shows on a terminal that something happens.
async fn watch(syncer: Arc<Syncer>) {
    let bar = ProgressBar::new_spinner();
    loop {
        bar.set_message(format!("pulling: {} requests to AWS", syncer.counters().sums().requests));
        bar.tick();
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

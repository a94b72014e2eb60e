//! `yagura demo`: the production code against a simulated AWS.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;

use super::error::CommandError;
use super::serve::until_stopped;
use crate::aws::{AccountOptions, Connection};
use crate::clock::{Clock, FixedClock, SharedClock, ShiftedClock, SystemClock};
use crate::config::{Config, Overrides};
use crate::demo::{Simulator, SimulatorOptions};
use crate::lifecycle;
use crate::sync::{FleetOptions, SyncOptions};

/// Between two pulls while the world moves: short enough to watch.
const LIVE_INTERVAL: Duration = Duration::from_secs(6);
/// Between two looks at what runs while the world moves.
const LIVE_LOOK: Duration = Duration::from_secs(20);
/// Longer than any demo: one pull, unless somebody asks for more.
const STILL_INTERVAL: Duration = Duration::from_hours(365 * 24);
/// Silent edits are found within minutes.
const LIVE_FULL_SWEEP: Duration = Duration::from_mins(5);
/// Usage grows; AWS would be asked once a day.
const LIVE_COST: Duration = Duration::from_mins(1);
/// More than the history of the simulated world, which is what AWS itself remembers.
const BACKFILL: Duration = Duration::from_hours(100 * 24);

/// Options of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Listen on this address and port [setting http.listen].
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Decides everything that happens in the simulated world.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Let time stand still: nothing new arrives.
    #[arg(long)]
    still: bool,
    /// The present of the simulated world instead of the machine's, such as 2026-11-23T12:00:00Z.
    #[arg(long, value_name = "RFC3339")]
    now: Option<Timestamp>,
}

impl DemoArgs {
    /// As settings.
    pub fn overrides(&self) -> Overrides {
        self.listen.map(|address| ("http.listen", address.to_string())).into_iter().collect()
    }

    fn clock(&self) -> SharedClock {
        match (self.still, self.now) {
            (true, now) => Arc::new(FixedClock::new(now.unwrap_or_else(|| SystemClock.now()))),
            (false, Some(now)) => Arc::new(ShiftedClock::starting_at(now)),
            (false, None) => Arc::new(SystemClock),
        }
    }
}

/// Gives a new database the looks of the days before.
async fn remember(config: &Config, simulator: &Simulator) -> Result<(), CommandError> {
    let store = lifecycle::open_store(config).await?;
    let is_new = store.read(|snapshot| {
        let sql = "SELECT NOT EXISTS (FROM coverage_part)";
        Ok(snapshot.connection().query_row(sql, [], |row| row.get::<_, bool>(0))?)
    });
    if is_new.await? {
        let (looks, apart) = simulator.past_looks();
        for look in looks {
            store.keep_look(look, apart).await?;
        }
    }
    Ok(store.close().await?)
}

/// The administrator, who sees every finding, and the members, of whom only ECS is asked.
fn accounts(simulator: &Simulator) -> Vec<AccountOptions> {
    let members = simulator.roles().into_iter().skip(1).map(|(role_arn, external_id)| AccountOptions {
        role_arn: Some(role_arn),
        external_id,
        ecs_only: true,
        ..AccountOptions::default()
    });
    [AccountOptions::default()].into_iter().chain(members).collect()
}

/// Serves until it is told to stop. Without a folder of its own the database goes with the process.
pub async fn run(args: DemoArgs, mut config: Config, keep: bool) -> Result<(), CommandError> {
    let scratch = if keep { None } else { Some(scratch()?) };
    if let Some(folder) = &scratch {
        folder.path().clone_into(&mut config.data_dir);
    }
    let clock = args.clock();
    let world = if args.still { SimulatorOptions::new } else { SimulatorOptions::live };
    let simulator = Simulator::start(SimulatorOptions { seed: args.seed, ..world(Arc::clone(&clock)) }).await?;
    let (id, secret) = simulator.access_key();
    let interval = if args.still { STILL_INTERVAL } else { LIVE_INTERVAL };
    if !args.still {
        // What "stale" is measured by.
        config.sync.interval = interval;
    }
    let options = SyncOptions {
        regions: simulator.regions(),
        security_hub_region: None,
        accounts: accounts(&simulator),
        interval,
        full_sweep: LIVE_FULL_SWEEP,
        backfill: BACKFILL,
        most_pages: SyncOptions::MOST_PAGES,
        cost_interval: if args.still { STILL_INTERVAL } else { LIVE_COST },
        cloudwatch: true,
        fleet: Some(FleetOptions { interval: if args.still { STILL_INTERVAL } else { LIVE_LOOK }, ecs: true }),
        connection: Connection {
            endpoint_url: Some(simulator.endpoint_url()),
            static_credentials: Some((id.to_owned(), secret.to_owned())),
            first_backoff: Duration::from_millis(100),
            // A world that stands still has no quotas; GuardDuty's is not known.
            guardduty_rate: 1e6,
            ecs_rate: if args.still { 1e6 } else { Connection::default().ecs_rate },
            security_hub_rate: if args.still { 1e6 } else { Connection::default().security_hub_rate },
        },
    };
    tracing::info!(endpoint = simulator.endpoint_url(), seed = args.seed, still = args.still, "AWS is simulated");
    remember(&config, &simulator).await?;
    let running = lifecycle::start(&config, clock, options).await?;
    let ended = until_stopped(running).await;
    simulator.shutdown().await;
    drop(scratch);
    ended
}

fn scratch() -> Result<tempfile::TempDir, CommandError> {
    tempfile::Builder::new()
        .prefix("yagura-demo-")
        .tempdir()
        .map_err(|source| CommandError::File { path: std::env::temp_dir(), source })
}

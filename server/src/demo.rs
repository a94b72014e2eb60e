//! An AWS simulator that speaks the real wire protocol, fed from `seed-data`.
//!
//! Everything else in the demo is the production code, pointed here by endpoint URL. Requests must be signed; the
//! signature itself is not verified. Operations Yagura does not call are answered as unknown.
//!
//! `estate`, `activity` and `wording` read the seed data; `fleet` runs the estate's tasks; `world` invents what happens
//! to them; `documents` puts it into AWS's shapes; `wire` answers requests, within `quota`, unless `faults` spoil them.

mod activity;
mod documents;
mod estate;
mod faults;
mod fleet;
mod past;
mod quota;
mod record;
mod wire;
mod wording;
mod world;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::clock::SharedClock;
use crate::fleet::Look;
pub use faults::{Fault, FaultRule, Faults};
use quota::Quotas;
pub use record::Known;
pub use wire::RequestRecord;
use wire::{AwsClock, Sessions};
pub use world::World;

/// The id of the access key of the delegated administrator.
const ACCESS_KEY: &str = "AKIAYAGURADEMO000000";
const SECRET_KEY: &str = "the-simulator-does-not-verify-signatures";

/// How to simulate.
#[derive(Debug, Clone)]
pub struct SimulatorOptions {
    /// Decides everything that happens in the world.
    pub seed: u64,
    /// Nothing happens after the start.
    pub still: bool,
    /// Whether requests beyond AWS's documented quotas are throttled.
    pub quotas: bool,
    /// Keeps one of so many findings of the past, at least one of each type; 1 keeps all.
    pub one_of: usize,
    /// Loopback only.
    pub listen: SocketAddr,
    pub clock: SharedClock,
}

impl SimulatorOptions {
    /// A world that stands still and has no quotas, on a free port.
    pub fn new(clock: SharedClock) -> Self {
        Self { seed: 1, still: true, quotas: false, one_of: 1, listen: SocketAddr::from(([127, 0, 0, 1], 0)), clock }
    }

    /// The same with a short past, for what does not depend on how much there is.
    pub fn sparse(clock: SharedClock) -> Self {
        Self { one_of: 5, ..Self::new(clock) }
    }

    /// A world that lives, with AWS's quotas, on a free port.
    pub fn live(clock: SharedClock) -> Self {
        Self { still: false, quotas: true, ..Self::new(clock) }
    }
}

/// Why the simulator cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    #[error("the simulator listens on loopback only, not on {0}")]
    NotLoopback(SocketAddr),
    #[error("the simulator cannot listen: {0}")]
    Listen(#[from] std::io::Error),
    #[error("the simulated estate is unusable: {0}")]
    Estate(String),
}

/// State shared by the server and those who look behind it.
#[derive(Debug)]
struct Shared {
    world: Mutex<World>,
    faults: Faults,
    quotas: Quotas,
    sessions: Sessions,
    aws_clock: AwsClock,
    requests: Mutex<Vec<RequestRecord>>,
    clock: SharedClock,
}

impl Shared {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running simulator.
#[derive(Debug)]
pub struct Simulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Simulator {
    /// Builds the world and starts to serve it.
    pub async fn start(options: SimulatorOptions) -> Result<Self, SimulatorError> {
        if !options.listen.ip().is_loopback() {
            return Err(SimulatorError::NotLoopback(options.listen));
        }
        let mut world = World::build(options.seed, options.clock.now()).map_err(SimulatorError::Estate)?;
        world.thin(options.one_of);
        let shared = Arc::new(Shared {
            world: Mutex::new(world),
            faults: Faults::default(),
            quotas: Quotas::new(options.quotas),
            sessions: Sessions::default(),
            aws_clock: AwsClock::default(),
            requests: Mutex::default(),
            clock: options.clock,
        });
        let listener = TcpListener::bind(options.listen).await?;
        let address = listener.local_addr()?;
        let stop = CancellationToken::new();
        let app = wire::router(Arc::clone(&shared));
        let stopped = stop.clone().cancelled_owned();
        let mut tasks = vec![tokio::spawn(async move {
            // A server that ends shows in every later request.
            let _ = axum::serve(listener, app).with_graceful_shutdown(stopped).await;
        })];
        if !options.still {
            tasks.push(tokio::spawn(live(Arc::clone(&shared), stop.clone())));
        }
        Ok(Self { shared, address, stop, tasks })
    }

    /// Where AWS is.
    pub fn endpoint_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Id and secret of the delegated administrator.
    pub fn access_key(&self) -> (&'static str, &'static str) {
        (ACCESS_KEY, SECRET_KEY)
    }

    /// Roles the administrator may assume, one per account: ARN, and the external id where one is asked for.
    pub fn roles(&self) -> Vec<(String, Option<String>)> {
        self.shared.world().roles()
    }

    /// Regions of the estate.
    pub fn regions(&self) -> Vec<String> {
        self.shared.world().regions()
    }

    /// Switches faults on and off.
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// The truth behind the API, and the means to change it.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.shared.world()
    }

    /// Looks of the days before, oldest first, and how long two of them may lie apart.
    pub fn past_looks(&self) -> (Vec<Look>, SignedDuration) {
        (past::looks(&self.shared.world(), self.shared.clock.now()), past::BETWEEN)
    }

    /// Ends every session that came with a role.
    pub fn revoke_sessions(&self) {
        self.shared.sessions.revoke();
    }

    /// Puts the clock that signatures are checked with ahead of this machine's, or behind it.
    pub fn set_clock_ahead(&self, ahead: SignedDuration) {
        self.shared.aws_clock.set_ahead(ahead);
    }

    /// Every request so far, in order.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.shared.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Stops serving.
    pub async fn shutdown(self) {
        self.stop.cancel();
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

/// Happenings after which the world slows down: a visitor sees it move, a demo left alone overnight is not flooded.
const LIVELY: u64 = 150;

/// Time goes on: something happens every few seconds.
async fn live(shared: Arc<Shared>, stop: CancellationToken) {
    let mut happened = 0_u64;
    loop {
        let slowness = if happened < LIVELY { 1 } else { 6 };
        let pause = Duration::from_secs(slowness * (3 + shared.world().chance(6)));
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        let now = shared.clock.now();
        shared.world().happen(now);
        happened += 1;
    }
}

//! The program is killed at random moments, in first pulls, later pulls and checkpoints, and started again: what a
//! reader has seen never goes back, nothing is doubled, and in the end everything is as after one undisturbed pull.
//!
//! `YAGURA_CRASHES` says how often (unless set: a few times), `YAGURA_SEED` which moments.

use std::env;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use server::clock::{Clock, SystemClock};
use server::demo::{Simulator, SimulatorOptions};
use server::ingest::Classifier;
use server::store::{Snapshot, Store, StoreOptions};
use tokio::task::block_in_place;

use crate::process::{Running, against, yagura};

/// Of the ordinary test.
const FEW: u32 = 12;
/// Kills of one database before it is compared and a new one begins.
const PER_DATABASE: u32 = 25;

/// Where nothing happens any more there are no commits to wait for.
const LONGEST_LIFE: Duration = Duration::from_secs(10);

/// What only grows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Seen {
    data_version: i64,
    findings: i64,
    versions: i64,
}

impl Seen {
    /// Takes a later sight.
    fn then(&mut self, later: Self) {
        let grown = later.data_version >= self.data_version
            && later.findings >= self.findings
            && later.versions >= self.versions;
        assert!(grown, "went back from {self:?} to {later:?}");
        *self = later;
    }
}

fn number(name: &str) -> u32 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn look(running: &Running) -> Option<Seen> {
    let status = running.json("/api/v1/status")?;
    let number = |pointer: &str| status.pointer(pointer).and_then(serde_json::Value::as_i64).unwrap();
    Some(Seen {
        data_version: number("/data_version"),
        findings: number("/database/findings"),
        versions: number("/database/versions"),
    })
}

/// Serves for a random while, watched, and is killed.
fn serve_and_kill(simulator: &Simulator, folder: &Path, random: &mut ChaCha8Rng, seen: &mut Seen) {
    let mut serve = against(simulator, folder, yagura());
    // Nearly every page is folded into the file, so that many kills meet a checkpoint.
    serve.arg("serve").env("YAGURA_LIMITS__LOG", "64KB").stderr(Stdio::null());
    let mut running = Running::start(serve);
    if random.random_bool(0.33) {
        // While it starts, reads the log and asks for the first page.
        sleep(Duration::from_millis(random.random_range(20..900)));
    } else {
        // At work: after some commits, however long they take on a busy machine, and a moment into the next.
        let enough = seen.data_version + random.random_range(0..8);
        let begun = Instant::now();
        while seen.data_version < enough && begun.elapsed() < LONGEST_LIFE {
            if let Some(now) = look(&running) {
                seen.then(now);
                if random.random_bool(0.4) {
                    simulator.world().happen(SystemClock.now());
                    running.pull_now();
                }
            }
            sleep(Duration::from_millis(random.random_range(1..30)));
        }
        sleep(Duration::from_millis(random.random_range(0..150)));
    }
    running.kill();
}

fn open(folder: &Path) -> Store {
    let options = StoreOptions { path: Some(folder.join("data")), ..StoreOptions::default() };
    Store::open(options, Arc::new(Classifier::embedded())).unwrap()
}

async fn count(store: &Store, sql: &'static str) -> i64 {
    store.read(move |snapshot| Ok(snapshot.connection().query_row(sql, [], |row| row.get(0))?)).await.unwrap()
}

/// Opens what a kill left and looks at all of it.
async fn examine(folder: &Path, seen: &mut Seen) {
    let store = open(folder);
    assert!(store.logs_set_aside().is_empty(), "a kill damages nothing");
    seen.then(Seen {
        data_version: i64::try_from(store.data_version()).unwrap(),
        findings: count(&store, "SELECT count(*) FROM finding").await,
        versions: count(&store, "SELECT count(*) FROM finding_version").await,
    });
    let twice = "SELECT count(*) - count(DISTINCT finding_key) FROM finding";
    assert_eq!(count(&store, twice).await, 0);
    let miscounted = "SELECT count(*) FROM (SELECT finding_key, sum(count_delta) AS booked FROM finding_version
        GROUP BY finding_key) AS counted JOIN finding USING (finding_key) WHERE booked <> occurrences";
    assert_eq!(count(&store, miscounted).await, 0);
    assert!(store.prove_rollups().await.unwrap());
    store.close().await.unwrap();
}

fn pull_everything(simulator: &Simulator, folder: &Path) {
    let mut sync = against(simulator, folder, yagura());
    let output = sync.args(["sync", "--full"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Everything but when it was observed.
async fn state(folder: &Path) -> Vec<String> {
    let sql = "SELECT COLUMNS(* EXCLUDE (first_observed_at, closed_at))::VARCHAR FROM finding ORDER BY arn";
    let work = move |snapshot: &Snapshot<'_>| {
        let mut statement = snapshot.connection().prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let columns = row.as_ref().column_count();
            let cells = (0..columns).map(|at| row.get::<_, Option<String>>(at));
            all.push(format!("{:?}", cells.collect::<Result<Vec<_>, _>>()?));
        }
        Ok(all)
    };
    let store = open(folder);
    let rows = store.read(work).await.unwrap();
    store.close().await.unwrap();
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_at_random_moments_lose_nothing_and_double_nothing() {
    let kills = Some(number("YAGURA_CRASHES")).filter(|kills| *kills > 0).unwrap_or(FEW);
    let moments = u64::from(number("YAGURA_SEED"));
    println!("{kills} kills with YAGURA_SEED={moments}");
    let mut random = ChaCha8Rng::seed_from_u64(moments);
    let mut left = kills;
    while left > 0 {
        let simulator = Simulator::start(SimulatorOptions::new(Arc::new(SystemClock))).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut seen = Seen::default();
        for _ in 0..left.min(PER_DATABASE) {
            block_in_place(|| serve_and_kill(&simulator, folder.path(), &mut random, &mut seen));
            // Otherwise the program itself is the first to meet what was left.
            if random.random_bool(0.2) {
                examine(folder.path(), &mut seen).await;
            }
            left -= 1;
        }
        println!("{left} kills left, {seen:?}");
        let undisturbed = tempfile::tempdir().unwrap();
        block_in_place(|| {
            pull_everything(&simulator, folder.path());
            pull_everything(&simulator, undisturbed.path());
        });
        examine(folder.path(), &mut seen).await;
        let expected = state(undisturbed.path()).await;
        assert!(expected.len() > 1000, "{}", expected.len());
        similar_asserts::assert_eq!(state(folder.path()).await, expected);
        simulator.shutdown().await;
    }
}

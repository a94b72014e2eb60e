//! No room on the disk: nothing new is kept, what is there is read, the status tells, and it goes on by itself.
//!
//! The disk is played by a limit on the size of files that the process may not exceed and that is lifted while it runs.
//! Free room, which Yagura looks at first, is another matter (`store/tests/damage.rs`): here DuckDB itself runs into it,
//! in commits and in checkpoints.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use server::clock::SystemClock;
use server::demo::{Simulator, SimulatorOptions};
use tokio::task::block_in_place;

use crate::process::{Running, against};

/// Seconds until something has to have happened on a busy machine.
const LONGEST: Duration = Duration::from_mins(2);

/// Whether the answer is a status whose part at `pointer` is as it should be.
fn tells(answer: &str, pointer: &str, holds: impl Fn(&Value) -> bool) -> bool {
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    serde_json::from_str::<Value>(body).is_ok_and(|status| status.pointer(pointer).is_some_and(holds))
}

/// How many there are. An answer may be lost when DuckDB gives the database up while it reads, not two in a row.
fn findings(running: &Running) -> i64 {
    let path = "/api/v1/findings?range=all&kind=threat,posture,vulnerability&sample=include&limit=1";
    let page = running.json(path).or_else(|| running.json(path));
    page.unwrap()["total"].as_i64().unwrap()
}

/// The log stays short: the database file is the first to meet the limit, in a checkpoint.
#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_without_room_keeps_readers_and_ends_by_itself() {
    runs_full_and_recovers(2048, "64KB").await;
}

/// The log grows until a commit meets the limit.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_without_room_keeps_readers_and_ends_by_itself() {
    runs_full_and_recovers(3072, "100MB").await;
}

async fn runs_full_and_recovers(kilobytes: u32, log: &str) {
    let simulator = Simulator::start(SimulatorOptions::sparse(Arc::new(SystemClock))).await.unwrap();
    let known = i64::try_from(simulator.world().findings().len()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let limited = format!("trap '' XFSZ; ulimit -S -f {kilobytes}; exec \"$0\" \"$@\"");
    let mut serve = Command::new("bash");
    serve.args(["-c", &limited, env!("CARGO_BIN_EXE_yagura"), "serve"]);
    let mut serve = against(&simulator, folder.path(), serve);
    serve.env("YAGURA_LIMITS__LOG", log).env("YAGURA_LIMITS__RESERVE", "1MB");
    serve.env("YAGURA_SYNC__INTERVAL", "30s");
    block_in_place(|| {
        let mut running = Running::start(serve);
        let full = |trouble: &Value| trouble["why"] == "disk-full";
        running.wait_for("/api/v1/status", LONGEST, |answer| tells(answer, "/database/write_trouble", full));
        running.wait_until_ready();
        let before = findings(&running);
        assert!(before > 0 && before < known, "{before} of {known}");
        let page = running.ask("/status").unwrap();
        assert!(page.contains("the disk of the data directory is full"), "{page}");
        assert!(running.ask("/metrics").unwrap().contains("\nyagura_db_write_trouble 1\n"));
        assert!(running.ask("/readyz").unwrap().contains("\"why\":\"disk-full\""));
        // Pulls go on trying, readers go on reading.
        for _ in 0..10 {
            running.pull_now();
            std::thread::sleep(Duration::from_millis(200));
            assert!(findings(&running) >= before);
        }

        let id = running.id().to_string();
        let lifted = Command::new("prlimit").args(["--pid", &id, "--fsize=unlimited:unlimited"]).status();
        assert!(lifted.unwrap().success());
        running.pull_now();
        running.wait_for("/api/v1/status", LONGEST, |answer| {
            let well = |sources: &Value| {
                sources.as_array().is_some_and(|all| all.len() == 3 && all.iter().all(|one| one["state"] == "fresh"))
            };
            tells(answer, "/sources", well) && tells(answer, "/database/write_trouble", Value::is_null)
        });
        assert_eq!(findings(&running), known);
    });
}

//! The demo as the browser tests start it.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::process::{Running, yagura};

#[test]
fn the_demo_becomes_ready_and_ends_when_told() {
    let temporary = tempfile::tempdir().unwrap();
    let mut demo = yagura();
    demo.args(["demo", "--seed", "1", "--still", "--now", "2026-11-23T12:00:00Z"]);
    demo.current_dir(temporary.path()).env("TMPDIR", temporary.path()).stderr(Stdio::null());
    let mut running = Running::start(demo);
    running.wait_until_ready();
    let breakdown = running.ask("/api/v1/breakdown?by=severity&range=90d").unwrap();
    assert!(breakdown.contains("\"as_of\":\"2026-11-23T12:00:00Z\"") && breakdown.contains("\"critical\""));

    let told = Command::new("kill").args(["-TERM", &running.id().to_string()]).status().unwrap();
    assert!(told.success());
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = running.ended() {
            break status;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "it did not end in time");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(status.code(), Some(0));
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0, "nothing is left");
}

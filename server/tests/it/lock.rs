//! One process per data directory: the second is told who has it and what to do.

use std::process::Stdio;

use crate::process::{Running, yagura};

#[test]
fn a_second_process_is_told_who_has_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let command = |arguments: &[&str]| {
        let mut command = yagura();
        command.current_dir(folder.path()).env("YAGURA_DATA__DIR", folder.path().join("data")).args(arguments);
        // Nothing answers there, and nothing outside is asked.
        command.env("AWS_ENDPOINT_URL", "http://127.0.0.1:9").env("AWS_ACCESS_KEY_ID", "a");
        command.env("AWS_SECRET_ACCESS_KEY", "b").env("YAGURA_AWS__REGIONS", "us-east-1");
        command
    };
    let mut serve = command(&["serve"]);
    let mut first = Running::start({
        serve.stderr(Stdio::null());
        serve
    });
    first.wait_for("/healthz", std::time::Duration::from_mins(1), |answer| answer.starts_with("HTTP/1.1 200"));
    std::fs::write(folder.path().join("finding.json"), "{}").unwrap();
    for arguments in [&["serve", "--listen", "127.0.0.1:0"][..], &["import", "finding.json"], &["sync"], &["reprocess"]]
    {
        let output = command(arguments).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {told}");
        let holder = format!("in use by another process (pid {})", first.id());
        assert!(told.contains(&holder) && told.contains("stop that process"), "{arguments:?}: {told}");
    }
    first.kill();
    // The lock of a process that died holds nobody up.
    let output = command(&["import", "finding.json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

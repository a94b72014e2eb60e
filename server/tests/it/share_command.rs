//! `yagura share` and `yagura export --share`: without a server, and beside one that has the database.

use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::process::{Running, yagura};

fn command(folder: &Path, arguments: &[&str]) -> std::process::Command {
    let mut command = yagura();
    command.current_dir(folder).env("YAGURA_DATA__DIR", folder.join("data")).env("YAGURA_LOG", "warn").args(arguments);
    // Nothing answers there, and nothing outside is asked.
    command.env("AWS_ENDPOINT_URL", "http://127.0.0.1:9").env("AWS_ACCESS_KEY_ID", "a");
    command.env("AWS_SECRET_ACCESS_KEY", "b").env("YAGURA_AWS__REGIONS", "us-east-1");
    command
}

fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command(folder, arguments).stdin(Stdio::null()).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn done(folder: &Path, arguments: &[&str]) -> String {
    let (code, out, err) = run(folder, arguments);
    assert_eq!(code, Some(0), "{arguments:?}: {err}");
    out
}

/// A share's life as commands live it; the link of a share that is left.
fn a_life(folder: &Path) -> Value {
    let create = [
        "share",
        "create",
        "--report",
        "trend",
        "--filter",
        "?range=7d&severity=high",
        "--frame-ancestors",
        "https://wiki.example.com,https://docs.example.com",
        "--formats",
        "html,md,png",
        "--expires",
        "7d",
        "--redact",
        "accounts,arns",
        "--lang",
        "ja",
        "--theme",
        "dark",
        "--note",
        "月例",
        "--json",
    ];
    let made: Value = serde_json::from_str(&done(folder, &create)).unwrap();
    let members: Vec<&String> = made.as_object().unwrap().keys().collect();
    assert_eq!(members, ["id", "token", "url", "expires_at"]);
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("ygs_") && made["url"].as_str().unwrap().ends_with(&format!("/e/{token}")), "{made}");
    let id = made["id"].as_str().unwrap();

    let list: Value = serde_json::from_str(&done(folder, &["share", "list", "--json"])).unwrap();
    let share = list["shares"].as_array().unwrap().iter().find(|share| share["id"] == id).unwrap().clone();
    assert_eq!(share["query"], "by=category&metric=new&range=7d&severity=high");
    assert_eq!(
        (&share["note"], &share["theme"], &share["lang"], &share["created_by"]),
        (&"月例".into(), &"dark".into(), &"ja".into(), &"cli".into())
    );
    assert!(!list.to_string().contains("ygs_"));

    let markdown = done(folder, &["export", "--share", id, "--format", "md"]);
    assert!(markdown.starts_with("**新規の検出") || markdown.starts_with("**"), "{markdown}");
    done(folder, &["export", "--share", id, "--format", "png", "-o", "trend.png"]);
    assert!(fs::read(folder.join("trend.png")).unwrap().starts_with(b"\x89PNG"));
    let (code, _, err) = run(folder, &["export", "--share", id, "--format", "csv"]);
    assert!(code == Some(1) && err.contains("not given as csv"), "{err}");

    assert_eq!(done(folder, &["share", "pause", id]), format!("paused {id}\n"));
    let (code, _, err) = run(folder, &["export", "--share", id, "--format", "md"]);
    assert!(code == Some(1) && err.contains("is paused"), "{err}");
    assert!(done(folder, &["share", "list"]).contains("paused"));
    assert_eq!(done(folder, &["share", "resume", id]), format!("resumed {id}\n"));
    let rotated: Value = serde_json::from_str(&done(folder, &["share", "rotate", id, "--json"])).unwrap();
    assert_ne!(rotated["token"], made["token"]);

    let plain = done(folder, &["share", "create", "--report", "overview"]);
    assert!(
        plain.starts_with("http://") && plain.trim_end().contains("/e/ygs_") && plain.lines().count() == 1,
        "{plain}"
    );
    for (arguments, code, told) in [
        (&["share", "create"][..], 2, "--report"),
        (&["share", "create", "--report", "status"], 2, "status"),
        (
            &["share", "create", "--report", "trend", "--filter", "colour=red"],
            2,
            "--filter: unknown parameter `colour`",
        ),
        (&["share", "create", "--report", "findings"], 2, "--redact"),
        (&["share", "create", "--report", "trend", "--frame-ancestors", "*"], 2, "--frame-ancestors"),
        (&["share", "create", "--report", "trend", "--expires", "soon"], 2, "--expires"),
        (&["share", "pause", "nobody"], 1, "yagura share list"),
        (&["share", "revoke", "../views/a"], 1, "no share has the id"),
        (&["export"], 2, "REPORT"),
        (&["export", "trend", "--share", "a"], 2, "--share"),
        (&["export", "trend", "--format", "png"], 2, "--share"),
        (&["export", "--share", "0123456789ab", "--format", "parquet"], 2, "parquet"),
        (&["export", "--share", "0123456789ab", "--format", "md"], 1, "0123456789ab"),
    ] {
        let (given, _, err) = run(folder, arguments);
        assert_eq!(given, Some(code), "{arguments:?}: {err}");
        assert!(err.contains(told), "{arguments:?}: {err}");
    }
    rotated
}

#[test]
fn shares_are_made_without_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let left = a_life(folder.path());
    assert!(left["url"].as_str().unwrap().starts_with("http://127.0.0.1:3000/e/"));
    let id = left["id"].as_str().unwrap();
    assert_eq!(done(folder.path(), &["share", "revoke", id]), format!("revoked {id}\n"));
    let (code, _, err) = run(folder.path(), &["share", "resume", id]);
    assert!(code == Some(1) && err.contains("cannot be undone"), "{err}");
}

#[test]
fn shares_are_made_beside_a_running_server() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut serve = command(folder, &["serve"]);
    let mut server = Running::start({
        serve.stderr(Stdio::null());
        serve
    });
    server.wait_for("/healthz", Duration::from_mins(1), |answer| answer.starts_with("HTTP/1.1 200"));
    let left = a_life(folder);
    assert!(left["url"].as_str().unwrap().starts_with(&format!("http://{}/e/", server.address)));
    let link = format!("/e/{}", left["token"].as_str().unwrap());
    let page = server.ask(&link).unwrap();
    assert!(page.starts_with("HTTP/1.1 200") && !page.to_lowercase().contains("set-cookie"), "{page}");
    done(folder, &["share", "revoke", left["id"].as_str().unwrap()]);
    assert!(server.ask(&link).unwrap().starts_with("HTTP/1.1 410"));
    server.kill();
    // What a server that died has left leads nowhere: the database is free, and is used.
    assert!(folder.join("data/yagura.address").exists());
    assert!(done(folder, &["share", "list"]).contains("revoked"));
}

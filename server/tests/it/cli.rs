//! The program as people run it: import, export, exit codes.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use server::demo::{Fault, FaultRule};

use crate::world::Stage;

fn yagura(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yagura"));
    command.current_dir(folder).args(arguments).env("YAGURA_DATA__DIR", folder.join("data")).env("YAGURA_LOG", "warn");
    command
}

fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = yagura(folder, arguments).stdin(Stdio::null()).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn finding(id: &str) -> Value {
    json!({
        "schemaVersion": "2.0", "accountId": "111122223333", "region": "us-east-1", "id": id, "partition": "aws",
        "arn": format!("arn:aws:guardduty:us-east-1:111122223333:detector/d/finding/{id}"),
        "type": "CryptoCurrency:Runtime/BitcoinTool.B!DNS", "severity": 8, "title": "=title", "description": "text",
        "createdAt": "2026-11-20T10:00:00Z", "updatedAt": "2026-11-20T10:00:00Z",
        "resource": {"resourceType": "ECSCluster"},
        "service": {"serviceName": "guardduty", "archived": false, "count": 3},
    })
}

#[test]
fn captured_findings_are_imported_and_exported() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let captured = folder.join("captured/deep");
    fs::create_dir_all(&captured).unwrap();
    fs::write(folder.join("captured/list.json"), json!({"Findings": [finding("a"), finding("b")]}).to_string())
        .unwrap();
    fs::write(captured.join("broken.ndjson"), format!("{}\n{{\"hello\": 1}}\n", finding("a"))).unwrap();
    let mut packed = flate2::write::GzEncoder::new(
        fs::File::create(captured.join("packed.json.gz")).unwrap(),
        flate2::Compression::fast(),
    );
    packed.write_all(finding("c").to_string().as_bytes()).unwrap();
    packed.finish().unwrap();
    fs::write(captured.join(".hidden"), "not for us").unwrap();

    let (code, out, err) = run(folder, &["import", "captured"]);
    assert_eq!((code, out.as_str()), (Some(0), "read 5, new 3, updated 0, unchanged 1, rejected 1\n"), "{err}");
    assert!(err.contains("captured/deep/broken.ndjson: line 2: not a finding"), "{err}");
    let (code, out, err) = run(folder, &["import", "--strict", "captured"]);
    assert_eq!((code, out.as_str()), (Some(1), "read 5, new 0, updated 0, unchanged 4, rejected 1\n"), "{err}");
    assert!(err.contains("--strict"), "{err}");

    let (code, out, err) = run(folder, &["import", "--rejects"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("broken.ndjson, line 2: not a finding") && out.contains("    {\"hello\":1}"), "{out}");
    assert!(out.ends_with("1 rejected, 1 shown\n"), "{out}");
    let (code, out, err) = run(folder, &["reprocess"]);
    assert_eq!((code, out.as_str()), (Some(0), "read 4, changed 0, unchanged 3, rejected 1\n"), "{err}");

    let mut piped = yagura(folder, &["import", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    piped.stdin.take().unwrap().write_all(finding("d").to_string().as_bytes()).unwrap();
    let out = piped.wait_with_output().unwrap().stdout;
    assert_eq!(String::from_utf8(out).unwrap(), "read 1, new 1, updated 0, unchanged 0, rejected 0\n");

    let query = "from=2026-11-01&to=2026-12-01&columns=title,occurrences&bom=0";
    let (code, _, err) = run(folder, &["export", "findings", "--format", "csv", "-o", "out.csv", "--filter", query]);
    assert_eq!(code, Some(0), "{err}");
    let csv = fs::read_to_string(folder.join("out.csv")).unwrap();
    assert_eq!(csv, format!("title,occurrences\r\n{}", "\"'=title\",3\r\n".repeat(4)));
    assert!(!folder.join("out.csv.part").exists());
    let (code, out, err) = run(
        folder,
        &["export", "breakdown", "--format", "json", "--filter", "by=category&from=2026-11-01&to=2026-12-01"],
    );
    assert_eq!(code, Some(0), "{err}");
    let breakdown: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(breakdown["total"], json!({"findings": 4, "occurrences": 12}));
    let query = "from=2026-11-01&to=2026-12-01";
    let (code, _, err) = run(folder, &["export", "pack", "-o", "pack.zip", "--filter", query]);
    assert_eq!(code, Some(0), "{err}");
    let pack = zip::ZipArchive::new(fs::File::open(folder.join("pack.zip")).unwrap()).unwrap();
    assert!(pack.file_names().any(|name| name.unwrap() == "findings.csv"));
}

#[test]
fn a_damaged_file_gives_what_it_holds_and_fails() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for id in ["a", "b", "c"] {
        writeln!(packed, "{}", finding(id)).unwrap();
    }
    let packed = packed.finish().unwrap();
    let cut = packed.len() - 6;
    fs::write(folder.join("cut.ndjson.gz"), &packed[..cut]).unwrap();
    let (code, out, err) = run(folder, &["import", "cut.ndjson.gz"]);
    assert_eq!((code, out.as_str()), (Some(1), "read 4, new 3, updated 0, unchanged 0, rejected 1\n"), "{err}");
    assert!(err.contains(&format!("cut.ndjson.gz: byte {cut} of the compressed data, line 3: ")), "{err}");
    assert!(err.contains("1 of the files could not be read to their end"), "{err}");
    let (_, out, _) = run(folder, &["import", "--rejects"]);
    assert!(out.contains("cut.ndjson.gz, byte ") && out.contains("ends in the middle"), "{out}");

    fs::write(folder.join("whole.ndjson.gz"), [packed, b"more".to_vec()].concat()).unwrap();
    let (code, out, err) = run(folder, &["import", "whole.ndjson.gz"]);
    assert_eq!((code, out.as_str()), (Some(0), "read 4, new 0, updated 0, unchanged 3, rejected 1\n"), "{err}");
    assert_eq!(run(folder, &["import", "--strict", "whole.ndjson.gz"]).0, Some(1));
}

/// A pull by the program itself, whose main thread is not a worker's.
#[tokio::test(flavor = "multi_thread")]
async fn sync_pulls_once_and_names_what_failed() {
    let stage = Stage::new().await;
    let endpoint = stage.simulator.endpoint_url();
    let (id, secret) = stage.simulator.access_key();
    let sync = move || {
        let folder = tempfile::tempdir().unwrap();
        let mut sync = yagura(folder.path(), &["sync"]);
        sync.env("AWS_ENDPOINT_URL", &endpoint).env("AWS_ACCESS_KEY_ID", id).env("AWS_SECRET_ACCESS_KEY", secret);
        sync.env("YAGURA_AWS__REGIONS", "us-east-1").env("YAGURA_SYNC__BACKFILL", "24h");
        let Output { status, stdout, stderr } = sync.output().unwrap();
        (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
    };
    let pull = sync.clone();
    let (code, out, err) = tokio::task::spawn_blocking(pull).await.unwrap();
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("111122223333/us-east-1/guardduty: read "), "{out}");
    let fault = Fault::Refuse("AccessDeniedException");
    stage.simulator.faults().add(FaultRule { service: Some("guardduty"), ..FaultRule::of("ListFindings", fault) });
    let (code, out, err) = tokio::task::spawn_blocking(sync).await.unwrap();
    assert!(code == Some(1) && err.contains("111122223333/us-east-1/guardduty failed"), "{out}{err}");
    assert!(out.contains("was refused") && out.contains("securityhub: read "), "{out}");
}

#[test]
fn errors_have_their_exit_code_and_name_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (arguments, code, told) in [
        (&["frobnicate"][..], 2, "frobnicate"),
        (&["import"], 2, "FILE"),
        (&["import", "--rejects", "a.json"], 2, "--rejects"),
        (&["import", "--limit", "5", "a.json"], 2, "--rejects"),
        (&["demo", "--now", "yesterday"], 2, "--now"),
        (&["export", "findings", "--format", "xml"], 2, "--format"),
        (&["export", "breakdown"], 2, "`by`"),
        (&["export", "pack", "--format", "csv"], 2, "--format"),
        (&["export", "pack", "--filter", "lang=fr"], 2, "lang"),
        (&["export", "findings", "--filter", "colour=red"], 2, "colour"),
        (&["import", "missing.json"], 1, "missing.json"),
        (&["serve", "--listen", "0.0.0.0:3000"], 1, "http.listen"),
        (&["sync", "--config", "missing.toml"], 1, "missing.toml"),
    ] {
        let (given, _, err) = run(folder, arguments);
        assert_eq!(given, Some(code), "{arguments:?}: {err}");
        assert!(err.contains(told), "{arguments:?}: {err}");
    }
    let (code, out, _) = run(folder, &["--version"]);
    assert_eq!((code, out.as_str()), (Some(0), concat!("yagura ", env!("CARGO_PKG_VERSION"), "\n")));
    let (code, out, _) = run(folder, &["demo", "--help"]);
    assert!(code == Some(0) && out.contains("--still"), "{out}");
}

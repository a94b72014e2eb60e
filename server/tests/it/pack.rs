//! Report packs: one archive of the same numbers, whole and checkable.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use server::clock::{Clock, SharedClock};
use server::config::{Config, Overrides};
use server::lifecycle;
use server::pack::schedule::{self, Schedule};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use zip::ZipArchive;

use crate::world::Stage;

fn unpacked(archive: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        let name = file.name().unwrap().into_owned();
        drop(file);
        files.insert(name, content);
    }
    files
}

fn text(files: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    String::from_utf8(files[name].clone()).unwrap()
}

/// Every sum is of its file, and every file but the list of sums has one.
fn assert_sums(files: &BTreeMap<String, Vec<u8>>) {
    let sums = text(files, "SHA256SUMS");
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").unwrap();
        let counted = Sha256::digest(&files[name]);
        let told: Vec<u8> =
            (0..sum.len()).step_by(2).map(|at| u8::from_str_radix(&sum[at..at + 2], 16).unwrap()).collect();
        assert_eq!(told, counted.to_vec(), "{name}");
    }
    assert_eq!(sums.lines().count(), files.len() - 1);
}

pub async fn packs_hold_the_files_of_the_pages(stage: &Stage) {
    let client = stage.client();
    let reply = client.get("/api/v1/export/pack.zip?range=30d&severity=high,critical&lang=ja").await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    assert_eq!(reply.headers["content-type"], "application/zip");
    assert_eq!(reply.headers["content-disposition"], "attachment; filename=\"yagura-pack-20261123T120000Z.zip\"");
    let files = unpacked(reply.body);
    assert_sums(&files);

    for (file, path) in [
        ("findings.csv", "/api/v1/export/findings.csv?range=30d&severity=high,critical"),
        ("breakdown-by-family.csv", "/api/v1/export/breakdown.csv?by=family&range=30d&severity=high,critical"),
        ("trend-new-by-category.csv", "/api/v1/export/trend.csv?by=category&range=30d&severity=high,critical"),
        ("movers.csv", "/api/v1/export/movers.csv?range=30d&severity=high,critical"),
    ] {
        let page = client.get(path).await;
        assert!(page.body.len() > 100, "{path}: {}", page.text());
        assert_eq!(files[file], page.body, "{file}");
    }
    let readme = text(&files, "README.md");
    for word in [
        "レポート一式",
        "`severity=high&severity=critical`",
        "2026-11-23T12:00:01Z",
        "| findings.csv |",
        env!("CARGO_PKG_VERSION"),
    ] {
        assert!(readme.contains(word), "{word}: {readme}");
    }
    // The page stands alone and prints: nothing is fetched, nothing runs, its charts are in it.
    let page = text(&files, "overview.html");
    assert!(page.contains("<svg") && page.contains("<style") && page.contains("lang=\"ja\""));
    for fetched in ["<script", "src=", "<link", "@import", "http-equiv=\"refresh\"", "url("] {
        assert!(!page.contains(fetched), "{fetched}");
    }
    assert!(page.contains("@media print"));

    for (query, parameter) in [("lang=fr", "lang"), ("columns=id", "columns"), ("severity=worst", "severity")] {
        let refused = client.get(&format!("/api/v1/export/pack.zip?{query}")).await;
        assert_eq!(
            (refused.status, &refused.json()["parameter"]),
            (StatusCode::BAD_REQUEST, &parameter.into()),
            "{query}"
        );
    }
}

/// Begins at a moment and goes on as time does.
#[derive(Debug)]
struct Running(Timestamp, Instant);

impl Clock for Running {
    fn now(&self) -> Timestamp {
        self.0 + SignedDuration::try_from(self.1.elapsed()).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn packs_are_written_at_their_times() {
    let folder = tempfile::tempdir().unwrap();
    let overrides: Overrides = vec![
        ("ui.time_zone", "Asia/Tokyo".to_owned()),
        ("reports.schedule", "0 6 1 * *".to_owned()),
        ("reports.folder", folder.path().join("packs").display().to_string()),
        ("reports.filter", "range=30d&lang=ja".to_owned()),
    ];
    let config = Config::load(None, &overrides).unwrap();
    let stage = Stage::new().await;
    // A moment before six o'clock in Tokyo on the first of December.
    let clock: SharedClock = Arc::new(Running("2026-11-30T20:59:59.5Z".parse().unwrap(), Instant::now()));
    let backend = lifecycle::backend(&config, &stage.store, &clock);
    let stop = CancellationToken::new();
    let running = tokio::spawn(schedule::run(backend, Schedule::of(&config.reports).unwrap(), stop.clone()));
    let written = loop {
        let found = fs::read_dir(folder.path().join("packs")).into_iter().flatten().find_map(|entry| {
            let path = entry.unwrap().path();
            path.extension().is_some_and(|extension| extension == "zip").then_some(path)
        });
        if let Some(path) = found {
            break path;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    stop.cancel();
    running.await.unwrap();
    assert!(written.file_name().unwrap().to_string_lossy().starts_with("yagura-pack-20261130T21000"), "{written:?}");
    assert_sums(&unpacked(fs::read(written).unwrap()));
}

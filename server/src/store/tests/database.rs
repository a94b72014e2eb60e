//! The database file: lock, restart, damage.

use std::fs;
use std::path::Path;

use super::documents::{batch, guardduty};
use super::{number, open_in, rows};
use crate::store::StoreError;

#[tokio::test]
async fn a_restart_finds_everything_again() {
    let directory = tempfile::tempdir().unwrap();
    let store = open_in(directory.path()).unwrap();
    store.ingest(batch(vec![guardduty(1, 0, 3)])).await.unwrap();
    let before = rows(&store, "FROM finding").await;
    assert!(store.db_bytes() > 0);
    store.close().await.unwrap();

    let store = open_in(directory.path()).unwrap();
    assert_eq!(rows(&store, "FROM finding").await, before);
    assert_eq!(store.data_version(), 1);
    store.close().await.unwrap();
}

#[tokio::test]
async fn one_process_per_data_directory() {
    let directory = tempfile::tempdir().unwrap();
    let store = open_in(directory.path()).unwrap();
    match open_in(directory.path()).err().unwrap() {
        StoreError::Locked { pid, .. } => assert_eq!(pid, std::process::id().to_string()),
        other => panic!("{other}"),
    }
    store.close().await.unwrap();
    open_in(directory.path()).unwrap().close().await.unwrap();
}

/// Copies the files of a running database: what a crash at this moment would leave.
fn crash_copy(from: &Path, to: &Path) {
    for name in ["yagura.duckdb", "yagura.duckdb.wal"] {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

#[tokio::test]
async fn a_crash_loses_nothing_that_was_kept() {
    let (running, crashed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open_in(running.path()).unwrap();
    store.ingest(batch(vec![guardduty(1, 0, 3)])).await.unwrap();
    crash_copy(running.path(), crashed.path());
    store.close().await.unwrap();

    let store = open_in(crashed.path()).unwrap();
    assert_eq!(number(&store, "SELECT count(*) FROM finding").await, 1);
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_damaged_log_is_set_aside() {
    let (running, crashed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open_in(running.path()).unwrap();
    store.ingest(batch(vec![guardduty(1, 0, 3)])).await.unwrap();
    store.close().await.unwrap();
    let store = open_in(running.path()).unwrap();
    store.ingest(batch(vec![guardduty(2, 0, 3)])).await.unwrap();
    crash_copy(running.path(), crashed.path());
    store.close().await.unwrap();
    let log = crashed.path().join("yagura.duckdb.wal");
    let mut bytes = fs::read(&log).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 40].fill(0x5a);
    fs::write(&log, &bytes).unwrap();

    let store = open_in(crashed.path()).unwrap();
    assert_eq!(number(&store, "SELECT count(*) FROM finding").await, 1);
    store.ingest(batch(vec![guardduty(2, 0, 3)])).await.unwrap();
    store.close().await.unwrap();
    let kept: Vec<Vec<u8>> = fs::read_dir(crashed.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains(".wal.damaged-"))
        .map(|path| fs::read(path).unwrap())
        .collect();
    assert_eq!(kept, [bytes]);

    let store = open_in(crashed.path()).unwrap();
    assert_eq!(number(&store, "SELECT count(*) FROM finding").await, 2);
    store.close().await.unwrap();
}

#[tokio::test]
async fn garbage_in_place_of_the_log_does_not_swallow_later_changes() {
    let directory = tempfile::tempdir().unwrap();
    let crashed = tempfile::tempdir().unwrap();
    open_in(directory.path()).unwrap().close().await.unwrap();
    fs::write(directory.path().join("yagura.duckdb.wal"), "garbage".repeat(1000)).unwrap();
    let store = open_in(directory.path()).unwrap();
    store.ingest(batch(vec![guardduty(1, 0, 3)])).await.unwrap();
    crash_copy(directory.path(), crashed.path());
    store.close().await.unwrap();

    let store = open_in(crashed.path()).unwrap();
    assert_eq!(number(&store, "SELECT count(*) FROM finding").await, 1);
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("yagura.duckdb");
    fs::write(&file, "not a database").unwrap();
    fs::write(directory.path().join("yagura.duckdb.wal"), "log").unwrap();
    assert!(matches!(open_in(directory.path()), Err(StoreError::DatabaseFile { .. })));
    assert_eq!(fs::read_to_string(&file).unwrap(), "not a database");
    assert_eq!(fs::read_to_string(directory.path().join("yagura.duckdb.wal")).unwrap(), "log");
}

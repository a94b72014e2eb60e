//! Damaged logs and files: what can be read is read, what cannot is set aside and read again, nothing is overwritten.

use std::fs;
use std::path::Path;

use app::model::{Source, WriteFailure};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tempfile::TempDir;

use super::documents::{at, batch, guardduty};
use super::{classifier, number, open_in, options};
use crate::store::{Batch, PullProgress, Scope, Store, StoreError, StoreOptions};

const FINDINGS: &str = "SELECT count(*) FROM finding";
/// In the log; the first is in the file.
const LOGGED: usize = 6;

fn scope() -> Scope {
    Scope { account: "111122223333".to_owned(), region: "us-east-1".to_owned(), source: Source::GuardDuty }
}

/// The pull that finds one finding, as part of a full sweep that ended.
fn pulled(finding: usize) -> Batch {
    let minute = i64::try_from(finding).unwrap();
    let pull = PullProgress {
        cursor: Some(at(minute)),
        full_at: Some(at(0)),
        covered: Some((at(minute - 1), at(minute))),
        ..PullProgress::of(scope())
    };
    Batch { pull: Some(pull), ..batch(vec![guardduty(finding, minute, 3)]) }
}

/// What a crash leaves: one finding in the file, and each of the others in a transaction of its own in the log.
async fn crashed() -> (TempDir, Vec<u8>) {
    let (running, crashed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open_in(running.path()).unwrap();
    store.ingest(pulled(0)).await.unwrap();
    store.close().await.unwrap();
    let store = open_in(running.path()).unwrap();
    for finding in 1..=LOGGED {
        store.ingest(pulled(finding)).await.unwrap();
    }
    for name in ["yagura.duckdb", "yagura.duckdb.wal"] {
        fs::copy(running.path().join(name), crashed.path().join(name)).unwrap();
    }
    store.close().await.unwrap();
    let log = fs::read(crashed.path().join("yagura.duckdb.wal")).unwrap();
    (crashed, log)
}

/// Opens the database with another log.
fn with_log(crashed: &Path, log: &[u8]) -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(crashed.join("yagura.duckdb"), folder.path().join("yagura.duckdb")).unwrap();
    fs::write(folder.path().join("yagura.duckdb.wal"), log).unwrap();
    let store = open_in(folder.path()).unwrap();
    (folder, store)
}

fn set_aside(folder: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.to_string_lossy().contains(".wal.damaged-"))
        .map(|path| fs::read(path).unwrap())
        .collect()
}

/// The cursor is never ahead of the rows, and the next pulls bring back what is missing, once.
async fn agrees_and_recovers(store: Store, folder: &Path) {
    let held = number(&store, FINDINGS).await;
    let cursor = store.pull_state(&scope()).await.unwrap().and_then(|state| state.cursor);
    assert_eq!(cursor, Some(at(held - 1)));
    assert!(store.prove_rollups().await.unwrap());
    for finding in 0..=LOGGED {
        store.ingest(pulled(finding)).await.unwrap();
    }
    store.close().await.unwrap();
    let store = open_in(folder).unwrap();
    assert_eq!(number(&store, FINDINGS).await, i64::try_from(LOGGED + 1).unwrap());
    assert_eq!(number(&store, "SELECT sum(occurrences)::BIGINT FROM finding").await, 3 * 7);
    assert!(store.prove_rollups().await.unwrap());
    store.close().await.unwrap();
}

#[tokio::test]
async fn what_stands_before_the_damage_is_kept_and_everything_is_read_again() {
    let (crashed, log) = crashed().await;
    let mut garbled = log.clone();
    // Inside what is written of a finding: damage to the length of an entry looks like a log that was cut off.
    let title = b"a task of checkout queries a domain name";
    let is_written = |at: &usize| log[*at..].starts_with(title);
    let middle = (log.len() / 2..log.len()).find(is_written).unwrap();
    garbled[middle..middle + title.len()].fill(0x5a);
    let (folder, store) = with_log(crashed.path(), &garbled);

    let held = number(&store, FINDINGS).await;
    assert!((2..=6).contains(&held), "{held}");
    assert_eq!(set_aside(folder.path()), [garbled]);
    let told = store.logs_set_aside();
    assert_eq!((told.len(), told[0].bytes), (1, log.len() as u64));
    assert_eq!(store.pull_state(&scope()).await.unwrap().unwrap().last_full_at, None, "a full sweep is due");
    agrees_and_recovers(store, folder.path()).await;
    assert_eq!(set_aside(folder.path()).len(), 1, "it stays until somebody removes it");
}

/// What a file system may leave after the power failed: room for more than was written.
#[tokio::test]
async fn zeros_after_the_log_cost_no_committed_row() {
    let (crashed, log) = crashed().await;
    let longer = [log.as_slice(), &[0; 4096]].concat();
    let (folder, store) = with_log(crashed.path(), &longer);
    assert_eq!(number(&store, FINDINGS).await, 7);
    assert_eq!(set_aside(folder.path()), [longer]);
    agrees_and_recovers(store, folder.path()).await;
}

#[tokio::test]
async fn an_unfinished_end_is_what_a_crash_leaves_and_no_damage() {
    let (crashed, log) = crashed().await;
    let garbage: Vec<u8> = (0..4000_u32).map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
    for (log, held) in [
        (&log[..], 7),
        (&log[..log.len() - 1], 6),
        (&log[..log.len() / 2], 4),
        (&log[..5], 1),
        (&[], 1),
        (&[&log[..], &garbage].concat(), 7),
    ] {
        let (folder, store) = with_log(crashed.path(), log);
        let found = number(&store, FINDINGS).await;
        assert!((found - held).abs() <= 1, "{} bytes: {found} findings", log.len());
        assert!(store.logs_set_aside().is_empty(), "{} bytes", log.len());
        assert_eq!(store.pull_state(&scope()).await.unwrap().unwrap().last_full_at, Some(at(0)));
        agrees_and_recovers(store, folder.path()).await;
    }
}

/// DuckDB passes over such a log in silence.
#[tokio::test]
async fn a_log_with_an_unknown_beginning_is_told() {
    let (crashed, log) = crashed().await;
    for at in [0, 2, 5, 7] {
        let mut unknown = log.clone();
        unknown[at] ^= 0x55;
        let (folder, store) = with_log(crashed.path(), &unknown);
        assert_eq!(number(&store, FINDINGS).await, 1);
        assert_eq!(set_aside(folder.path()), [unknown], "byte {at}");
        assert_eq!(store.pull_state(&scope()).await.unwrap().unwrap().last_full_at, None);
        agrees_and_recovers(store, folder.path()).await;
    }
}

#[tokio::test]
async fn one_wrong_byte_anywhere_in_the_log_leaves_a_database_that_agrees_with_itself() {
    let (crashed, log) = crashed().await;
    let mut random = ChaCha8Rng::seed_from_u64(7);
    for _ in 0..6 {
        let at = random.random_range(0..log.len());
        let mut garbled = log.clone();
        garbled[at] ^= random.random_range(1..=255_u8);
        let (folder, store) = with_log(crashed.path(), &garbled);
        assert!(number(&store, FINDINGS).await >= 1, "byte {at}");
        agrees_and_recovers(store, folder.path()).await;
    }
}

#[tokio::test]
async fn a_damaged_file_is_named_and_left_as_it_is() {
    let (crashed, _) = crashed().await;
    let file = crashed.path().join("yagura.duckdb");
    let whole = fs::read(&file).unwrap();
    for cut in [whole[..3000].to_vec(), [&[0; 64], &whole[64..]].concat()] {
        fs::write(&file, &cut).unwrap();
        match open_in(crashed.path()) {
            Err(StoreError::DatabaseFile { file: named, .. }) => assert_eq!(named, file),
            other => panic!("{:?}", other.err()),
        }
        assert_eq!(fs::read(&file).unwrap(), cut);
        assert!(set_aside(crashed.path()).is_empty(), "the log is not the reason");
    }
    fs::write(&file, whole).unwrap();
    let store = open_in(crashed.path()).unwrap();
    assert_eq!(number(&store, FINDINGS).await, 7);
}

#[tokio::test]
async fn without_room_nothing_is_written_and_everything_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(folder.path()).unwrap();
    store.ingest(pulled(0)).await.unwrap();
    assert_eq!(store.write_trouble(), None);
    store.close().await.unwrap();

    // No disk has that much.
    let path = Some(folder.path().to_owned());
    let full = StoreOptions { path: path.clone(), reserve_bytes: u64::MAX, ..options() };
    let store = Store::open(full, classifier()).unwrap();
    let error = store.ingest(pulled(1)).await.unwrap_err();
    assert!(matches!(error, StoreError::DiskFull { reserve: u64::MAX, .. }), "{error}");
    assert_eq!(store.write_trouble().unwrap().why, WriteFailure::DiskFull);
    assert_eq!(number(&store, FINDINGS).await, 1);
    assert_eq!(store.pull_state(&scope()).await.unwrap().unwrap().cursor, Some(at(0)));
    // Without a checkpoint: what was committed is in the log.
    store.close().await.unwrap();

    let store = open_in(folder.path()).unwrap();
    store.ingest(pulled(1)).await.unwrap();
    assert_eq!((number(&store, FINDINGS).await, store.write_trouble()), (2, None));
    store.close().await.unwrap();
}

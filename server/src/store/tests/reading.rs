//! Reading beside the writer, for a limited time.

use std::time::Duration;

use super::documents::{batch, guardduty};
use super::{classifier, in_memory, number, options};
use crate::ingest::Rejected;
use crate::store::{Batch, Snapshot, Store, StoreError, StoreOptions};

/// Runs for minutes unless interrupted.
const ENDLESS: &str = "SELECT count(*) FROM range(1000000) AS a, range(1000000) AS b WHERE a.range + b.range = -1";

fn endless(snapshot: &Snapshot<'_>) -> Result<i64, StoreError> {
    Ok(snapshot.connection().query_row(ENDLESS, [], |row| row.get(0))?)
}

fn impatient(readers: usize) -> Store {
    let options = StoreOptions { readers, query_timeout: Duration::from_millis(200), ..options() };
    Store::open(options, classifier()).unwrap()
}

/// DuckDB packs texts that were all short when it planned: a plan that is kept would cut the longer ones that came later.
#[tokio::test]
async fn the_same_statement_reads_longer_texts_that_came_later() {
    let store = in_memory();
    let from = |origin: &str| Batch {
        rejected: vec![Rejected {
            origin: origin.to_owned(),
            position: "line 1".to_owned(),
            reason: "no finding".to_owned(),
            raw: origin.to_owned(),
        }],
        ..batch(Vec::new())
    };
    let mut origins = vec!["a".to_owned()];
    store.ingest(from("a")).await.unwrap();
    for number in 0..3 {
        let asked = "SELECT origin FROM rejected_input GROUP BY origin ORDER BY origin";
        let read = store.read(move |snapshot| snapshot.rows(asked, [], |row| Ok::<String, StoreError>(row.get(0)?)));
        assert_eq!(read.await.unwrap(), origins);
        let longer = format!("b-{number}-from-a-folder-with-a-long-name.ndjson");
        store.ingest(from(&longer)).await.unwrap();
        origins.push(longer);
    }
}

#[tokio::test]
async fn a_reader_sees_rows_and_version_of_the_same_moment() {
    let store = in_memory();
    store.ingest(batch(vec![guardduty(0, 0, 1)])).await.unwrap();
    let writing = {
        let store = store.clone();
        tokio::spawn(async move {
            for number in 1..30 {
                store.ingest(batch(vec![guardduty(number, 0, 1)])).await.unwrap();
            }
        })
    };
    while !writing.is_finished() {
        // Every batch adds one finding, so the version tells the number of findings.
        let seen = store
            .read(|snapshot| {
                let count = "SELECT count(*) FROM finding";
                let first: u64 = snapshot.connection().query_row(count, [], |row| row.get(0))?;
                let second: u64 = snapshot.connection().query_row(count, [], |row| row.get(0))?;
                Ok((snapshot.data_version(), first, second))
            })
            .await
            .unwrap();
        assert_eq!((seen.0, seen.0), (seen.1, seen.2));
    }
    writing.await.unwrap();
    assert_eq!(store.data_version(), 30);
}

#[tokio::test]
async fn readers_cannot_write() {
    let store = in_memory();
    let written = store.read(|snapshot| Ok(snapshot.connection().execute("DELETE FROM setting", [])?)).await;
    assert!(written.unwrap_err().to_string().contains("read-only"));
    let changed = store.read(|snapshot| Ok(snapshot.connection().execute_batch("SET threads = 8")?)).await;
    assert!(changed.unwrap_err().to_string().contains("locked"));
    let opened = store.read(|snapshot| Ok(snapshot.connection().execute_batch("FROM '/etc/passwd'")?)).await;
    assert!(opened.is_err());
    assert_eq!(number(&store, "SELECT count(*) FROM setting WHERE name = 'data_version'").await, 1);
}

#[tokio::test]
async fn a_long_query_is_interrupted_and_the_reader_serves_the_next() {
    let store = impatient(1);
    let error = store.read(endless).await.unwrap_err();
    assert!(matches!(error, StoreError::Timeout { .. }), "{error}");
    assert_eq!(number(&store, "SELECT 41 + 1").await, 42);
}

#[tokio::test]
async fn who_finds_no_reader_is_told_so() {
    let options = StoreOptions { readers: 1, query_timeout: Duration::from_millis(200), ..options() };
    let store = Store::open(options, classifier()).unwrap();
    let (release, wait) = std::sync::mpsc::channel::<()>();
    let holding = {
        let store = store.clone();
        tokio::spawn(async move { store.read(move |_| Ok(wait.recv().is_ok())).await })
    };
    tokio::task::yield_now().await;
    let error = store.read(|_| Ok(())).await.unwrap_err();
    assert!(matches!(error, StoreError::Busy { .. }), "{error}");
    release.send(()).unwrap();
    assert!(holding.await.unwrap().unwrap());
}

#[tokio::test]
async fn nobody_works_for_a_caller_that_has_gone() {
    let options = StoreOptions { readers: 1, query_timeout: Duration::from_mins(10), ..options() };
    let store = Store::open(options, classifier()).unwrap();
    let abandoned = tokio::time::timeout(Duration::from_millis(100), store.read(endless)).await;
    assert!(abandoned.is_err());
    // The only reader is free again long before its time limit.
    let next = tokio::time::timeout(Duration::from_mins(1), store.read(|_| Ok(7))).await;
    assert_eq!(next.unwrap().unwrap(), 7);
}

#[tokio::test]
async fn a_panic_costs_its_own_read_only() {
    let store = impatient(1);
    let error = store.read(|_| -> Result<(), _> { panic!("on purpose") }).await.unwrap_err();
    assert!(matches!(error, StoreError::Panicked), "{error}");
    assert_eq!(number(&store, "SELECT 1").await, 1);
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let store = in_memory();
    let other = store.clone();
    store.close().await.unwrap();
    assert!(matches!(other.read(|_| Ok(())).await, Err(StoreError::Closed)));
    assert!(matches!(other.ingest(batch(Vec::new())).await, Err(StoreError::Closed)));
    assert!(matches!(other.close().await, Err(StoreError::Closed)));
}

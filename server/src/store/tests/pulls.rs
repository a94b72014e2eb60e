//! The state of collectors.

use std::path::Path;

use app::model::Source;
use jiff::SignedDuration;

use super::documents::{at, batch, guardduty};
use super::{in_memory, number, open_in, rows};
use crate::store::{Batch, IngestSummary, PullOutcome, PullProgress, PullResult, PullState, Scope, Store};

fn scope() -> Scope {
    Scope { account: "111122223333".to_owned(), region: "us-east-1".to_owned(), source: Source::GuardDuty }
}

fn pulled(covered: (i64, i64), cursor: Option<i64>) -> Batch {
    let progress = PullProgress {
        cursor: cursor.map(at),
        covered: Some((at(covered.0), at(covered.1))),
        ..PullProgress::of(scope())
    };
    Batch { pull: Some(progress), ..batch(Vec::new()) }
}

fn ended(minute: i64, result: PullResult) -> PullOutcome {
    let counts = IngestSummary { read: 7, new: 4, updated: 2, unchanged: 1, rejected: 0 };
    PullOutcome {
        scope: scope(),
        at: at(minute),
        took: Some(SignedDuration::from_millis(1500)),
        result,
        counts,
        requests: 9,
        throttles: 1,
        errors: 2,
        clock_ahead_seconds: Some(-2),
    }
}

#[tokio::test]
async fn the_cursor_moves_with_the_rows() {
    let store = in_memory();
    assert_eq!(store.pull_state(&scope()).await.unwrap(), None);
    let mut first = pulled((-60, 0), Some(-5));
    first.observations.push(guardduty(1, -10, 1));
    first.pull.as_mut().unwrap().full_at = Some(at(0));
    store.ingest(first).await.unwrap();
    let state = PullState { cursor: Some(at(-5)), last_full_at: Some(at(0)), ..PullState::default() };
    assert_eq!(store.pull_state(&scope()).await.unwrap(), Some(state));

    // A later pull without news keeps what it does not speak of, and people see no change.
    let version = store.data_version();
    store.ingest(pulled((0, 5), None)).await.unwrap();
    assert_eq!(store.pull_state(&scope()).await.unwrap(), Some(state));
    assert_eq!(store.data_version(), version);
}

#[tokio::test]
async fn rows_that_cannot_be_kept_leave_the_cursor_where_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let store = open_in(directory.path()).unwrap();
    store.ingest(pulled((-60, 0), Some(0))).await.unwrap();
    store.ingest(batch(vec![guardduty(1, 0, 1)])).await.unwrap();
    let store = spoil_documents(store, directory.path()).await;
    let before = rows(&store, "FROM sync_covered").await;

    let mut next = pulled((0, 60), Some(60));
    next.observations = vec![guardduty(2, 30, 1), guardduty(1, 30, 2)];
    let error = store.ingest(next).await.unwrap_err();

    assert!(error.to_string().contains("packed document"), "{error}");
    assert_eq!(store.pull_state(&scope()).await.unwrap().unwrap().cursor, Some(at(0)));
    assert_eq!(rows(&store, "FROM sync_covered").await, before);
    assert_eq!(number(&store, "SELECT count(*) FROM finding").await, 1);
    // The writer lives on.
    store.ingest(batch(vec![guardduty(3, 0, 1)])).await.unwrap();
    assert_eq!(number(&store, "SELECT count(*) FROM finding").await, 2);
}

/// Makes the kept documents unreadable, as a broken disk would.
async fn spoil_documents(store: Store, directory: &Path) -> Store {
    store.close().await.unwrap();
    let connection = duckdb::Connection::open(directory.join("yagura.duckdb")).unwrap();
    connection.execute_batch("UPDATE finding_side SET raw = 'broken'::BLOB").unwrap();
    connection.close().map_err(|(_, error)| error).unwrap();
    open_in(directory).unwrap()
}

#[tokio::test]
async fn covered_time_is_joined() {
    let store = in_memory();
    for (from, to) in [(0, 10), (20, 30), (8, 12), (30, 40), (12, 20), (5, 15), (50, 60), (70, 70)] {
        store.ingest(pulled((from, to), None)).await.unwrap();
    }
    assert_eq!(
        rows(&store, "SELECT covered_from AS a, covered_to AS b FROM sync_covered ORDER BY covered_from").await,
        [
            "{'a': '2026-11-23 12:00:00', 'b': '2026-11-23 12:40:00'}",
            "{'a': '2026-11-23 12:50:00', 'b': '2026-11-23 13:00:00'}"
        ]
    );
}

#[tokio::test]
async fn how_pulls_end_is_remembered() {
    let store = in_memory();
    store.record_pull(ended(0, PullResult::Ok)).await.unwrap();
    store.record_pull(ended(5, PullResult::Failed("timed out".to_owned()))).await.unwrap();
    store.record_pull(ended(10, PullResult::Denied("no permission".to_owned()))).await.unwrap();
    let columns = "SELECT outcome, last_attempt_at, last_success_at, failing_since, last_error,
        read_rows, new_rows, updated_rows, unchanged_rows, rejected_rows, requests, throttles, errors FROM sync_source";
    insta::assert_snapshot!(rows(&store, columns).await.join("\n"), @"{'outcome': denied, 'last_attempt_at': '2026-11-23 12:10:00', 'last_success_at': '2026-11-23 12:00:00', 'failing_since': '2026-11-23 12:05:00', 'last_error': no permission, 'read_rows': 7, 'new_rows': 4, 'updated_rows': 2, 'unchanged_rows': 1, 'rejected_rows': 0, 'requests': 9, 'throttles': 1, 'errors': 2}");
    assert_eq!(store.pull_state(&scope()).await.unwrap().unwrap().last_success_at, Some(at(0)));

    store.record_pull(ended(15, PullResult::NotEnabled)).await.unwrap();
    insta::assert_snapshot!(rows(&store, columns).await.join("\n"), @"{'outcome': not-enabled, 'last_attempt_at': '2026-11-23 12:15:00', 'last_success_at': '2026-11-23 12:00:00', 'failing_since': NULL, 'last_error': NULL, 'read_rows': 7, 'new_rows': 4, 'updated_rows': 2, 'unchanged_rows': 1, 'rejected_rows': 0, 'requests': 9, 'throttles': 1, 'errors': 2}");
    store.record_pull(ended(20, PullResult::Ok)).await.unwrap();
    assert_eq!(store.pull_state(&scope()).await.unwrap().unwrap().last_success_at, Some(at(20)));
    assert_eq!(number(&store, "SELECT count(*) FROM sync_source").await, 1);
}

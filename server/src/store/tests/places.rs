//! Where a finding's row stands after it was written again.

use app::model::Source;

use super::documents::{archived, at, batch, guardduty, security_hub};
use super::{in_memory, number, rows};
use crate::ingest::Observation;
use crate::store::{Batch, PullProgress, Scope, Store, rollup};

/// The row of the only finding of its ARN.
async fn row(store: &Store) -> i64 {
    number(store, "SELECT rowid FROM finding WHERE ends_with(arn, 'f0001')").await
}

async fn keep(store: &Store, observation: Observation) {
    store.ingest(batch(vec![observation])).await.unwrap();
    assert_eq!(store.read(|snapshot| rollup::differences(snapshot.connection())).await.unwrap(), []);
}

#[tokio::test]
async fn a_repetition_is_written_where_it_stands_and_anything_else_anew() {
    const STATE: &str = "SELECT count, occurrences, last_seen, updated_at, archived, closed_at, leaves_at
        FROM finding WHERE ends_with(arn, 'f0001')";
    let (store, at_once) = (in_memory(), in_memory());
    store.ingest(batch(vec![guardduty(1, 0, 1), guardduty(2, 0, 1)])).await.unwrap();
    let first = row(&store).await;
    for told in [guardduty(1, 5, 7), archived(1, 9, 8)] {
        keep(&store, told).await;
        assert_eq!(row(&store).await, first);
    }
    at_once.ingest(batch(vec![guardduty(1, 0, 1), guardduty(1, 5, 7), archived(1, 9, 8)])).await.unwrap();
    assert_eq!(rows(&store, STATE).await, rows(&at_once, STATE).await);

    // Another service knows it: that is more than state.
    keep(&store, security_hub(1, 12, "NEW")).await;
    let second = row(&store).await;
    assert_ne!(second, first);
    keep(&store, security_hub(1, 13, "RESOLVED")).await;
    assert_eq!(row(&store).await, second);
    assert_eq!(number(&store, "SELECT count(*) FROM finding").await, 2);
}

#[tokio::test]
async fn what_aws_has_lost_stays_lost_when_a_file_tells_of_it() {
    const LOST: &str = "SELECT count(*) FROM finding WHERE expired_in_aws IS NOT NULL";
    const LOST_SIDES: &str = "SELECT count(*) FROM finding_side WHERE expired_at IS NOT NULL";
    let store = in_memory();
    let told = guardduty(1, 0, 1);
    let key = told.key;
    store.ingest(batch(vec![told, guardduty(2, 0, 1)])).await.unwrap();
    let scope = Scope { account: "111122223333".to_owned(), region: "us-east-1".to_owned(), source: Source::GuardDuty };
    let progress = PullProgress { gone: vec![key], ..PullProgress::of(scope) };
    store.ingest(Batch { pull: Some(progress), at: at(10), ..batch(Vec::new()) }).await.unwrap();
    assert_eq!((number(&store, LOST).await, number(&store, LOST_SIDES).await), (1, 1));
    // A repetition, then a document that makes the row anew.
    let mut moved = guardduty(1, 30, 3);
    moved.attribution.task_arns.clear();
    moved.details_hash ^= 1;
    for told in [guardduty(1, 20, 2), moved] {
        keep(&store, told).await;
        assert_eq!((number(&store, LOST).await, number(&store, LOST_SIDES).await), (1, 1));
    }
}

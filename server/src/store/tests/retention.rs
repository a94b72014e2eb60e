//! What is dropped after `retention.days`, and what stays.

use jiff::SignedDuration;

use super::documents::{arn, at, batch, guardduty, security_hub};
use super::{in_memory, number, rows};
use crate::fleet::{Look, Part};
use crate::ingest::Rejected;
use crate::store::{Batch, PullProgress, Scope, Store, StoreError};

async fn kept(store: &Store) -> [i64; 4] {
    [
        number(store, "SELECT count(*) FROM finding").await,
        number(store, "SELECT count(*) FROM finding_side").await,
        number(store, "SELECT count(*) FROM finding_document").await,
        number(store, "SELECT count(*) FROM finding_version").await,
    ]
}

fn rejected(position: &str) -> Rejected {
    Rejected {
        origin: "file.json".to_owned(),
        position: position.to_owned(),
        reason: "no finding".to_owned(),
        raw: position.to_owned(),
    }
}

#[tokio::test]
async fn a_finding_goes_with_everything_kept_of_it_and_the_others_stay() {
    let store = in_memory();
    let scope = Scope {
        account: "111122223333".to_owned(),
        region: "us-east-1".to_owned(),
        source: app::model::Source::GuardDuty,
    };
    let covered = PullProgress { covered: Some((at(-600), at(100))), ..PullProgress::of(scope) };
    let old = vec![guardduty(1, 0, 1), guardduty(2, 0, 2), security_hub(2, 0, "NEW")];
    let first = Batch { rejected: vec![rejected("line 1")], pull: Some(covered), ..batch(old) };
    store.ingest(Batch { at: at(0), ..first }).await.unwrap();
    store.ingest(batch(vec![guardduty(1, 20, 3)])).await.unwrap();
    let later = Batch { rejected: vec![rejected("line 2")], ..batch(vec![guardduty(2, 90, 5), guardduty(3, 60, 1)]) };
    store.ingest(Batch { at: at(90), ..later }).await.unwrap();
    assert_eq!(kept(&store).await, [3, 4, 2, 6]);
    let version = store.data_version();

    assert_eq!(store.forget(at(60)).await.unwrap(), 1, "what was updated at the moment itself stays");

    assert_eq!(kept(&store).await, [2, 3, 1, 4]);
    assert_eq!(rows(&store, "SELECT arn FROM finding ORDER BY arn").await.len(), 2);
    assert!(!rows(&store, "SELECT arn FROM finding").await.iter().any(|row| row.contains(&arn(1))));
    assert_eq!(rows(&store, "SELECT position FROM rejected_input").await, ["{'position': line 2}"]);
    let known_since = "SELECT epoch(covered_from)::BIGINT FROM sync_covered";
    assert_eq!(number(&store, known_since).await, at(60).as_second(), "the time before reads as unknown");
    assert!(store.data_version() > version);
    assert!(store.prove_rollups().await.unwrap(), "what is counted ahead is what is there");

    let version = store.data_version();
    assert_eq!(store.forget(at(60)).await.unwrap(), 0);
    assert_eq!(store.data_version(), version, "nothing went, so nobody is told");
}

#[tokio::test]
async fn more_than_a_page_goes_page_by_page() {
    let store = in_memory();
    let many = (0..10_100).map(|one| guardduty(one, if one < 10_050 { 0 } else { 60 }, 1)).collect();
    store.ingest(batch(many)).await.unwrap();
    assert_eq!(store.forget(at(60)).await.unwrap(), 10_050);
    assert_eq!(number(&store, "SELECT count(*) FROM finding").await, 50);
    assert!(store.prove_rollups().await.unwrap());
}

/// An empty fleet.
fn look(minute: i64) -> Look {
    Look {
        account: "111122223333".to_owned(),
        region: "us-east-1".to_owned(),
        at: at(minute),
        detector: Part::Off,
        verdicts: Part::Off,
        statistics: Part::Off,
        clusters: Part::Seen(Vec::new()),
        services: Part::Off,
        tasks: Part::Seen(Vec::new()),
        hub: Part::Off,
        requests: 0,
        throttles: 0,
        took_ms: 0,
    }
}

/// Hours that were looked at, as whoever keeps them knows them.
async fn hours_kept(store: &Store) -> i64 {
    let read = store.read(|snapshot| {
        let count = || snapshot.row("SELECT count(*) FROM fleet_hour", [], |row| Ok::<_, StoreError>(row.get(0)?));
        Ok(*snapshot.of_the_fleet("hours that were looked at", count)?)
    });
    read.await.unwrap()
}

/// What is kept of the fleet until its next look is read anew when its hours go, and only then.
#[tokio::test]
async fn hours_of_the_fleet_go_and_nobody_goes_on_telling_of_them() {
    let store = in_memory();
    for minute in [0, 30, 90, 150] {
        store.keep_look(look(minute), SignedDuration::from_hours(2)).await.unwrap();
    }
    assert_eq!(hours_kept(&store).await, 3);
    store.forget(at(-60)).await.unwrap();
    assert_eq!(hours_kept(&store).await, 3);
    store.forget(at(60)).await.unwrap();
    assert_eq!(hours_kept(&store).await, 2);
    assert_eq!(number(&store, "SELECT count(*) FROM fleet_hour").await, 2);
}

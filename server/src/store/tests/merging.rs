//! What becomes of observations.

use app::model::Source;
use proptest::prelude::*;

use super::documents::{archived, at, batch, guardduty, security_hub};
use super::{in_memory, number, rows};
use crate::ingest::{Observation, Rejected};
use crate::store::{IngestSummary, Store};

const FINDINGS: &str = "FROM finding ORDER BY finding_key";
const VERSIONS: &str = "SELECT observed_at, source, count, count_delta, occurred_at, archived, workflow
    FROM finding_version ORDER BY finding_key, observed_at";

#[tokio::test]
async fn a_batch_counts_what_it_did() {
    let store = in_memory();
    let first = store.ingest(batch(vec![guardduty(1, 0, 3), guardduty(2, 0, 1)])).await.unwrap();
    assert_eq!(first, IngestSummary { read: 2, new: 2, ..IngestSummary::default() });
    let second = store.ingest(batch(vec![guardduty(1, 10, 5), guardduty(2, 0, 1), guardduty(3, 0, 1)])).await.unwrap();
    assert_eq!(second, IngestSummary { read: 3, new: 1, updated: 1, unchanged: 1, rejected: 0 });
    assert_eq!(number(&store, "SELECT count(*) FROM finding").await, 3);
    assert_eq!(number(&store, "SELECT sum(occurrences)::BIGINT FROM finding").await, 7);
}

#[tokio::test]
async fn what_changes_nothing_writes_nothing() {
    let store = in_memory();
    let observations = vec![guardduty(1, 0, 3), security_hub(1, 0, "NEW"), security_hub(2, 0, "NEW")];
    store.ingest(batch(observations.clone())).await.unwrap();
    let version = store.data_version();
    let told = store.subscribe();
    let before = (rows(&store, FINDINGS).await, rows(&store, VERSIONS).await, rows(&store, "FROM finding_side").await);

    let again = store.ingest(batch(observations)).await.unwrap();

    assert_eq!(again, IngestSummary { read: 3, unchanged: 3, ..IngestSummary::default() });
    let after = (rows(&store, FINDINGS).await, rows(&store, VERSIONS).await, rows(&store, "FROM finding_side").await);
    assert_eq!(after, before);
    assert_eq!(store.data_version(), version);
    assert!(!told.has_changed().unwrap());
    store.ingest(batch(vec![guardduty(1, 10, 4)])).await.unwrap();
    assert!(told.has_changed().unwrap());
    assert_eq!(store.data_version(), version + 1);
}

#[tokio::test]
async fn both_services_make_one_finding_in_either_order() {
    for observations in [
        vec![guardduty(1, 0, 3), security_hub(1, 1, "NOTIFIED")],
        vec![security_hub(1, 1, "NOTIFIED"), guardduty(1, 0, 3)],
    ] {
        let store = in_memory();
        for observation in observations {
            store.ingest(batch(vec![observation])).await.unwrap();
        }
        let merged = "SELECT source, in_guardduty, in_securityhub, count, occurrences, workflow FROM finding";
        assert_eq!(
            rows(&store, merged).await,
            [
                "{'source': guardduty, 'in_guardduty': true, 'in_securityhub': true, 'count': 3, 'occurrences': 3, 'workflow': NOTIFIED}"
            ]
        );
        assert_eq!(number(&store, "SELECT count(*) FROM finding_side").await, 2);
    }
}

#[tokio::test]
async fn every_change_leaves_a_version_in_the_time_it_was_observed() {
    let store = in_memory();
    store.ingest(batch(vec![guardduty(1, 0, 3)])).await.unwrap();
    store.ingest(batch(vec![guardduty(1, 10, 5), archived(1, 20, 5)])).await.unwrap();
    let versions =
        rows(&store, "SELECT count, count_delta, occurred_at, archived FROM finding_version ORDER BY observed_at")
            .await;
    insta::assert_snapshot!(versions.join("\n"), @r"
    {'count': 3, 'count_delta': 3, 'occurred_at': '2026-11-23 12:00:00', 'archived': false}
    {'count': 5, 'count_delta': 2, 'occurred_at': '2026-11-23 12:10:00', 'archived': false}
    {'count': 5, 'count_delta': 0, 'occurred_at': '2026-11-23 12:20:00', 'archived': true}
    ");
    let closed = rows(&store, "SELECT archived, closed_at, first_observed_at FROM finding").await;
    insta::assert_snapshot!(closed.join("\n"), @"{'archived': true, 'closed_at': '2026-11-23 12:21:00', 'first_observed_at': '2026-11-23 12:01:00'}");
}

#[tokio::test]
async fn repetitions_are_never_booked_before_the_observation_that_did_not_have_them() {
    let store = in_memory();
    // Observed at minute 11 with the last repetition at minute 10.
    store.ingest(batch(vec![guardduty(1, 10, 3)])).await.unwrap();
    let mut late = guardduty(1, 30, 9);
    late.last_seen = Some(at(5));
    store.ingest(batch(vec![late])).await.unwrap();
    let booked = rows(&store, "SELECT max(occurred_at) AS booked FROM finding_version").await;
    assert_eq!(booked, ["{'booked': '2026-11-23 12:11:00'}"]);
}

#[tokio::test]
async fn rejected_input_is_kept_once_per_origin() {
    let store = in_memory();
    let rejected = |origin: &str, position: &str| Rejected {
        origin: origin.to_owned(),
        position: position.to_owned(),
        reason: "no ARN".to_owned(),
        raw: "{}".to_owned(),
    };
    let mut input = batch(Vec::new());
    input.rejected = vec![rejected("a.json", "line 1"), rejected("a.json", "line 2"), rejected("b.json", "line 1")];
    let version = store.data_version();
    let summary = store.ingest(input.clone()).await.unwrap();
    assert_eq!(summary, IngestSummary { read: 3, rejected: 3, ..IngestSummary::default() });
    store.ingest(input).await.unwrap();
    assert_eq!(
        rows(&store, "SELECT origin, position, reason, raw FROM rejected_input ORDER BY origin").await,
        [
            "{'origin': a.json, 'position': line 1, 'reason': no ARN, 'raw': '{}'}",
            "{'origin': b.json, 'position': line 1, 'reason': no ARN, 'raw': '{}'}"
        ]
    );
    assert_eq!(store.data_version(), version);
}

#[tokio::test]
async fn documents_are_kept_as_they_came() {
    let store = in_memory();
    let observation = guardduty(1, 0, 3);
    store.ingest(batch(vec![observation.clone()])).await.unwrap();
    let kept = store
        .read(|snapshot| {
            let packed: Vec<u8> =
                snapshot.connection().query_row("SELECT raw FROM finding_side", [], |row| row.get(0))?;
            crate::store::unpack_document(&packed)
        })
        .await
        .unwrap();
    assert_eq!(kept, observation.raw);
}

/// The word of both services about three findings, in the order in which each service would say it.
fn story() -> Vec<Observation> {
    let mut story = Vec::new();
    for (finding, count) in [4, 5, 6].into_iter().enumerate() {
        story.push(guardduty(finding, 0, 1));
        story.push(guardduty(finding, 10, 4));
        story.push(security_hub(finding, 11, "NEW"));
        story.push(guardduty(finding, 20, count));
        story.push(security_hub(finding, 30, "NOTIFIED"));
    }
    story.sort_by_key(|observation| observation.observed_at);
    story
}

async fn told(batches: Vec<Vec<Observation>>) -> (Store, Vec<String>) {
    let store = in_memory();
    for observations in batches {
        store.ingest(batch(observations)).await.unwrap();
    }
    let findings = rows(&store, FINDINGS).await;
    (store, findings)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// However a story is cut into batches, and whatever is told twice, the rows are the same.
    #[test]
    fn batches_do_not_matter(cuts in prop::collection::vec(0..16_usize, 0..5), repeat in any::<bool>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let story = story();
            let (_, expected) = told(vec![story.clone()]).await;
            let mut cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut < story.len()).collect();
            cuts.extend([0, story.len()]);
            cuts.sort_unstable();
            let mut batches: Vec<Vec<Observation>> = cuts.windows(2).map(|cut| story[cut[0]..cut[1]].to_vec()).collect();
            if repeat {
                batches = batches.into_iter().flat_map(|batch| [batch.clone(), batch]).collect();
            }
            let (store, findings) = told(batches).await;
            assert_eq!(findings, expected);
            let booked = number(&store, "SELECT sum(count_delta)::BIGINT FROM finding_version").await;
            assert_eq!(booked, number(&store, "SELECT sum(occurrences)::BIGINT FROM finding").await);
        });
    }
}

/// The story in another order: each service keeps its own, `guardduty_next` says whose turn it is.
fn retold(guardduty_next: &[bool]) -> Vec<Observation> {
    let (guardduty, security_hub): (Vec<_>, Vec<_>) =
        story().into_iter().partition(|observation| observation.source == Source::GuardDuty);
    let (mut guardduty, mut security_hub) = (guardduty.into_iter(), security_hub.into_iter());
    let mut told: Vec<Observation> =
        guardduty_next.iter().filter_map(|next| if *next { guardduty.next() } else { security_hub.next() }).collect();
    told.extend(guardduty.chain(security_hub));
    for (observation, minute) in told.iter_mut().zip(60..) {
        observation.observed_at = at(minute);
    }
    told
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whichever service is read first, the findings are the same, but for when we first read them.
    #[test]
    fn the_order_of_the_services_does_not_matter(order in prop::collection::vec(any::<bool>(), 0..15)) {
        const KEPT: &str = "SELECT * EXCLUDE (first_observed_at) FROM finding ORDER BY finding_key";
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (store, _) = told(vec![retold(&[])]).await;
            let expected = rows(&store, KEPT).await;
            let (store, _) = told(retold(&order).chunks(4).map(<[_]>::to_vec).collect()).await;
            assert_eq!(rows(&store, KEPT).await, expected);
        });
    }
}

#[tokio::test]
async fn a_batch_of_everything_at_once_is_one_version_of_the_data() {
    let store = in_memory();
    assert_eq!(store.data_version(), 0);
    store.ingest(batch(story())).await.unwrap();
    assert_eq!(store.data_version(), 1);
    assert!(number(&store, "SELECT count(*) FROM finding_version").await > 3);
}

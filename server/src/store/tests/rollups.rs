//! Rollups are what counting gives, whatever was written in whichever order.

use proptest::prelude::*;

use super::documents::{archived, batch, guardduty, security_hub};
use super::{in_memory, number, open_in, rows};
use crate::ingest::Observation;
use crate::store::{Snapshot, Store, rollup};

async fn differences(store: &Store) -> Vec<(String, i64)> {
    let compare = |snapshot: &Snapshot<'_>| {
        assert!(snapshot.resident().is_some(), "every change is in memory");
        assert!(!snapshot.resident_differs()?);
        rollup::differences(snapshot.connection())
    };
    store.read(compare).await.unwrap()
}

fn observation() -> impl Strategy<Value = Observation> {
    (0..8_usize, 0..3000_i64, 1..9_i64, 0..5_u8).prop_map(|(finding, minute, count, what)| {
        let mut told = match what {
            0 => archived(finding, minute, count),
            1 => security_hub(finding, minute, "NEW"),
            2 => security_hub(finding, minute, "RESOLVED"),
            _ => guardduty(finding, minute, count),
        };
        // A sequence over two clusters, and a finding of none: dimensions change as documents get better.
        match count {
            7 => told.attribution.clusters.push(app::model::Named::from_key("arn:aws:ecs:x:1:cluster/zoo".to_owned())),
            8 => told.attribution.families.clear(),
            _ => {}
        }
        told.details_hash ^= u64::try_from(count).unwrap();
        told
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn rollups_are_recounts(batches in prop::collection::vec(prop::collection::vec(observation(), 1..6), 1..8)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let store = in_memory();
            for observations in batches {
                store.ingest(batch(observations)).await.unwrap();
            }
            assert_eq!(differences(&store).await, []);
            assert!(store.prove_rollups().await.unwrap());
        });
    }
}

#[tokio::test]
async fn compacted_rollups_say_the_same() {
    const SUMS: &str =
        "SELECT * EXCLUDE (findings, occurrences), sum(findings) AS n, sum(occurrences) AS o FROM rollup_day
        GROUP BY ALL HAVING n <> 0 ORDER BY ALL";
    let store = in_memory();
    store.ingest(batch(vec![guardduty(1, 0, 1), guardduty(2, 0, 1)])).await.unwrap();
    store.ingest(batch(vec![archived(1, 10, 4)])).await.unwrap();
    let (sums, many) = (rows(&store, SUMS).await, number(&store, "SELECT count(*) FROM rollup_day").await);
    store.compact_rollups().await.unwrap();
    assert_eq!(rows(&store, SUMS).await, sums);
    assert!(number(&store, "SELECT count(*) FROM rollup_day").await < many);
    assert_eq!(differences(&store).await, []);
}

#[tokio::test]
async fn wrong_rollups_are_noticed_and_repaired() {
    let directory = tempfile::tempdir().unwrap();
    let store = open_in(directory.path()).unwrap();
    store.ingest(batch(vec![guardduty(1, 0, 1), guardduty(2, 0, 3)])).await.unwrap();
    store.close().await.unwrap();
    let other = duckdb::Connection::open(directory.path().join("yagura.duckdb")).unwrap();
    other.execute_batch("UPDATE rollup_day SET findings = 7 WHERE part // 6 = 8").unwrap();
    drop(other);

    let store = open_in(directory.path()).unwrap();
    let revision = store.revision();
    assert!(!store.prove_rollups().await.unwrap());
    assert_eq!(store.rollup_repairs(), 1);
    assert_eq!(store.revision(), revision + 1, "answers of wrong rollups are no longer good");
    assert!(store.prove_rollups().await.unwrap());
    assert_eq!(store.revision(), revision + 1);
    assert_eq!(differences(&store).await, []);
}

#[tokio::test]
async fn findings_from_before_the_rollups_are_counted_when_the_store_opens() {
    let directory = tempfile::tempdir().unwrap();
    let store = open_in(directory.path()).unwrap();
    store.ingest(batch(vec![guardduty(1, 0, 1), archived(2, 0, 3)])).await.unwrap();
    store.close().await.unwrap();
    let other = duckdb::Connection::open(directory.path().join("yagura.duckdb")).unwrap();
    other
        .execute_batch("DELETE FROM rollup_day; DELETE FROM rollup_hour; DELETE FROM setting WHERE name = 'rollup'")
        .unwrap();
    drop(other);

    let store = open_in(directory.path()).unwrap();
    store.ingest(batch(vec![guardduty(3, 0, 1)])).await.unwrap();
    assert!(store.read(|snapshot| Ok(snapshot.rolled_up())).await.unwrap());
    assert_eq!(differences(&store).await, []);
}

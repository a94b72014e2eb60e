//! Reading again what is kept.

use std::sync::Arc;

use super::documents::{archived, at, batch, guardduty, security_hub};
use super::{classifier, number, options, rows};
use crate::ingest::Rejected;
use crate::ingest::classify::Classifier;
use crate::store::{ReprocessSummary, Store, StoreOptions};

const TYPES: &str = include_str!("../../../../seed-data/finding-types.tsv");
const RULES: &str = include_str!("../../../../seed-data/category-rules.toml");
const FINDINGS: &str = "FROM finding ORDER BY finding_key";
/// The sum, and the number of what a finding is, are over the category, too.
const ALL_BUT_CATEGORY: &str = "SELECT * EXCLUDE (category, lasting_hash, what_id) FROM finding ORDER BY finding_key";
const VERSIONS: &str = "FROM finding_version ORDER BY finding_key, observed_at, updated_at";

/// A program that sees something else in mining.
fn other_rules() -> Arc<Classifier> {
    let types = TYPES.replace("\tcrypto-mining\t", "\tport-scan\t");
    assert_ne!(types, TYPES);
    Arc::new(Classifier::load(&types, RULES).unwrap())
}

fn open(directory: &std::path::Path, classifier: Arc<Classifier>) -> Store {
    Store::open(StoreOptions { path: Some(directory.to_owned()), ..options() }, classifier).unwrap()
}

async fn reprocess(store: &Store) -> ReprocessSummary {
    store.reprocess(|_, _| {}).await.unwrap()
}

#[tokio::test]
async fn a_run_brings_everything_to_the_rules_of_today_and_a_second_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path(), other_rules());
    assert!(!store.reprocess_advised());
    let mut late = guardduty(3, 5, 4);
    late.observed_at = at(90);
    for observation in [guardduty(1, 0, 3), security_hub(1, 1, "NEW"), archived(2, 5, 1), guardduty(3, 9, 2), late] {
        store.ingest(batch(vec![observation])).await.unwrap();
    }
    let versions = rows(&store, VERSIONS).await;
    store.close().await.unwrap();

    let store = open(directory.path(), classifier());
    assert!(store.reprocess_advised());
    let before = rows(&store, ALL_BUT_CATEGORY).await;
    let data_version = store.data_version();
    let done = reprocess(&store).await;
    assert_eq!(done, ReprocessSummary { read: 3, changed: 3, unchanged: 0, rejected: 0 });
    assert_eq!(number(&store, "SELECT count(*) FROM finding WHERE category = 'crypto-mining'").await, 3);
    // Nothing that only time could tell is different.
    assert_eq!(rows(&store, ALL_BUT_CATEGORY).await, before);
    assert_eq!(rows(&store, VERSIONS).await, versions);
    assert_eq!(store.data_version(), data_version + 1);

    let findings = rows(&store, FINDINGS).await;
    let done = reprocess(&store).await;
    assert_eq!(done, ReprocessSummary { read: 3, changed: 0, unchanged: 3, rejected: 0 });
    assert_eq!(store.data_version(), data_version + 1);
    assert_eq!(rows(&store, FINDINGS).await, findings);
    store.close().await.unwrap();
    assert!(!open(directory.path(), classifier()).reprocess_advised());
}

#[tokio::test]
async fn pages_join_without_gap() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path(), other_rules());
    store.ingest(batch((0..2500).map(|number| guardduty(number, 0, 1)).collect())).await.unwrap();
    store.close().await.unwrap();
    let store = open(directory.path(), classifier());
    let mut told = Vec::new();
    let done = store.reprocess(|read, queued| told.push((read, queued))).await.unwrap();
    assert_eq!(done, ReprocessSummary { read: 2500, changed: 2500, unchanged: 0, rejected: 0 });
    assert_eq!(told, [(1000, 2500), (2000, 2500), (2500, 2500)]);
}

#[tokio::test]
async fn rejected_input_is_read_again_and_what_still_is_none_stays() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path(), classifier());
    let rejected = |origin: &str, raw: &str| Rejected {
        origin: origin.to_owned(),
        position: "line 1".to_owned(),
        reason: "an older parser did not understand it".to_owned(),
        raw: raw.to_owned(),
    };
    let mut input = batch(Vec::new());
    input.rejected = vec![
        rejected("a.json", &guardduty(1, 0, 3).raw),
        rejected("111122223333/us-east-1/securityhub", &security_hub(1, 0, "NEW").raw),
        rejected("b.json", "{\"hello\": 1}"),
        rejected("c.json", &format!("{}\n{{}}", guardduty(2, 0, 3).raw)),
    ];
    store.ingest(input).await.unwrap();
    let version = store.data_version();
    let done = reprocess(&store).await;
    assert_eq!(done, ReprocessSummary { read: 4, changed: 2, unchanged: 0, rejected: 2 });
    assert_eq!(number(&store, "SELECT count(*) FROM finding WHERE in_guardduty AND in_securityhub").await, 1);
    assert_eq!(number(&store, "SELECT count(*) FROM rejected_input").await, 2);
    assert_eq!(store.data_version(), version + 1);
    let done = reprocess(&store).await;
    assert_eq!(done, ReprocessSummary { read: 3, changed: 0, unchanged: 1, rejected: 2 });
    assert_eq!(store.data_version(), version + 1);
}

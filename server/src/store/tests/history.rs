//! Which documents are kept.

use super::documents::{batch, guardduty, security_hub};
use super::{classifier, in_memory, number, options, rows};
use crate::store::{Store, StoreOptions};

const KEPT: &str = "SELECT source, updated_at FROM finding_document ORDER BY source, updated_at";

fn keeping(documents: usize) -> Store {
    Store::open(StoreOptions { documents, ..options() }, classifier()).unwrap()
}

#[tokio::test]
async fn every_accepted_state_is_kept_whether_it_came_alone_or_with_others() {
    for together in [false, true] {
        let store = in_memory();
        let told = vec![guardduty(1, 0, 1), security_hub(1, 1, "NEW"), guardduty(1, 10, 2), guardduty(1, 20, 3)];
        if together {
            store.ingest(batch(told)).await.unwrap();
        } else {
            for observation in told {
                store.ingest(batch(vec![observation])).await.unwrap();
            }
        }
        let kept = rows(&store, KEPT).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(kept.join("\n"), @r"
            {'source': guardduty, 'updated_at': '2026-11-23 12:00:00'}
            {'source': guardduty, 'updated_at': '2026-11-23 12:10:00'}
            ");
        }
        assert_eq!(number(&store, "SELECT count(*) FROM finding_side").await, 2);
    }
}

#[tokio::test]
async fn the_newest_stay_per_finding_and_service() {
    let store = keeping(3);
    for minute in 0..9 {
        store.ingest(batch(vec![guardduty(1, minute, minute + 1), guardduty(2, minute, 1)])).await.unwrap();
    }
    store.ingest(batch(vec![security_hub(1, 3, "NEW")])).await.unwrap();
    store.ingest(batch(vec![security_hub(1, 4, "NOTIFIED")])).await.unwrap();
    let kept = "SELECT source, count(*) AS documents, min(updated_at) AS oldest FROM finding_document
        GROUP BY finding_key, source ORDER BY source, oldest";
    insta::assert_snapshot!(rows(&store, kept).await.join("\n"), @r"
    {'source': guardduty, 'documents': 2, 'oldest': '2026-11-23 12:06:00'}
    {'source': guardduty, 'documents': 2, 'oldest': '2026-11-23 12:06:00'}
    {'source': securityhub, 'documents': 1, 'oldest': '2026-11-23 12:03:00'}
    ");
    // The same batch may bring more than there is room for.
    store.ingest(batch((20..29).map(|minute| guardduty(3, minute, minute)).collect())).await.unwrap();
    assert_eq!(number(&store, "SELECT count(*) FROM finding_document WHERE updated_at > '2026-11-23 12:15'").await, 2);
}

#[tokio::test]
async fn one_document_means_no_history() {
    let store = keeping(1);
    store.ingest(batch(vec![guardduty(1, 0, 1), guardduty(1, 1, 2)])).await.unwrap();
    store.ingest(batch(vec![guardduty(1, 2, 3)])).await.unwrap();
    assert_eq!(number(&store, "SELECT count(*) FROM finding_document").await, 0);
    assert_eq!(number(&store, "SELECT count(*) FROM finding_side").await, 1);
}

#[tokio::test]
async fn a_lowered_setting_prunes_what_changes_and_all_when_reprocessed() {
    let directory = tempfile::tempdir().unwrap();
    let open = |documents| {
        let path = Some(directory.path().to_owned());
        Store::open(StoreOptions { path, documents, ..options() }, classifier()).unwrap()
    };
    let store = open(5);
    for minute in 0..4 {
        store.ingest(batch(vec![guardduty(1, minute, 1), guardduty(2, minute, 1)])).await.unwrap();
    }
    store.close().await.unwrap();
    let store = open(2);
    store.ingest(batch(vec![guardduty(1, 9, 2)])).await.unwrap();
    assert_eq!(number(&store, "SELECT count(*) FROM finding_document").await, 1 + 3);
    store.reprocess(|_, _| {}).await.unwrap();
    assert_eq!(number(&store, "SELECT count(*) FROM finding_document").await, 1 + 1);
}

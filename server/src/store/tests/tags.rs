//! Tags that tie resources to workloads.

use std::sync::Arc;

use app::model::Source;
use serde_json::{Value, json};

use super::documents::{at, batch};
use super::{number, options, rows};
use crate::ingest::classify::Classifier;
use crate::ingest::{Observation, normalize};
use crate::store::{Store, StoreOptions};

const TAGS: &str = "SELECT resource_id, tag_key, tag_value FROM resource_tag ORDER BY ALL";

/// A control about a bucket that carries these tags.
fn bucket(finding: usize, minute: i64, tags: &Value) -> Observation {
    let document = json!({
        "SchemaVersion": "2018-10-08", "Id": format!("finding-{finding}"), "ProductName": "Security Hub",
        "GeneratorId": "security-control/S3.8", "AwsAccountId": "111122223333", "Region": "us-east-1",
        "Types": ["Software and Configuration Checks"], "CreatedAt": at(-60), "UpdatedAt": at(minute), "Title": "t",
        "Severity": {"Label": "HIGH"}, "Compliance": {"Status": "FAILED", "SecurityControlId": "S3.8"},
        "Resources": [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::receipts", "Tags": tags}],
    });
    normalize::source(Source::SecurityHub, &document, at(minute + 1)).unwrap()
}

fn keys(keys: &[&str]) -> Arc<Classifier> {
    let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
    Arc::new(Classifier::embedded().with_workload_tags(&keys))
}

#[tokio::test]
async fn the_newest_value_of_a_key_that_counts_is_kept_whatever_came_first() {
    let store = Store::open(options(), keys(&["Service", "app"])).unwrap();
    let told = [
        bucket(1, 9, &json!({"SERVICE": "checkout", "owner": "x"})),
        // Older, and read later: it teaches nothing. Without tags a document says nothing of them.
        bucket(2, 3, &json!({"SERVICE": "ledger"})),
        bucket(3, 12, &json!({})),
    ];
    for observation in told {
        store.ingest(batch(vec![observation])).await.unwrap();
    }
    let receipts = "{'resource_id': 'arn:aws:s3:::receipts', 'tag_key': SERVICE, 'tag_value':";
    assert_eq!(rows(&store, TAGS).await, [format!("{receipts} checkout}}")]);
    let both = vec![bucket(4, 20, &json!({"SERVICE": "b"})), bucket(5, 30, &json!({"SERVICE": "c"}))];
    store.ingest(batch(both)).await.unwrap();
    assert_eq!(rows(&store, TAGS).await, [format!("{receipts} c}}")]);
}

#[tokio::test]
async fn other_keys_drop_what_no_longer_counts_and_reading_again_brings_what_does() {
    let directory = tempfile::tempdir().unwrap();
    let open = |keys| Store::open(StoreOptions { path: Some(directory.path().to_owned()), ..options() }, keys).unwrap();
    let store = open(keys(&["service"]));
    store.ingest(batch(vec![bucket(1, 0, &json!({"service": "checkout", "app": "shop"}))])).await.unwrap();
    let version = store.data_version();
    store.close().await.unwrap();

    let store = open(keys(&["app"]));
    assert_eq!(number(&store, "SELECT count(*) FROM resource_tag").await, 0);
    assert!(store.reprocess_advised() && store.data_version() > version);
    store.reprocess(|_, _| {}).await.unwrap();
    let kept = "SELECT count(*) FROM resource_tag WHERE tag_key = 'app' AND tag_value = 'shop'";
    assert_eq!(number(&store, kept).await, 1);
    store.close().await.unwrap();
    assert!(!open(keys(&["app"])).reprocess_advised());
}

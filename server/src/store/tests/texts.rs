//! The texts that are searched are those of the findings, whatever was written in whichever order.

use std::path::Path;

use app::model::Source;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::documents::{at, batch, guardduty, security_hub};
use super::{in_memory, number, open_in, rows};
use crate::ingest::{Observation, normalize};
use crate::store::{Store, texts};

/// GuardDuty tells this of a finding, read at a minute.
pub(crate) fn telling(finding: usize, minute: i64, title: &str, description: &str, family: &str) -> Observation {
    let mut document: Value = serde_json::from_str(&guardduty(finding, minute, minute + 1).raw).unwrap();
    document["title"] = json!(title);
    document["description"] = json!(description);
    let task = &mut document["resource"]["ecsClusterDetails"]["taskDetails"];
    task["definitionArn"] = json!(format!("arn:aws:ecs:us-east-1:111122223333:task-definition/{family}:7"));
    normalize::source(Source::GuardDuty, &document, at(minute + 1)).unwrap()
}

fn titled(finding: usize, minute: i64, title: &str) -> Observation {
    telling(finding, minute, title, "a description", "checkout")
}

async fn faults(store: &Store) -> (Vec<(String, i64)>, i64) {
    let proof = store.read(|snapshot| texts::prove(snapshot.connection())).await.unwrap();
    (proof.different, proof.unused)
}

async fn is_known(store: &Store) -> bool {
    store.read(|snapshot| Ok(snapshot.knows_texts())).await.unwrap()
}

/// Until texts of findings from before were read.
async fn known(store: &Store) {
    while !is_known(store).await {
        tokio::task::yield_now().await;
    }
}

async fn changed(directory: &Path, store: Store, sql: &str) -> Store {
    store.close().await.unwrap();
    let other = duckdb::Connection::open(directory.join("yagura.duckdb")).unwrap();
    other.execute_batch(sql).unwrap();
    drop(other);
    open_in(directory).unwrap()
}

#[tokio::test]
async fn texts_that_differ_by_identifiers_alone_are_one() {
    let store = in_memory();
    let titles = ["task 0123456789abcdef did", "task fedcba9876543210 did", "Task 0123456789abcdef did", "task 1 did"];
    let tell = |(finding, title): (usize, &&str)| {
        let told = telling(finding, 0, title, "a description", "checkout");
        // Else their ARNs tell them apart.
        Observation { arn: "arn".to_owned(), ..told }
    };
    store.ingest(batch(titles.iter().enumerate().map(tell).collect())).await.unwrap();
    assert!(is_known(&store).await);
    assert_eq!(number(&store, "SELECT count(DISTINCT words_id) FROM finding").await, 3);
    assert_eq!(number(&store, "SELECT count(DISTINCT places_id) FROM finding").await, 1);
    let words = rows(
        &store,
        "SELECT DISTINCT string_split(text, chr(10))[3] AS title FROM search_text WHERE NOT places ORDER BY title",
    )
    .await;
    let masked = "\u{1}".repeat(16);
    assert_eq!(words, [format!("{{'title': task {masked} did}}"), "{'title': task 1 did}".to_owned()]);
    assert_eq!(faults(&store).await, (Vec::new(), 0));
}

#[tokio::test]
async fn a_finding_has_the_beginnings_of_its_identifiers() {
    let store = in_memory();
    let five = ["f", "a", "0", "a", "9", "1"].map(|digit| digit.repeat(20)).join(" ");
    let three = "3f2504e0-4f89-41d3-9a0c-0305e82c3301 and 0123456789abcdef, and once more 0123456789ABCDEF";
    let tell = |(finding, title): (usize, &str)| Observation { arn: "arn".to_owned(), ..titled(finding, 0, title) };
    let told = ["no", three, &five].into_iter().enumerate().map(tell).collect();
    store.ingest(batch(told)).await.unwrap();
    let kept = "SELECT
            concat_ws(' ', printf('%08x', identifier_1), printf('%08x', identifier_2), printf('%08x', identifier_3),
                printf('%08x', identifier_4)) AS heads,
            more_identifiers AS more
        FROM finding ORDER BY len(title)";
    assert_eq!(
        rows(&store, kept).await,
        [
            // The task's alone, which all of them name.
            "{'heads': 01234567, 'more': NULL}",
            "{'heads': 01234567 3f2504e0, 'more': NULL}",
            "{'heads': 00000000 01234567 11111111 99999999, 'more': true}",
        ]
    );
}

#[tokio::test]
async fn findings_from_before_are_read_page_by_page_while_others_come() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open_in(directory.path()).unwrap();
    let pages = 5 * 70 + 3;
    let hub = security_hub(0, 0, "NEW");
    let told = (0..pages).map(|finding| telling(finding, 0, &format!("title {finding}"), "does", "web")).chain([hub]);
    store.ingest(batch(told.collect())).await.unwrap();
    let marks = "SELECT finding_key, words_id, places_id, identifier_1, identifier_2, more_identifiers, what_id, where_id FROM finding
        WHERE NOT ends_with(arn, 'f1000') ORDER BY finding_key";
    let before = rows(&store, marks).await;
    let version = store.data_version();
    // As a database of the version before is, and one with texts of another form.
    for damage in [
        "DELETE FROM search_text; DELETE FROM dictionary_what; DELETE FROM dictionary_where;
         UPDATE finding SET words_id = NULL, places_id = NULL, identifier_1 = NULL, more_identifiers = NULL, what_id = NULL,
            where_id = NULL;
         DELETE FROM setting WHERE name = 'texts'",
        "UPDATE finding SET words_id = words_id + 1, identifier_2 = 7, what_id = what_id + 1, where_id = 1;
         UPDATE setting SET value = '0' WHERE name = 'texts'",
        // As the version before the combinations left it.
        "DELETE FROM dictionary_what; DELETE FROM dictionary_where; UPDATE finding SET what_id = NULL, where_id = NULL;
         UPDATE setting SET value = '2' WHERE name = 'texts'",
        // In the middle of it.
        "UPDATE finding SET words_id = NULL, places_id = NULL WHERE finding_key > '8';
         UPDATE setting SET value = '3, not whole' WHERE name = 'texts'",
    ] {
        store = changed(directory.path(), store, damage).await;
        store.ingest(batch(vec![titled(1000, 0, "new")])).await.unwrap();
        known(&store).await;
        assert_eq!(rows(&store, marks).await, before, "{damage}");
        assert_eq!(faults(&store).await.0, []);
        assert!(store.data_version() <= version + 1, "nothing that people see is different by it");
    }
}

#[tokio::test]
async fn what_is_wrong_is_noticed_and_read_anew() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open_in(directory.path()).unwrap();
    store
        .ingest(batch((1..200).map(|finding| titled(finding, 0, &format!("title {finding}"))).collect()))
        .await
        .unwrap();
    for (damage, repairs) in [
        ("DELETE FROM search_text WHERE places", 1),
        ("UPDATE finding SET places_id = NULL WHERE ends_with(arn, 'f0007')", 1),
        ("INSERT INTO search_text FROM search_text LIMIT 1", 1),
        // Every text is there, but not of every finding.
        ("UPDATE finding SET words_id = (SELECT min(words_id) FROM finding)", 1),
        ("UPDATE finding SET identifier_1 = 7", 1),
        ("UPDATE finding SET more_identifiers = true", 1),
        ("DELETE FROM dictionary_what", 1),
        ("DELETE FROM dictionary_where", 1),
        ("UPDATE finding SET where_id = NULL WHERE ends_with(arn, 'f0007')", 1),
        ("INSERT INTO dictionary_where FROM dictionary_where LIMIT 1", 1),
        ("UPDATE finding SET what_id = 7; UPDATE dictionary_what SET what_id = 7", 1),
        ("UPDATE dictionary_what SET category = NULL", 1),
        ("UPDATE dictionary_where SET region = 'eu-west-1'", 1),
        ("SELECT 1", 0),
    ] {
        store = changed(directory.path(), store, damage).await;
        let revision = store.revision();
        assert_eq!(store.prove_rollups().await.unwrap(), repairs == 0, "{damage}");
        assert_eq!(store.rollup_repairs(), repairs, "{damage}");
        assert_eq!(store.revision() > revision, repairs > 0, "{damage}: what was found wrongly is looked for again");
        known(&store).await;
        assert_eq!(faults(&store).await, (Vec::new(), 0), "{damage}");
        assert!(store.prove_rollups().await.unwrap());
    }
}

#[tokio::test]
async fn texts_go_with_their_findings() {
    let store = in_memory();
    store.ingest(batch(vec![titled(1, 0, "secret"), titled(2, 90, "plain"), titled(3, 0, "changes")])).await.unwrap();
    store.ingest(batch(vec![titled(3, 100, "changed")])).await.unwrap();
    let kept = "SELECT string_split(text, chr(10))[3] AS title FROM search_text WHERE NOT places ORDER BY title";
    let titles = |titles: &[&str]| titles.iter().map(|title| format!("{{'title': {title}}}")).collect::<Vec<_>>();
    assert_eq!(rows(&store, kept).await, titles(&["changed", "changes", "plain", "secret"]));
    assert_eq!(store.forget(at(60)).await.unwrap(), 1);
    assert_eq!(rows(&store, kept).await, titles(&["changed", "plain"]));

    // Where nothing is dropped the daily proof sweeps.
    store.ingest(batch(vec![titled(3, 110, "changed again")])).await.unwrap();
    assert_eq!(faults(&store).await, (Vec::new(), 1));
    assert!(store.prove_rollups().await.unwrap());
    assert_eq!(rows(&store, kept).await, titles(&["changed again", "plain"]));
    assert_eq!(store.rollup_repairs(), 0);
}

#[tokio::test]
async fn what_findings_have_in_common_is_kept_once_and_goes_with_them() {
    let store = in_memory();
    let elsewhere = |finding, resource: &str| {
        let mut told = titled(finding, 0, "elsewhere");
        (told.attribution.clusters, told.attribution.families) = (Vec::new(), Vec::new());
        told.attribution.resource_id = Some(resource.to_owned());
        told
    };
    let told = (0..40).map(|finding| telling(finding, 0, &format!("title {finding}"), "does", ["a", "b"][finding % 2]));
    let placeless = [elsewhere(50, "bucket-1"), elsewhere(51, "bucket-1"), elsewhere(52, "bucket-2")];
    store.ingest(batch(told.chain(placeless).collect())).await.unwrap();
    let counted = "SELECT
            (SELECT count(*) FROM dictionary_what) AS whats,
            (SELECT count(*) FROM dictionary_where) AS wheres,
            (SELECT count(DISTINCT what_id) FROM finding) AS used_whats,
            (SELECT count(DISTINCT where_id) FROM finding) AS used_wheres";
    assert_eq!(rows(&store, counted).await, ["{'whats': 1, 'wheres': 4, 'used_whats': 1, 'used_wheres': 4}"]);
    assert_eq!(faults(&store).await, (Vec::new(), 0));

    // What it is about has changed, so what it was about goes.
    let mut known = elsewhere(52, "bucket-3");
    known.updated_at = at(70);
    known.observed_at = at(71);
    known.details_hash ^= 1;
    store.ingest(batch(vec![known])).await.unwrap();
    assert_eq!(faults(&store).await.0, []);
    assert!(store.prove_rollups().await.unwrap());
    assert_eq!(faults(&store).await, (Vec::new(), 0));
    assert_eq!(rows(&store, counted).await, ["{'whats': 1, 'wheres': 4, 'used_whats': 1, 'used_wheres': 4}"]);
    let kept = "SELECT DISTINCT resource_id AS r FROM dictionary_where WHERE resource_id IS NOT NULL ORDER BY r";
    assert_eq!(rows(&store, kept).await, ["{'r': bucket-1}", "{'r': bucket-3}"]);
}

fn observation() -> impl Strategy<Value = Observation> {
    (0..6_usize, 0..3000_i64, "[ab]{1,2}", "([ab]|0123456789abcdef| ){0,3}", "[ab]{1}", any::<bool>()).prop_map(
        |(finding, minute, title, description, family, by_hub)| {
            if by_hub {
                security_hub(finding, minute, "NEW")
            } else {
                telling(finding, minute, &title, &description, &family)
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn texts_are_those_of_the_findings(batches in prop::collection::vec(prop::collection::vec(observation(), 1..6), 1..6)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let store = in_memory();
            for observations in batches {
                store.ingest(batch(observations)).await.unwrap();
            }
            assert_eq!(faults(&store).await.0, []);
            // Reading again what is kept gives the same.
            let findings = rows(&store, "FROM finding ORDER BY finding_key").await;
            store.reprocess(|_, _| {}).await.unwrap();
            assert_eq!(rows(&store, "FROM finding ORDER BY finding_key").await, findings);
            assert!(store.prove_rollups().await.unwrap());
            assert_eq!(faults(&store).await, (Vec::new(), 0));
        });
    }
}

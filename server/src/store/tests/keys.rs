//! Rows are looked for by the heads of keys.

use super::documents::{archived, at, batch, guardduty, security_hub};
use super::{in_memory, number, open_in, rows};
use crate::ingest::{FindingKey, Observation};
use crate::store::{Store, rollup};

/// Rows whose head is not that of their key.
const WRONG: &str = "
    SELECT count(*)
    FROM (
        SELECT finding_key, key_head FROM finding
        UNION ALL
        SELECT finding_key, key_head FROM finding_side
        UNION ALL
        SELECT finding_key, key_head FROM finding_document
    )
    WHERE key_head IS DISTINCT FROM ('0x' || left(finding_key, 16))::UBIGINT";

async fn differences(store: &Store) -> Vec<(String, i64)> {
    store.read(|snapshot| rollup::differences(snapshot.connection())).await.unwrap()
}

#[tokio::test]
async fn every_row_has_the_head_of_its_key() {
    let store = in_memory();
    store.ingest(batch(vec![guardduty(1, 0, 1)])).await.unwrap();
    store.ingest(batch(vec![guardduty(1, 1, 2), guardduty(1, 2, 3), guardduty(2, 0, 1)])).await.unwrap();
    store.ingest(batch(vec![security_hub(2, 1, "NEW"), archived(1, 3, 4)])).await.unwrap();
    assert_eq!(number(&store, "SELECT count(*) FROM finding_document").await, 3);
    assert_eq!(number(&store, WRONG).await, 0);
}

#[tokio::test]
async fn findings_kept_before_there_were_heads_are_found() {
    let directory = tempfile::tempdir().unwrap();
    let store = open_in(directory.path()).unwrap();
    store.ingest(batch((0..5).map(|finding| guardduty(finding, 0, 1)).collect())).await.unwrap();
    store.ingest(batch((0..5).map(|finding| guardduty(finding, 1, 2)).collect())).await.unwrap();
    store.close().await.unwrap();
    let older = duckdb::Connection::open(directory.path().join("yagura.duckdb")).unwrap();
    older
        .execute_batch(
            "ALTER TABLE finding DROP COLUMN key_head; ALTER TABLE finding DROP COLUMN lasting_hash;
             ALTER TABLE finding_side DROP COLUMN key_head; ALTER TABLE finding_document DROP COLUMN key_head;
             -- What came after it, too: columns stand in the order of the migrations.
             DROP TABLE search_text; DELETE FROM setting WHERE name = 'texts';
             ALTER TABLE finding DROP COLUMN words_id; ALTER TABLE finding DROP COLUMN places_id;
             ALTER TABLE finding DROP COLUMN what_id; ALTER TABLE finding DROP COLUMN where_id;
             DROP TABLE dictionary_what; DROP TABLE dictionary_where;
             ALTER TABLE finding DROP COLUMN identifier_1; ALTER TABLE finding DROP COLUMN identifier_2;
             ALTER TABLE finding DROP COLUMN identifier_3; ALTER TABLE finding DROP COLUMN identifier_4;
             ALTER TABLE finding DROP COLUMN more_identifiers; ALTER TABLE finding DROP COLUMN slice;
             DELETE FROM schema_migration WHERE version >= 15;",
        )
        .unwrap();
    drop(older);

    let store = open_in(directory.path()).unwrap();
    assert_eq!(number(&store, WRONG).await, 0);
    assert_eq!(number(&store, "SELECT count(*) FROM finding WHERE slice IS DISTINCT FROM 0").await, 0);
    // That a row has no sum yet is no reason to write it.
    assert_eq!(store.reprocess(|_, _| ()).await.unwrap().changed, 0);
    for minute in 2..5 {
        store.ingest(batch((0..6).map(|finding| guardduty(finding, minute, minute + 1)).collect())).await.unwrap();
        assert_eq!(number(&store, "SELECT count(*) FROM finding").await, 6);
        assert_eq!(number(&store, "SELECT count(*) FROM finding_side").await, 6);
        assert_eq!(number(&store, "SELECT sum(count)::BIGINT FROM finding").await, 6 * (minute + 1));
        assert_eq!(differences(&store).await, []);
    }
    assert_eq!(number(&store, "SELECT count(*) FROM finding_document").await, 5 * 4 + 2);
    assert_eq!(number(&store, WRONG).await, 0);
}

/// As if both findings' keys began alike.
fn alike(observation: Observation) -> Observation {
    let FindingKey(key) = observation.key;
    Observation { key: FindingKey(key & u128::from(u64::MAX) | 7 << 64), ..observation }
}

#[tokio::test]
async fn keys_that_begin_alike_are_told_apart() {
    const COUNTS: &str = "SELECT count, archived FROM finding ORDER BY count";
    let (one, other) = (1, 2);
    let store = in_memory();
    store.ingest(batch(vec![alike(guardduty(one, 0, 1))])).await.unwrap();
    store.ingest(batch(vec![alike(guardduty(other, 0, 10))])).await.unwrap();
    assert_eq!(number(&store, "SELECT count(DISTINCT key_head) FROM finding").await, 1);
    store.ingest(batch(vec![alike(guardduty(one, 1, 2))])).await.unwrap();
    store.ingest(batch(vec![alike(archived(other, 1, 20))])).await.unwrap();
    assert_eq!(rows(&store, COUNTS).await, ["{'count': 2, 'archived': false}", "{'count': 20, 'archived': true}"]);
    assert_eq!(number(&store, "SELECT count(*) FROM finding_document").await, 2);
    assert_eq!(differences(&store).await, []);

    assert_eq!(store.forget(at(1)).await.unwrap(), 0);
    store.ingest(batch(vec![alike(guardduty(other, 5, 30))])).await.unwrap();
    assert_eq!(store.forget(at(2)).await.unwrap(), 1);
    assert_eq!(rows(&store, COUNTS).await, ["{'count': 30, 'archived': false}"]);
    assert_eq!(number(&store, "SELECT count(*) FROM finding_side").await, 1);
    assert_eq!(differences(&store).await, []);
}

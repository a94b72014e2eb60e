//! Members of attack sequences.

use app::model::Source;
use serde_json::{Value, json};

use super::documents::{arn, at, batch, guardduty};
use super::{in_memory, number, rows};
use crate::ingest::{Observation, normalize};

const LINKS: &str = "SELECT sequence, attack_sequence FROM finding WHERE sequence <> 'is' ORDER BY arn";
const SEQUENCE: &str = "arn:aws:guardduty:us-east-1:111122223333:detector/d1a2/finding/s0001";

fn sequence(signals: &Value) -> Observation {
    let document = json!({
        "accountId": "111122223333", "region": "us-east-1", "id": "s0001", "arn": SEQUENCE, "severity": 9.5,
        "type": "AttackSequence:ECS/CompromisedCluster", "createdAt": at(0), "updatedAt": at(0),
        "resource": {"resourceType": "AttackSequence"},
        "service": {"detection": {"sequence": {"uid": "u", "signals": signals}}},
    });
    normalize::source(Source::GuardDuty, &document, at(1)).unwrap()
}

#[tokio::test]
async fn signals_are_members_whatever_arrives_first() {
    let named = json!([{"uid": arn(1), "type": "FINDING"}, {"uid": "e1", "type": "CLOUD_TRAIL"}]);
    let said = [sequence(&named), guardduty(1, 0, 1), guardduty(2, 0, 1)];
    for order in [[0, 1, 2], [1, 2, 0], [1, 0, 2]] {
        let store = in_memory();
        for next in order {
            store.ingest(batch(vec![said[next].clone()])).await.unwrap();
        }
        // A later word of the member does not say it either.
        store.ingest(batch(vec![guardduty(1, 10, 2)])).await.unwrap();
        let links = rows(&store, LINKS).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(links.join("\n"), @r"
            {'sequence': member, 'attack_sequence': 'arn:aws:guardduty:us-east-1:111122223333:detector/d1a2/finding/s0001'}
            {'sequence': none, 'attack_sequence': NULL}
            ");
        }
    }
    let store = in_memory();
    store.ingest(batch(said.to_vec())).await.unwrap();
    assert_eq!(number(&store, "SELECT count(*) FROM finding WHERE sequence = 'member'").await, 1);
}

#[tokio::test]
async fn an_id_alone_names_a_finding_of_the_same_detector() {
    let store = in_memory();
    let id = "0123456789abcdef0123456789abcdef";
    let mut member = guardduty(1, 0, 1);
    member.arn = SEQUENCE.replace("s0001", id);
    member.key = crate::ingest::FindingKey::of_arn(&member.arn);
    store.ingest(batch(vec![member, sequence(&json!([{"uid": id, "type": "FINDING"}]))])).await.unwrap();
    assert_eq!(number(&store, "SELECT count(*) FROM finding WHERE sequence = 'member'").await, 1);
}

#[tokio::test]
async fn what_a_finding_says_of_itself_stays() {
    let store = in_memory();
    let mut member = guardduty(1, 0, 1);
    member.sequence = app::model::SequenceRole::Member;
    member.attack_sequence = Some("arn:aws:guardduty:us-east-1:111122223333:detector/d1a2/finding/other".to_owned());
    store.ingest(batch(vec![sequence(&json!([{"uid": arn(1)}])), member])).await.unwrap();
    assert!(rows(&store, LINKS).await[0].contains("finding/other"));
}

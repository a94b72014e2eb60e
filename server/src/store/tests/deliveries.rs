//! However documents are delivered, the same findings come of them.

use std::fs;
use std::path::Path;

use app::model::Source;
use proptest::prelude::*;
use serde_json::json;

use super::documents::{arn, at, batch};
use super::{in_memory, number, open_in, rows};
use crate::ingest::{Observation, normalize};
use crate::store::Store;

/// All but what only the act of observing tells: when we first saw it closed depends on what we had seen before.
const FINDINGS: &str = "SELECT * REPLACE (closed_at IS NULL AS closed_at) FROM finding ORDER BY finding_key";
const BOOKED: &str = "SELECT finding_key, sum(count_delta)::BIGINT AS booked FROM finding_version
    GROUP BY finding_key ORDER BY finding_key";
const MISCOUNTED: &str = "SELECT count(*) FROM (SELECT finding_key, sum(count_delta) AS booked FROM finding_version
    GROUP BY finding_key) AS counted JOIN finding USING (finding_key) WHERE booked <> occurrences";

/// What happens to a finding next.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// It is seen that many times more.
    Recur(i64),
    /// Somebody archives it or takes it back, which does not move `updatedAt` either.
    Archive(bool),
    Severity(u8),
    /// Security Hub hears what GuardDuty last said.
    Echo,
    /// Somebody decides in Security Hub, which does not move `UpdatedAt`.
    Decide(&'static str),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1..20_i64).prop_map(Step::Recur),
        1 => any::<bool>().prop_map(Step::Archive),
        1 => (1..10_u8).prop_map(Step::Severity),
        3 => Just(Step::Echo),
        2 => prop::sample::select(vec!["NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED"]).prop_map(Step::Decide),
    ]
}

/// A finding as the services tell it.
struct Told {
    number: usize,
    count: i64,
    archived: bool,
    severity: u8,
    /// Minute of GuardDuty's last update.
    updated: i64,
    /// What Security Hub has: count, severity, minute of the update, workflow.
    hub: Option<(i64, u8, i64, &'static str)>,
}

impl Told {
    /// Takes a step at a minute; gives the document that the next pull reads.
    fn step(&mut self, step: Step, minute: i64) -> Observation {
        match step {
            Step::Recur(more) => (self.count, self.updated) = (self.count + more, minute),
            Step::Archive(archived) => self.archived = archived,
            Step::Severity(severity) => (self.severity, self.updated) = (severity, minute),
            Step::Echo => {
                let workflow = self.hub.map_or("NEW", |hub| hub.3);
                self.hub = Some((self.count, self.severity, minute, workflow));
                return self.hub_document(minute);
            }
            Step::Decide(workflow) => {
                let hub = self.hub.get_or_insert((self.count, self.severity, minute, workflow));
                hub.3 = workflow;
                return self.hub_document(minute);
            }
        }
        let document = json!({
            "schemaVersion": "2.0", "accountId": "111122223333", "region": "us-east-1", "partition": "aws",
            "id": format!("f{:04}", self.number), "arn": arn(self.number),
            "type": "CryptoCurrency:Runtime/BitcoinTool.B", "title": "Mining", "description": "A task mines.",
            "severity": self.severity, "createdAt": at(0), "updatedAt": at(self.updated),
            "resource": {"resourceType": "ECSCluster"},
            "service": {"serviceName": "guardduty", "archived": self.archived, "count": self.count,
                "eventFirstSeen": at(0), "eventLastSeen": at(self.updated)},
        });
        normalize::source(Source::GuardDuty, &document, at(minute + 1)).unwrap()
    }

    fn hub_document(&self, minute: i64) -> Observation {
        let (count, severity, updated, workflow) = self.hub.unwrap();
        let document = json!({
            "SchemaVersion": "2018-10-08", "Id": arn(self.number), "ProductName": "GuardDuty",
            "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/guardduty",
            "GeneratorId": "arn:aws:guardduty:us-east-1:111122223333:detector/d1a2",
            "AwsAccountId": "111122223333", "Region": "us-east-1",
            "Types": ["TTPs/Command and Control/CryptoCurrency:Runtime-BitcoinTool.B"],
            "CreatedAt": at(0), "UpdatedAt": at(updated), "Title": "Mining", "Description": "A task mines.",
            "Severity": {"Label": "HIGH", "Product": severity}, "Resources": [],
            "Workflow": {"Status": workflow}, "RecordState": "ACTIVE",
            "ProductFields": {"aws/guardduty/service/count": count.to_string()},
        });
        normalize::source(Source::SecurityHub, &document, at(minute + 1)).unwrap()
    }
}

/// What pulls read, one document a minute, in the order it happened.
fn story(steps: &[(usize, Step)]) -> Vec<Observation> {
    let mut told: Vec<Told> =
        (0..4).map(|number| Told { number, count: 1, archived: false, severity: 5, updated: 0, hub: None }).collect();
    let minutes = (1..).map(|minute| minute * 2);
    minutes.zip(steps).map(|(minute, (number, step))| told[*number].step(*step, minute)).collect()
}

async fn outcome(store: &Store) -> (Vec<String>, Vec<String>) {
    assert_eq!(number(store, MISCOUNTED).await, 0);
    (rows(store, FINDINGS).await, rows(store, BOOKED).await)
}

/// Opens what a crash at this moment would leave.
async fn crash(store: Store, from: &Path, to: &Path) -> Store {
    for name in ["yagura.duckdb", "yagura.duckdb.wal"] {
        if from.join(name).exists() {
            fs::copy(from.join(name), to.join(name)).unwrap();
        }
    }
    store.close().await.unwrap();
    open_in(to).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn order_repetition_batches_and_crashes_do_not_matter(
        steps in prop::collection::vec((0..4_usize, step()), 1..40),
        order in prop::collection::vec(any::<prop::sample::Index>(), 40),
        again in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        sizes in prop::collection::vec(1..9_usize, 1..20),
        crash_after in 0..6_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let story = story(&steps);
            let clean = in_memory();
            clean.ingest(batch(story.clone())).await.unwrap();
            let expected = outcome(&clean).await;

            // Some documents come twice, all in any order, in batches of any size.
            let mut delivered = story.clone();
            delivered.extend(again.iter().map(|index| index.get(&story).clone()));
            for (position, index) in order.iter().enumerate().take(delivered.len()) {
                let other = index.index(delivered.len());
                delivered.swap(position, other);
            }
            let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
            let mut store = open_in(first.path()).unwrap();
            let mut rest = &delivered[..];
            for (count, size) in sizes.iter().cycle().enumerate() {
                if rest.is_empty() {
                    break;
                }
                let (now, later) = rest.split_at((*size).min(rest.len()));
                store.ingest(batch(now.to_vec())).await.unwrap();
                if count == crash_after {
                    // Nobody heard the answer: the batch comes again.
                    store = crash(store, first.path(), second.path()).await;
                    store.ingest(batch(now.to_vec())).await.unwrap();
                }
                rest = later;
            }
            assert_eq!(outcome(&store).await, expected);
            store.close().await.unwrap();
        });
    }
}

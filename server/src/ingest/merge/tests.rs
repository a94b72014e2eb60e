#![expect(clippy::unwrap_used, reason = "a failing test says where")]

use app::model::Aspect;
use jiff::ToSpan;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::ingest::normalize;

const ARN: &str = "arn:aws:guardduty:us-east-1:111122223333:detector/d/finding/f";

fn at(minute: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + (minute * 60).seconds()
}

fn guardduty(updated: i64, count: i64, archived: bool, observed: i64) -> Observation {
    let document = json!({"arn": ARN, "type": "CryptoCurrency:Runtime/BitcoinTool.B", "severity": 8, "createdAt": at(0).to_string(),
        "updatedAt": at(updated).to_string(), "service": {"count": count, "archived": archived}});
    normalize::guardduty(&document, at(observed)).unwrap()
}

fn security_hub(updated: i64, workflow: &str, observed: i64) -> Observation {
    let document = json!({"Id": ARN, "ProductName": "GuardDuty", "Types": ["TTPs/x/CryptoCurrency:Runtime-BitcoinTool.B"],
        "AwsAccountId": "111122223333", "Title": "t", "CreatedAt": at(0).to_string(), "UpdatedAt": at(updated).to_string(),
        "Workflow": {"Status": workflow}, "RecordState": "ACTIVE", "ProductFields": {"aws/guardduty/service/count": "2"}});
    normalize::asff(&document, at(observed)).unwrap()
}

fn merged(observations: impl IntoIterator<Item = Observation>) -> (Tracked, Vec<Change>) {
    let classifier = Classifier::embedded();
    let mut tracked = None;
    let mut changes = Vec::new();
    for observation in observations {
        let (next, change) = apply(tracked.take(), observation, &classifier);
        tracked = Some(next);
        changes.push(change);
    }
    (tracked.unwrap(), changes)
}

#[test]
fn both_services_are_one_finding_with_the_best_of_each() {
    let (tracked, changes) = merged([guardduty(5, 3, false, 6), security_hub(4, "NOTIFIED", 7)]);
    let finding = tracked.finding;
    assert!(finding.in_guardduty && finding.in_securityhub && finding.is_active());
    assert_eq!(
        (finding.source, finding.count, finding.workflow.as_deref()),
        (Source::GuardDuty, Some(3), Some("NOTIFIED"))
    );
    assert!(matches!(&changes[..], [Change::New(_), Change::Updated(_)]));
}

#[test]
fn the_same_document_again_changes_nothing() {
    let (_, changes) = merged([guardduty(5, 3, false, 6), guardduty(5, 3, false, 60)]);
    assert!(matches!(changes[1], Change::Unchanged));
}

#[test]
fn repetitions_are_counted_as_increments() {
    let (tracked, changes) = merged([guardduty(5, 3, false, 6), guardduty(9, 10, false, 10)]);
    let deltas: Vec<i64> = changes
        .iter()
        .map(|change| match change {
            Change::New(version) | Change::Updated(version) => version.count_delta,
            Change::Unchanged => 0,
        })
        .collect();
    assert_eq!((deltas, tracked.finding.occurrences), (vec![3, 7], 10));
}

#[test]
fn an_older_copy_does_not_overwrite_a_newer_one() {
    let (tracked, _) = merged([guardduty(9, 10, true, 10), guardduty(5, 3, false, 11)]);
    assert!(tracked.finding.archived);
    assert_eq!(tracked.finding.count, Some(10));
}

#[test]
fn closing_is_dated_when_seen_and_reopening_forgets_it() {
    let (tracked, _) =
        merged([guardduty(5, 1, false, 6), security_hub(5, "NEW", 7), security_hub(5, "SUPPRESSED", 20)]);
    assert_eq!(tracked.finding.closed_at, Some(at(20)));
    let classifier = Classifier::embedded();
    let (tracked, _) = apply(Some(tracked), security_hub(5, "NEW", 30), &classifier);
    assert_eq!(tracked.finding.closed_at, None);
    let (met_closed, _) = merged([guardduty(5, 1, true, 600)]);
    assert_eq!(met_closed.finding.closed_at, Some(at(5)));
}

fn observation() -> impl Strategy<Value = Observation> {
    let workflow = prop::sample::select(vec!["NEW", "NOTIFIED", "RESOLVED"]);
    prop_oneof![
        (0..9_i64, 1..5_i64, any::<bool>(), 10..19_i64).prop_map(|(u, c, a, o)| guardduty(u, c, a, o)),
        (0..9_i64, workflow, 10..19_i64).prop_map(|(u, w, o)| security_hub(u, w, o)),
    ]
}

/// Each document seen once: a document that comes back later is news, and news is a matter of order.
fn distinct_documents() -> impl Strategy<Value = Vec<Observation>> {
    prop::collection::vec(observation(), 1..7).prop_map(|mut all| {
        let mut seen = std::collections::HashSet::new();
        all.retain(|one| seen.insert(one.details_hash));
        all
    })
}

proptest! {
    #[test]
    fn the_order_of_arrival_does_not_matter(
        (observations, shuffled) in distinct_documents()
            .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
    ) {
        let (mut one, _) = merged(observations);
        let (mut two, _) = merged(shuffled);
        // Only what we saw happen depends on when we saw it.
        (one.finding.closed_at, two.finding.closed_at) = (None, None);
        prop_assert_eq!(one.finding, two.finding);
    }

    #[test]
    fn merging_again_changes_nothing(observations in distinct_documents()) {
        let (once, _) = merged(observations.clone());
        let (twice, _) = merged(observations.iter().cloned().chain(observations.clone()));
        prop_assert_eq!(Finding { closed_at: None, ..once.finding }, Finding { closed_at: None, ..twice.finding });
    }
}

#[test]
fn a_version_says_what_changed_and_which_resources_joined() {
    let task = |number: usize| {
        json!({"arn": ARN, "type": "CryptoCurrency:Runtime/BitcoinTool.B", "severity": 8, "createdAt": at(0).to_string(),
            "updatedAt": at(5).to_string(), "service": {"count": 1, "additionalInfo": {"value": number}},
            "resource": {"resourceType": "ECSCluster", "ecsClusterDetails": {"name": "c", "taskDetails": {
                "arn": format!("arn:aws:ecs:us-east-1:111122223333:task/c/{}", number / 2)}}}})
    };
    let told =
        [0, 1, 2].map(|number| normalize::guardduty(&task(number), at(6 + i64::try_from(number).unwrap())).unwrap());
    let (_, changes) = merged(told.into_iter().chain([guardduty(9, 4, true, 20), security_hub(10, "NOTIFIED", 30)]));
    let versions: Vec<FindingVersion> = changes
        .into_iter()
        .filter_map(|change| match change {
            Change::New(version) | Change::Updated(version) => Some(version),
            Change::Unchanged => None,
        })
        .collect();
    let aspects: Vec<&[Aspect]> = versions.iter().map(|version| version.changed.as_slice()).collect();
    assert_eq!(aspects[..3], [&[Aspect::First][..], &[Aspect::Details], &[Aspect::Resource]]);
    assert_eq!(aspects[3][..3], [Aspect::Count, Aspect::Archived, Aspect::Resource]);
    assert!(aspects[4].starts_with(&[Aspect::Service, Aspect::Workflow]), "{:?}", aspects[4]);
    assert_eq!(versions[2].resources, ["arn:aws:ecs:us-east-1:111122223333:task/c/1"]);
    assert!(versions[0].resources.is_empty(), "at first sight the finding itself says them");
}

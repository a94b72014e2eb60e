//! What the services say differently, what was refused, and findings that only look alike.

use std::sync::Arc;

use app::backend::Backend;
use app::model::{DriftKind, Filter, RejectQuery, Source};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use server::backend::YaguraBackend;
use server::clock::{FixedClock, SharedClock};
use server::config::{Config, Overrides};
use server::ingest::{Classifier, Rejected, normalize};
use server::lifecycle;
use server::store::{Batch, IngestSummary, PullOutcome, PullProgress, PullResult, Scope, Store, StoreOptions};

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

/// Minutes before [`now`].
fn ago(minutes: i64) -> Timestamp {
    now() - SignedDuration::from_mins(minutes)
}

fn arn(id: &str) -> String {
    format!("arn:aws:guardduty:us-east-1:111122223333:detector/d/finding/{id}")
}

fn guardduty(id: &str, severity: f64, archived: bool) -> Value {
    json!({"arn": arn(id), "id": id, "accountId": "111122223333", "region": "us-east-1", "title": id,
        "type": "CryptoCurrency:Runtime/BitcoinTool.B", "severity": severity, "createdAt": ago(200), "updatedAt": ago(190),
        "resource": {}, "service": {"count": 1, "archived": archived}})
}

fn security_hub(id: &str, label: &str, workflow: &str, record_state: &str) -> Value {
    json!({"Id": arn(id), "ProductName": "GuardDuty", "AwsAccountId": "111122223333", "Region": "us-east-1", "Title": id,
        "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/guardduty",
        "Types": ["TTPs/Impact/CryptoCurrency:Runtime-BitcoinTool.B"], "Severity": {"Label": label},
        "CreatedAt": ago(200), "UpdatedAt": ago(190), "Workflow": {"Status": workflow}, "RecordState": record_state})
}

fn world() -> (Store, YaguraBackend) {
    let store = Store::open(StoreOptions::default(), Arc::new(Classifier::embedded())).unwrap();
    let clock: SharedClock = Arc::new(FixedClock::new(now()));
    let backend = lifecycle::backend(&Config::load(None, &Overrides::new()).unwrap(), &store, &clock);
    (store, backend)
}

/// Read by a pull of one service.
async fn pulled(store: &Store, source: Source, documents: &[Value], observed_at: Timestamp) {
    let scope = Scope { account: "111122223333".to_owned(), region: "us-east-1".to_owned(), source };
    let read = |document: &Value| normalize::source(source, document, observed_at).unwrap();
    let covered = Some((ago(90 * 24 * 60), observed_at));
    let pull = PullProgress { covered, ..PullProgress::of(scope) };
    let observations = documents.iter().map(read).collect();
    store.ingest(Batch { observations, rejected: Vec::new(), at: observed_at, pull: Some(pull) }).await.unwrap();
}

async fn ended(store: &Store, source: Source, at: Timestamp, result: PullResult) {
    let scope = Scope { account: "111122223333".to_owned(), region: "us-east-1".to_owned(), source };
    let counts = IngestSummary::default();
    let outcome = PullOutcome {
        scope,
        at,
        took: None,
        result,
        counts,
        requests: 1,
        throttles: 0,
        errors: 0,
        clock_ahead_seconds: None,
    };
    store.record_pull(outcome).await.unwrap();
}

/// `kind title` of every difference.
async fn differences(backend: &YaguraBackend) -> Vec<String> {
    let drift = backend.drift(&Filter::default()).await.unwrap();
    for count in &drift.counts {
        let rows = drift.rows.iter().filter(|row| row.kind == count.kind).count();
        assert_eq!(i64::try_from(rows).unwrap(), count.findings);
    }
    drift.rows.iter().map(|row| format!("{} {}", row.kind, row.title)).collect()
}

#[tokio::test]
async fn differences_are_facts_about_what_both_should_know() {
    let (store, backend) = world();
    let from_guardduty = [
        guardduty("agreed", 8.0, false),
        guardduty("archived", 8.0, true),
        guardduty("decided", 8.0, true),
        guardduty("severe", 5.0, false),
        guardduty("dropped", 8.0, false),
        guardduty("only-here", 8.0, false),
        guardduty("suppressed", 8.0, true),
    ];
    let from_security_hub = [
        security_hub("agreed", "HIGH", "NEW", "ACTIVE"),
        security_hub("archived", "HIGH", "NOTIFIED", "ACTIVE"),
        security_hub("decided", "HIGH", "RESOLVED", "ACTIVE"),
        security_hub("severe", "CRITICAL", "NEW", "ACTIVE"),
        security_hub("dropped", "HIGH", "NEW", "ARCHIVED"),
        security_hub("only-there", "HIGH", "NEW", "ACTIVE"),
    ];
    pulled(&store, Source::GuardDuty, &from_guardduty, ago(120)).await;
    pulled(&store, Source::SecurityHub, &from_security_hub, ago(120)).await;
    let known = ["archived-in-guardduty archived", "archived-in-securityhub dropped", "severity severe"];
    // Nobody has looked since: what is not there may be there.
    assert_eq!(differences(&backend).await, known);
    ended(&store, Source::GuardDuty, ago(2), PullResult::Ok).await;
    ended(&store, Source::SecurityHub, ago(2), PullResult::Failed("no".to_owned())).await;
    let with = |others: &[&'static str]| {
        let mut all = [known.as_slice(), others].concat();
        all.sort_unstable();
        all
    };
    assert_eq!(differences(&backend).await, with(&["missing-in-guardduty only-there"]));
    ended(&store, Source::SecurityHub, ago(1), PullResult::Ok).await;
    assert_eq!(
        differences(&backend).await,
        with(&["missing-in-guardduty only-there", "missing-in-securityhub only-here"])
    );
    // A finding that was read a moment ago may be on its way.
    pulled(&store, Source::GuardDuty, &[guardduty("fresh", 8.0, false)], ago(10)).await;
    assert_eq!(differences(&backend).await.len(), 5);

    let detail = backend.finding(&arn("severe")).await.unwrap();
    assert_eq!(detail.drift.iter().map(|row| row.kind).collect::<Vec<_>>(), [DriftKind::Severity]);
    assert_eq!(json!(detail.drift[0].guardduty), "medium");
    assert_eq!(json!(detail.drift[0].securityhub), "critical");
    assert!(backend.finding(&arn("agreed")).await.unwrap().drift.is_empty());
}

#[tokio::test]
async fn a_service_that_never_spoke_of_an_account_misses_nothing() {
    let (store, backend) = world();
    pulled(&store, Source::GuardDuty, &[guardduty("one", 8.0, false)], ago(120)).await;
    pulled(&store, Source::SecurityHub, &[], ago(120)).await;
    ended(&store, Source::SecurityHub, ago(1), PullResult::Ok).await;
    assert_eq!(differences(&backend).await, Vec::<String>::new());
}

#[tokio::test]
async fn rejects_are_paged_newest_first_and_their_excerpts_are_short() {
    let (store, backend) = world();
    for number in 0..5_i64 {
        let raw = format!("{{\"n\": {number}, \"long\": \"{}\"}}", "語".repeat(3000));
        let (origin, position, reason) = (format!("{number}.json"), "line 1".to_owned(), "no finding".to_owned());
        let rejected = vec![Rejected { origin, position, reason, raw }];
        let at = ago(100 - number / 2);
        store.ingest(Batch { observations: Vec::new(), rejected, at, pull: None }).await.unwrap();
    }
    let (mut origins, mut cursor) = (Vec::new(), None);
    loop {
        let page = backend.rejects(&RejectQuery { limit: Some(2), cursor }).await.unwrap();
        assert_eq!(page.total, 5);
        for rejected in page.rejects {
            assert!(rejected.is_cut && rejected.excerpt.chars().count() == 2000);
            origins.push((std::cmp::Reverse(rejected.rejected_at), rejected.origin));
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert!(origins.is_sorted_by_key(|(at, _)| *at));
    origins.sort();
    origins.dedup();
    assert_eq!(origins.len(), 5);
    let wrong = RejectQuery { limit: None, cursor: Some("x".to_owned()) };
    assert!(backend.rejects(&wrong).await.is_err());
}

/// The same id in another Region, another account, and in a detector of another Region.
#[tokio::test]
async fn findings_that_share_an_id_stay_apart_and_their_place_is_what_the_document_says() {
    let (store, backend) = world();
    let with = |arn: Option<&str>, account: &str, region: &str| {
        let mut document = guardduty("same", 8.0, false);
        document["accountId"] = account.into();
        document["region"] = region.into();
        match arn {
            Some(arn) => document["arn"] = arn.into(),
            None => drop(document.as_object_mut().unwrap().remove("arn")),
        }
        normalize::guardduty(&document, now()).unwrap()
    };
    let observations = vec![
        with(None, "111122223333", "us-east-1"),
        with(None, "111122223333", "eu-west-1"),
        with(None, "444455556666", "us-east-1"),
        // A finding about a global service: its detector is elsewhere.
        with(
            Some("arn:aws:guardduty:ap-northeast-1:777788889999:detector/d/finding/same"),
            "111122223333",
            "us-east-1",
        ),
    ];
    store.ingest(Batch { observations, rejected: Vec::new(), at: now(), pull: None }).await.unwrap();
    let list = backend.findings(&Filter::default()).await.unwrap();
    assert_eq!(list.total, 4);
    let place = |id: &str| {
        let found = list.findings.iter().find(|finding| finding.arn.starts_with(id)).unwrap();
        (found.account.clone().unwrap(), found.region.clone().unwrap())
    };
    assert_eq!(
        place("arn:aws:guardduty:ap-northeast-1:777788889999"),
        ("111122223333".to_owned(), "us-east-1".to_owned())
    );
    assert_eq!(place("arn:aws:guardduty:us-east-1:444455556666").0, "444455556666");
    let hub = normalize::asff(
        &json!({"Id": "arn:aws:guardduty:ap-northeast-1:777788889999:detector/d/finding/same", "Title": "t",
            "ProductName": "GuardDuty", "AwsAccountId": "111122223333", "Region": "us-east-1", "Types": ["TTPs/x/A:B-C"]}),
        now(),
    )
    .unwrap();
    assert_eq!(hub.attribution.region.as_deref(), Some("us-east-1"));
    assert_eq!(hub.attribution.account.as_deref(), Some("111122223333"));
}

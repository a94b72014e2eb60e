//! Layers are the same however they are counted, and what leads to a place is counted once.
#![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

use std::collections::BTreeSet;

use app::model::{Dimension, Filter, Finding, Kind, LayersView, Named};
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::layers;
use crate::ingest::Observation;
use crate::query::counts;
use crate::query::reports::{FindingList, for_each_finding};
use crate::query::spec::Spec;
use crate::query::tests::{INTERVAL, now, query, seeded_in};
use crate::store::Snapshot;
use crate::store::tests::open_in;

/// Names resources of places, by a finding's number.
fn name_resources(number: usize, told: &mut Observation) {
    let at = &mut told.attribution;
    if told.kind == Kind::Posture && number.is_multiple_of(2) {
        told.kind = Kind::Vulnerability;
    }
    if number.is_multiple_of(5) {
        let service = format!("arn:aws:ecs:us-east-1:111122223333:service/c{}/s{}", number % 3, number % 2);
        at.services.push(Named::from_key(service));
    }
    if number.is_multiple_of(6) {
        at.families.clear();
    }
    at.resource_id = match number % 4 {
        0 => Some(format!("arn:aws:ec2:us-east-1:111122223333:security-group/sg-{}", number % 5)),
        1 => Some(format!("arn:aws:s3:::b{}", number % 7)),
        _ => None,
    };
}

/// What runs, so that some findings lead to places they name, some to others, and some to several.
const RUNNING: &str = "
    INSERT INTO workload_resource
    SELECT account, 'us-east-1', 'arn:aws:ecs:us-east-1:' || account || ':cluster/c' || i % 3, 'f' || i % 4, kind, id
    FROM range(12) AS r(i), (VALUES ('111122223333'), ('222233334444')) AS a(account), LATERAL (VALUES
        ('image', 'sha256:' || printf('%02x', i * 6)),
        ('image', 'sha256:' || printf('%02x', i * 5)),
        ('service', 'arn:aws:ecs:us-east-1:' || account || ':service/c' || i % 3 || '/s' || i % 2),
        ('security-group', 'arn:aws:ec2:us-east-1:' || account || ':security-group/sg-' || i % 3)
    ) AS resource(kind, id);
    INSERT INTO resource_tag
    SELECT '111122223333', 'us-east-1', 'arn:aws:s3:::b' || i, 'service', 'f' || i, TIMESTAMP '2026-11-01'
    FROM range(3) AS r(i)";

fn assert_both_ways_agree(snapshot: &Snapshot<'_>, query: &str) -> usize {
    let spec = Spec::resolve(&Filter::parse(query, &[]).unwrap(), now(), &TimeZone::UTC).unwrap();
    let counted = snapshot.without_rollups();
    let mut found = 0;
    for by in [Dimension::Family, Dimension::Cluster] {
        let view = LayersView { by };
        let [rolled, one_by_one] = [snapshot, &counted].map(|way| layers(way, &spec, view, INTERVAL).unwrap());
        found += rolled.rows.iter().flat_map(|row| &row.cells).filter(|cell| cell.open > Some(0)).count();
        assert_eq!(rolled, one_by_one, "layers by {by} of {query}");
    }
    found
}

/// Every open number is that of the list behind it, and some count more than what names the place.
fn assert_numbers_are_those_of_lists(snapshot: &Snapshot<'_>) {
    let spec = Spec::resolve(&Filter::parse("", &[]).unwrap(), now(), &TimeZone::UTC).unwrap();
    let open = |query: &str| {
        let listed = Spec::resolve(&Filter::parse(query, &[]).unwrap(), now(), &TimeZone::UTC).unwrap();
        counts::totals(snapshot, &listed).unwrap().findings
    };
    for (by, field) in [(Dimension::Family, "family="), (Dimension::Cluster, "cluster=")] {
        let told = layers(snapshot, &spec, LayersView { by }, INTERVAL).unwrap();
        let cells = told.rows.iter().flat_map(|row| &row.cells);
        let mut linked = 0;
        for (query, number) in cells.filter_map(|cell| Some((cell.query.as_ref()?, cell.open?))) {
            assert_eq!(open(query), number, "{query}");
            linked += usize::from(open(&query.replace("workload=", field)) < number);
        }
        assert!(linked > 5, "{by}: {linked}");
    }
}

/// Values that are asked for together select what each of them does, places by what leads to them included.
fn assert_values_add_up(snapshot: &Snapshot<'_>) {
    let found = |field: &str, value: &str| -> BTreeSet<String> {
        let query = format!("range=all&kind=threat,posture,vulnerability&sample=include&{field}={value}");
        let filter = Filter::parse(&query, &[]).unwrap();
        let spec = Spec::resolve(&filter, now(), &TimeZone::UTC).unwrap();
        let mut keys = BTreeSet::new();
        let mut each = |finding: &Finding| keys.insert(finding.id.clone());
        for_each_finding(snapshot, &spec, &FindingList::of(&filter).unwrap(), &mut each).unwrap();
        keys
    };
    let all = found("range", "all");
    let (f1, c2) = ("111122223333/us-east-1/f1", "arn:aws:ecs:us-east-1:222233334444:cluster/c2");
    for (field, values) in [
        ("workload", ["f0", f1, "c1", c2, "(none)"]),
        ("family", ["f0", f1, "222233334444/us-east-1/f2", "f3", "(none)"]),
        ("cluster", ["c0", c2, "c1", "arn:aws:ecs:us-east-1:111122223333:cluster/c0", "(none)"]),
        ("service", ["s0", "arn:aws:ecs:us-east-1:111122223333:service/c1/s1", "s1", "s2", "(none)"]),
        ("revision", ["f0:1", "111122223333/us-east-1/f1:2", "f2:3", "f0:9", "(none)"]),
        ("resource", ["arn:aws:s3:::b1", "arn:aws:s3:::b2", "arn:aws:s3:::b3", "arn:aws:s3:::no", "(none)"]),
        ("account", ["111122223333", "999999999999", "888888888888", "(none)", "222233334444"]),
    ] {
        let each = values.map(|value| found(field, value));
        assert!(each.iter().filter(|found| !found.is_empty()).count() > 2, "{field}: {each:?}");
        for asked in [0..1, 0..2, 1..4, 3..5, 0..5] {
            let wanted: BTreeSet<String> = each[asked.clone()].iter().flatten().cloned().collect();
            let value = values[asked].join(",");
            assert_eq!(found(field, &value), wanted, "{field}={value}");
            let others = all.difference(&wanted).cloned().collect();
            assert_eq!(found(field, &format!("!{}", value.replace(',', ",!"))), others, "{field} is none of {value}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_ways_of_counting_give_the_same_layers() {
    let directory = tempfile::tempdir().unwrap();
    seeded_in(open_in(directory.path()).unwrap(), name_resources).await.close().await.unwrap();
    let beside = duckdb::Connection::open(directory.path().join("yagura.duckdb")).unwrap();
    beside.execute_batch(RUNNING).unwrap();
    drop(beside);
    let store = open_in(directory.path()).unwrap();
    // A stream: it may take longer than a question may.
    let compared = store.stream(|snapshot| {
        assert!(snapshot.rolled_up());
        for query in ["", "range=24h", "range=7d&kind=posture", "range=30d&status=active", "range=all&sample=include"] {
            assert!(assert_both_ways_agree(snapshot, query) > 5, "{query}");
        }
        assert_numbers_are_those_of_lists(snapshot);
        assert_values_add_up(snapshot);
        let config = ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() };
        proptest::test_runner::TestRunner::new(config)
            .run(&query(), |query| {
                assert_both_ways_agree(snapshot, &query);
                Ok(())
            })
            .unwrap();
        Ok(())
    });
    compared.await.unwrap();
}

//! All ways of counting give the same reports, and the statements are what they are.
#![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

use std::time::Duration;

use app::model::{Dimension, Filter, HeatColumns, Kind, Metric, Named, OverviewView, SequenceRole, Severity};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use rand::{Rng, SeedableRng};

use super::compile::{in_window, key_of};
use super::cover::{Cover, Pieces};
use super::over_time::{Scan, lines_statement, scanned_statement};
use super::reports::{Within, breakdown, filter_values, findings, heatmap, movers, overview, source_statuses, trend};
use super::rolled::{Event, Plan};
use super::spec::Spec;
use super::standing::{Standing, standing, terms};
use super::tally::{Told, statement};
use crate::ingest::Observation;
use crate::store::tests::documents::{batch, guardduty, security_hub};
use crate::store::tests::in_memory;
use crate::store::{Batch, PullProgress, Scope, Snapshot, Store};

pub(in crate::query) fn now() -> Timestamp {
    "2026-11-23T12:34:56Z".parse().unwrap()
}

/// A finding of the last nine days with everything that rollups tell apart.
pub(in crate::query) fn observation(number: usize, random: &mut impl Rng) -> Observation {
    let mut told = if random.random_bool(0.7) {
        guardduty(number, 0, random.random_range(1..5))
    } else {
        security_hub(number, 0, ["NEW", "RESOLVED", "SUPPRESSED"][random.random_range(0..3)])
    };
    let seconds = random.random_range(0..9 * 86400);
    told.created_at = now() - SignedDuration::from_secs(seconds);
    told.updated_at = told.created_at + SignedDuration::from_secs(random.random_range(-50..seconds.max(1)));
    told.observed_at = told.updated_at + SignedDuration::from_secs(60);
    told.kind = if random.random_bool(0.8) { Kind::Threat } else { Kind::Posture };
    told.severity = Severity::ALL[random.random_range(1..Severity::ALL.len())];
    let types = ["CryptoCurrency:Runtime/BitcoinTool.B", "Execution:Runtime/ReverseShell", "Recon:EC2/Portscan"];
    told.finding_type = types[random.random_range(0..3)].to_owned();
    told.archived = random.random_bool(0.4);
    told.sample = random.random_bool(0.05);
    told.sequence = if random.random_bool(0.1) { SequenceRole::Is } else { SequenceRole::None };
    if number.is_multiple_of(7) {
        told.sequence = SequenceRole::Member;
        told.attack_sequence = Some("arn:aws:guardduty:us-east-1:111122223333:detector/d1a2/finding/s0001".to_owned());
    }
    let account = ["111122223333", "222233334444"][random.random_range(0..2)];
    told.attribution.account = random.random_bool(0.9).then(|| account.to_owned());
    let key = |text: String| Named::from_key(text);
    let mut names: Vec<usize> = (0..random.random_range(0..3)).map(|_| random.random_range(0..3)).collect();
    names.sort_unstable();
    names.dedup();
    told.attribution.clusters =
        names.iter().map(|name| key(format!("arn:aws:ecs:us-east-1:{account}:cluster/c{name}"))).collect();
    told.attribution.families = names.iter().map(|name| key(format!("{account}/us-east-1/f{name}"))).collect();
    let revision = random.random_range(1..4);
    told.attribution.revisions =
        names.iter().map(|name| key(format!("{account}/us-east-1/f{name}:{revision}"))).collect();
    let digests = (0..random.random_range(0..3)).map(|_| format!("sha256:{:02x}", random.random_range(0..80)));
    told.attribution.image_digests = digests.collect::<std::collections::BTreeSet<_>>().into_iter().collect();
    told
}

/// Five hundred findings, in batches.
async fn seeded() -> Store {
    seeded_in(in_memory(), |_, _| ()).await
}

/// The same, each with `more`, which is told its number.
pub(in crate::query) async fn seeded_in(store: Store, more: impl Fn(usize, &mut Observation)) -> Store {
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(5);
    for first in (0..500).step_by(50) {
        let observations = (first..first + 50).map(|number| {
            let mut told = observation(number, &mut random);
            more(number, &mut told);
            told
        });
        store.ingest(batch(observations.collect())).await.unwrap();
    }
    let scope =
        Scope { account: "111122223333".into(), region: "us-east-1".into(), source: app::model::Source::GuardDuty };
    let covered = Some((now() - SignedDuration::from_hours(24 * 20), now()));
    let pull = Some(PullProgress { covered, ..PullProgress::of(scope) });
    store.ingest(Batch { observations: Vec::new(), rejected: Vec::new(), at: now(), pull }).await.unwrap();
    store
}

pub(in crate::query) const INTERVAL: Duration = Duration::from_mins(5);

/// Memory, the rollups in the database, and counting one by one.
fn assert_all_ways_agree(snapshot: &Snapshot<'_>, query: &str, dimensions: &[Dimension]) {
    assert!(snapshot.resident().is_some());
    let filter = Filter::parse(query, &[]).unwrap();
    let spec = Spec::resolve(&filter, now(), &TimeZone::UTC).unwrap();
    let (tables, counted) = (snapshot.without_resident(), snapshot.without_rollups().without_texts());
    let ways = [snapshot, &tables, &counted];
    for by in dimensions.iter().copied() {
        assert_same(ways.map(|way| breakdown(way, &spec, by).unwrap()), &format!("breakdown by {by:?} of {query}"));
        for metric in [Metric::New, Metric::Active] {
            assert_same(
                ways.map(|way| trend(way, &spec, by, metric).unwrap()),
                &format!("trend of {metric:?} by {by:?} of {query}"),
            );
        }
    }
    assert_same(
        ways.map(|way| overview(way, &spec, OverviewView::default(), INTERVAL).unwrap()),
        &format!("overview of {query}"),
    );
    for (rows, columns) in [(Dimension::Cluster, Dimension::Severity), (Dimension::Family, Dimension::Type)] {
        let columns = HeatColumns::Of(columns);
        assert_same(
            ways.map(|way| heatmap(way, &spec, rows, columns).unwrap()),
            &format!("{rows:?} by {columns} of {query}"),
        );
    }
    assert_same(ways.map(|way| movers(way, &spec).unwrap()), &format!("movers of {query}"));
    assert_same(ways.map(|way| filter_values(way, &spec).unwrap()), &format!("values of {query}"));
    let list = super::reports::FindingList::of(&filter).unwrap();
    let numbers = |way| findings(way, &spec, &list).map(|page| (page.total, page.sequence_members)).unwrap();
    assert_same(ways.map(numbers), &format!("numbers of {query}"));
    let from = spec.from.unwrap_or(now());
    let asked = [Standing::OpenAt(from), Standing::Left(spec.to), Standing::Open, Standing::Left(from)];
    assert_same(ways.map(|way| standing(way, &filter, &asked).unwrap()), &format!("standing of {query}"));
    assert_same(ways.map(|way| source_statuses(way, now(), INTERVAL).unwrap()), "sources");
}

fn assert_same<T: PartialEq + std::fmt::Debug>([memory, tables, counted]: [T; 3], what: &str) {
    assert_eq!(tables, counted, "{what} of the tables");
    assert_eq!(memory, tables, "{what} of memory");
}

fn part(choices: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(choices)
}

pub(in crate::query) fn query() -> impl Strategy<Value = String> {
    let window = prop_oneof![
        part(&["range=24h", "range=7d", "range=30d", "range=all", "from=2026-11-20", "from=2026-11-16&to=2026-11-21"])
            .prop_map(str::to_owned),
        (0..9 * 86400_i64, 1..9 * 86400_i64).prop_map(|(back, length)| {
            let from = now() - SignedDuration::from_secs(back);
            format!("from={from}&to={}", from + SignedDuration::from_secs(length))
        }),
    ];
    let zone = part(&["", "&tz=Asia/Tokyo", "&tz=Asia/Kathmandu", "&tz=America/New_York"]);
    let grain = part(&["", "&grain=hour", "&grain=day", "&grain=week"]);
    let facts = part(&[
        "",
        "&status=active",
        "&status=archived",
        "&kind=posture",
        "&kind=threat,posture&sample=include",
        "&sample=only",
        "&sequence=none",
        "&q=mining",
        // In families, clusters, digests and accounts; in none of them.
        "&q=us-east-1/F1",
        "&q=cluster/c0",
        "&q=sha256:1",
        "&q=2222",
        "&q=nowhere 7",
    ]);
    let field = part(&[
        "",
        "&category=crypto-mining",
        "&category=!crypto-mining",
        "&category=(none)",
        "&severity=high,critical",
        "&severity=!low",
        "&account=111122223333",
        "&account=!111122223333",
        "&account=(none)",
        "&workflow=NEW",
        "&type=Recon:EC2/Portscan",
        "&source=securityhub",
        "&source=guardduty,securityhub",
        "&cluster=c1",
        "&cluster=(none)",
        "&cluster=arn:aws:ecs:us-east-1:111122223333:cluster/c1",
        "&family=111122223333/us-east-1/f0,111122223333/us-east-1/f1",
        "&family=!f2",
        "&service=(none)",
    ]);
    // Most questions choose nothing, and the rollups know most of these.
    let field = prop_oneof![1 => Just(""), 2 => field];
    (window, zone, grain, facts, field, part(&["", "", "&severity=high", "&region=us-east-1"])).prop_map(
        |(window, zone, grain, facts, field, more)| {
            let more = if field.starts_with("&severity") { "" } else { more };
            format!("{window}{zone}{grain}{facts}{field}{more}")
        },
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn all_ways_of_counting_give_the_same_reports() {
    let store = seeded().await;
    // A stream: it may take longer than a question may.
    let compared = store.stream(|snapshot| {
        assert!(snapshot.rolled_up() && snapshot.knows_texts());
        for query in [
            "",
            "range=7d&q=us-east-1/f1",
            "range=7d&q=a task&status=active",
            "range=7d&status=active",
            "range=7d&kind=threat,posture&sample=include",
            // Buckets of days and hours.
            "from=2026-11-16&to=2026-11-21&tz=Asia/Tokyo&grain=week&kind=posture",
            "range=30d&tz=Asia/Kathmandu&grain=week",
        ] {
            assert_all_ways_agree(snapshot, query, &[Dimension::Cluster, Dimension::Type]);
        }
        let config = ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() };
        proptest::test_runner::TestRunner::new(config)
            .run(&(query(), prop::sample::subsequence(Dimension::ALL, 3)), |(query, dimensions)| {
                assert_all_ways_agree(snapshot, &query, &dimensions);
                Ok(())
            })
            .unwrap();
        Ok(())
    });
    compared.await.unwrap();
}

/// The plan of a question, printed, for a window of whole days and its edges.
fn printed(query: &str, by: Option<Dimension>) -> String {
    let filter = Filter::parse(query, &[]).unwrap();
    let Some(plan) = Plan::of(&filter, by) else { return "one by one".to_owned() };
    let spec = Spec::resolve(&filter, now(), &TimeZone::UTC).unwrap();
    let Some(pieces) = plan.pieces(Pieces { days: true, hours: true }) else { return "one by one".to_owned() };
    let slice = plan.slice(Event::Created, &Cover::of((spec.from, Some(spec.to)), pieces));
    slice.map_or_else(|| "nothing is counted ahead".to_owned(), |(sql, _)| sql)
}

#[test]
fn rollups_are_asked_in_these_words() {
    insta::assert_snapshot!("slice_all", printed("range=7d&severity=high", None));
    insta::assert_snapshot!("slice_by_family", printed("range=30d&status=active", Some(Dimension::Family)));
    insta::assert_snapshot!("slice_by_type", printed("range=30d&sample=include&kind=posture", Some(Dimension::Type)));
    insta::assert_snapshot!(
        "slice_of_a_cluster",
        printed("range=all&cluster=arn:aws:ecs:x:1:cluster/a", Some(Dimension::Category))
    );
    insta::assert_snapshot!("slice_of_accounts", printed("range=24h&account=!1,(none)", Some(Dimension::Account)));
}

/// The statements that select findings of a filter, as the database gets them.
#[test]
fn findings_are_asked_in_these_words() {
    let spec = |query: &str| Spec::resolve(&Filter::parse(query, &[]).unwrap(), now(), &TimeZone::UTC).unwrap();
    let chosen = |query: &str| {
        let spec = spec(query);
        let list = super::reports::FindingList::of(&spec.filter).unwrap();
        let Some(parts) = list.parts_after(&in_window(&spec)) else {
            return list.chosen(list.rest_of(in_window(&spec)), Within::Order, Some(51)).0;
        };
        parts.map(|(conditions, within)| list.chosen(conditions, within, Some(51)).0).join("\n")
    };
    insta::assert_snapshot!("list_usual", chosen(""));
    insta::assert_snapshot!("list_searched", chosen("range=all&q=miner&cluster=payments&sort=severity"));
    insta::assert_snapshot!(
        "list_of_several",
        chosen("workload=f1,a/x/f2,f3&cluster=a,b/c&category=crypto-mining,(none)")
    );
    let cursor = "7b22736f7274223a227469746c65222c22646972656374696f6e223a22617363222c2276616c7565223a2278222c\
                  2263726561746564223a22323032362d31312d32305430303a30303a30305a222c226b6579223a226b227d";
    insta::assert_snapshot!("list_after_a_place", chosen(&format!("sort=title&cursor={cursor}")));
    let cursor = "7b22736f7274223a22637265617465645f6174222c22646972656374696f6e223a2264657363222c2276616c7565223a22\
                  323032362d31312d32302030303a30303a3030222c2263726561746564223a22323032362d31312d32305430303a30303a30\
                  305a222c226b6579223a226b227d";
    insta::assert_snapshot!("list_after_a_moment", chosen(&format!("cursor={cursor}")));
    let scanned = |scan: Scan, by| {
        let spec = spec(
            "from=2026-11-20&to=2026-11-22&grain=day&tz=Asia/Kathmandu&family=!batch&image=(none)&status=suppressed",
        );
        let spans: Vec<_> = spec.buckets(None).unwrap().into_iter().map(|bucket| (bucket.start, bucket.end)).collect();
        scanned_statement(scan, &in_window(&spec), key_of(by), &spans).0
    };
    insta::assert_snapshot!("trend_new", scanned(Scan::Created, Dimension::Image));
    insta::assert_snapshot!("trend_active", scanned(Scan::Open, Dimension::Source));
    insta::assert_snapshot!("trend_occurrences", scanned(Scan::Repeated, Dimension::Category));
}

#[test]
fn small_lines_are_asked_in_these_words() {
    let filter = Filter::parse("range=7d&status=active", &[]).unwrap();
    let spec = Spec::resolve(&filter, now(), &TimeZone::UTC).unwrap();
    let plans = [Dimension::Cluster, Dimension::Family].map(|by| Plan::of(&filter, Some(by)).unwrap());
    let cover = Cover::of((spec.from, Some(spec.to)), Pieces { days: true, hours: true });
    let spans: Vec<_> = spec.buckets(None).unwrap().into_iter().map(|bucket| (bucket.start, bucket.end)).collect();
    let keys = ["cluster/a".to_owned(), "1/x/family".to_owned()];
    let (sql, values) = lines_statement(&[&plans[0], &plans[1]], &keys, &cover, &spans).unwrap();
    assert_eq!(sql.matches('?').count(), values.len());
    insta::assert_snapshot!("lines", sql);
    let [clusters, families] = plans;
    assert!(clusters.differs_in_dimension_alone(&families));
    let open = Filter::parse("range=7d", &[]).unwrap();
    assert!(!clusters.differs_in_dimension_alone(&Plan::of(&open, Some(Dimension::Family)).unwrap()));
}

#[test]
fn windows_are_tallied_in_these_words() {
    let filter = Filter::parse("range=7d", &[]).unwrap();
    let spec = Spec::resolve(&filter, now(), &TimeZone::UTC).unwrap();
    let plan = Plan::of(&filter, Some(Dimension::Category)).unwrap();
    let before = spec.previous().unwrap();
    let covers = [&spec, &before].map(|spec| Cover::of((spec.from, Some(spec.to)), Pieces { days: true, hours: true }));
    let (sql, values) =
        statement(&plan, &[&spec, &before], &covers, &[Told::Category, Told::Cluster, Told::Family]).unwrap();
    assert_eq!(sql.matches('?').count(), values.len());
    insta::assert_snapshot!("tally", sql);
    let hours = [Cover::of((spec.from, None), Pieces { days: false, hours: true })];
    let (sql, _) = statement(&plan, &[&spec], &hours, &[Told::Family]).unwrap();
    insta::assert_snapshot!("tally_without_details", sql);
    let asked = [Standing::Open, Standing::Left(now()), Standing::OpenAt(now() - SignedDuration::from_hours(24 * 30))];
    let terms: Vec<_> = (0..).zip(asked).flat_map(|(number, asked)| terms(&filter, number, asked)).collect();
    let (sql, values) = super::standing::statement(&terms);
    assert_eq!(sql.matches('?').count(), values.len());
    insta::assert_snapshot!("standing", sql);
    let edges: Vec<_> = covers.iter().flat_map(|cover| cover.edges.iter().copied()).collect();
    insta::assert_snapshot!("edges", super::edges::statement(&plan, Event::Created, &edges).0);
}

#[test]
fn what_rollups_do_not_know_is_counted_one_by_one() {
    use Dimension::{Category, Cluster, Image, Region, Source};
    for (query, by) in [
        ("q=x", None),
        ("sequence=is", None),
        ("status=resolved", None),
        ("image=x", None),
        ("", Some(Image)),
        ("account=1", Some(Region)),
        ("account=1&region=x", None),
        // A name may stand for several clusters, and a finding may have both keys.
        ("cluster=a", Some(Category)),
        ("cluster=x/a,x/b", None),
        ("cluster=x/a", Some(Cluster)),
        ("source=guardduty", Some(Source)),
    ] {
        assert_eq!(printed(query, by), "one by one", "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_findings_come_in_the_order_of_their_pages() {
    let store = seeded().await;
    let read = store.read(|snapshot| {
        for order in ["created_at", "updated_at", "last_seen", "severity", "count", "title"] {
            for direction in ["asc", "desc"] {
                let query = format!("range=all&sample=include&kind=threat,posture&sort={order}&dir={direction}");
                let filter = Filter::parse(&format!("{query}&limit=1000"), &[]).unwrap();
                let (spec, list) = (
                    Spec::resolve(&filter, now(), &TimeZone::UTC).unwrap(),
                    super::reports::FindingList::of(&filter).unwrap(),
                );
                let page = findings(snapshot, &spec, &list).unwrap().findings;
                let mut all = Vec::new();
                let mut each = |finding: &app::model::Finding| {
                    all.push(finding.id.clone());
                    true
                };
                super::reports::for_each_finding(snapshot, &spec, &list, &mut each).unwrap();
                let mut cells = Vec::new();
                let mut each = |row: super::reports::Cells<'_>| {
                    cells.push(row.text(0).unwrap().to_owned());
                    true
                };
                super::reports::for_each_row(snapshot, &spec, &list, &["f.finding_key"], &mut each).unwrap();
                assert_eq!(cells, all, "{query}");
                assert_eq!(all.len(), 500);
                assert_eq!(all, page.iter().map(|finding| finding.id.clone()).collect::<Vec<_>>(), "{query}");
            }
        }
        Ok(())
    });
    read.await.unwrap();
}

/// However a search remembers what it found: few by number, many not at all.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_the_same_on_its_pages_in_its_file_and_in_numbers() {
    let store = seeded().await;
    let read = store.stream(|snapshot| {
        let mut sizes = std::collections::BTreeSet::new();
        for words in ["finding", "us-east-1/F1", "f0", "finding/F012", "sha256:2&status=active", "nowhere 7"] {
            for order in ["created_at", "severity", "count", "type", "title"] {
                let query = format!("range=all&kind=threat,posture&q={words}&sort={order}");
                let whole = Filter::parse(&query, &[]).unwrap();
                let spec = |filter: &Filter| Spec::resolve(filter, now(), &TimeZone::UTC).unwrap();
                let list = |filter: &Filter| super::reports::FindingList::of(filter).unwrap();
                let mut all = Vec::new();
                let mut each = |finding: &app::model::Finding| {
                    all.push(finding.id.clone());
                    true
                };
                super::reports::for_each_finding(snapshot, &spec(&whole), &list(&whole), &mut each).unwrap();
                let total = i64::try_from(all.len()).unwrap();
                let mut paged = Vec::new();
                let mut filter = Filter { limit: Some(37), ..whole.clone() };
                loop {
                    let page = findings(snapshot, &spec(&filter), &list(&filter)).unwrap();
                    assert_eq!(page.total, total, "{query}");
                    paged.extend(page.findings.into_iter().map(|finding| finding.id));
                    let Some(cursor) = page.next_cursor else { break };
                    filter.cursor = Some(cursor);
                }
                assert_eq!(paged, all, "{query}");
                let values = filter_values(snapshot, &spec(&whole)).unwrap();
                for told in values.dimensions {
                    assert_eq!(told, breakdown(snapshot, &spec(&whole), told.by).unwrap(), "{query}");
                    assert_eq!(told.total.findings, total, "{query}");
                }
                let groups = super::reports::groups(snapshot, &spec(&whole)).unwrap();
                let types = breakdown(snapshot, &spec(&whole), Dimension::Type).unwrap();
                assert_eq!(
                    (groups.total, groups.rows_total),
                    (types.total, i64::try_from(types.rows.len()).unwrap()),
                    "{query}"
                );
                sizes.insert(total);
            }
        }
        // None, few, some and many.
        assert!(
            [0..1, 1..31, 31..91, 91..500].iter().all(|size| sizes.range(size.clone()).next().is_some()),
            "{sizes:?}"
        );
        Ok(())
    });
    read.await.unwrap();
}

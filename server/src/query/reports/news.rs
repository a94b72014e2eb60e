//! What was never seen before the window.

mod revisions;

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};

use app::model::{Dimension, Filter, Named, NewThing, News, NewsKind, StatusChoice};
use duckdb::Row;
use duckdb::types::Value;
use jiff::Timestamp;

use super::coverage::{self, Spans};
use crate::query::compile::{Conditions, all_in_window, all_of_any_time, narrow_facts};
use crate::query::horizon;
use crate::query::rolled::{Plan, slices_of};
use crate::query::spec::Spec;
use crate::query::{QueryError, counts};
use crate::store::{ResidentThing, Snapshot, read_time, sql_time, thing_part};
use revisions::add_revisions;

/// Most rows of each kind.
const MOST: usize = 200;
/// Up to so many things are named to the database, which else counts them itself.
const MOST_NAMED: usize = 500;
/// Findings of up to so many types are told from others before their places are looked at.
const MOST_TYPES: usize = 32;
const JOIN_BEGUN: &str = "SEMI JOIN begun b ON b.place = n.place AND b.type = n.type";

/// Things of the window that nothing before it had. Unknown where the time before, as long as the window, was not
/// watched: what nobody looked for is not new. Nor is it known that nothing is, where nobody looked at the window.
pub fn news(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<News, QueryError> {
    let spec = &horizon::looked_at(snapshot, spec)?;
    Ok(news_within(snapshot, spec, &coverage::covered(snapshot, &spec.filter)?, usize::MAX)?.0)
}

/// The same where it is known what was looked at: the newest rows, no more than wanted, and how many there are.
pub(super) fn news_within(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    covered: &Spans,
    most: usize,
) -> Result<(News, usize), QueryError> {
    let watched_since = coverage::watched_since(covered, spec);
    let watched = coverage::watched_before(covered, spec).is_some();
    let rows = watched.then(|| everything_new(snapshot, spec, most)).transpose()?;
    let rows = rows.filter(|(rows, _)| !rows.is_empty() || coverage::touches(covered, spec.from, spec.to));
    let (rows, total) = rows.map_or((None, 0), |(rows, total)| (Some(rows), total));
    let news =
        News { window: spec.window(), watched_since, rows, as_of: spec.now, data_version: snapshot.data_version() };
    Ok((news, total))
}

fn everything_new(snapshot: &Snapshot<'_>, spec: &Spec, most: usize) -> Result<(Vec<NewThing>, usize), QueryError> {
    let Some(from) = spec.from else { return Ok((Vec::new(), 0)) };
    let counted_ahead = is_everything(&spec.filter) && snapshot.rolled_up() && spec.until().is_none();
    let mut rows = Vec::new();
    if counted_ahead {
        rows = begun(snapshot, &spec.filter, from)?;
    } else {
        for &kind in NewsKind::ALL {
            rows.extend(first_seen(snapshot, spec, from, kind)?);
        }
    }
    // That a new family has types it never had goes without saying.
    let families: HashSet<String> =
        rows.iter().filter(|row| row.kind == NewsKind::Family).map(|row| row.key.clone()).collect();
    rows.retain(|row| row.kind != NewsKind::TypeInFamily || !families.contains(&row.key));
    let order = |thing: &NewThing| (Reverse(thing.first_at), thing.kind, thing.key.clone(), thing.finding_type.clone());
    rows.sort_by_cached_key(order);
    let total = rows.len();
    rows.truncate(most);
    add_revisions(snapshot, &spec.filter, &mut rows)?;
    Ok((rows, total))
}

/// What is looked at of each finding: its places, and whether its type is part of the news.
const fn looked_at(kind: NewsKind) -> (&'static str, bool) {
    match kind {
        NewsKind::Family => ("f.families", false),
        NewsKind::TypeInFamily => ("f.families", true),
        NewsKind::TypeInCluster => ("f.clusters", true),
        NewsKind::ImageDigest => ("f.image_digests", false),
    }
}

/// Everything that counts as a finding at all, whatever else the filter asks for.
fn everything(filter: &Filter) -> Filter {
    Filter { kinds: filter.kinds.clone(), sample: filter.sample, status: Some(StatusChoice::All), ..Filter::default() }
}

/// Whether a filter asks for everything that counts as a finding.
fn is_everything(filter: &Filter) -> bool {
    let Filter { status, sequence, fields, text, .. } = filter;
    status.unwrap_or(StatusChoice::All) == StatusChoice::All
        && sequence.is_none()
        && fields.is_empty()
        && text.is_none()
}

fn part_of(kind: NewsKind) -> i8 {
    thing_part(kind.as_str()).expect("what is news is counted ahead")
}

/// Things that began since then, from the rollups, where the window is the rest of time and every finding counts.
fn begun(snapshot: &Snapshot<'_>, filter: &Filter, from: Timestamp) -> Result<Vec<NewThing>, QueryError> {
    if let Some(begun) = held(snapshot, filter, from) {
        return Ok(begun);
    }
    let facts = narrow_facts(filter, "r");
    let sql =
        include_str!("../sql/news_rolled.sql").replace("{facts}", &facts.sql()).replace("{limit}", &MOST.to_string());
    let values = facts.values.into_iter().chain([sql_time(from), sql_time(from)]);
    let things = snapshot.rows(&sql, values, |row| {
        let part: i8 = row.get(0)?;
        let kind = NewsKind::ALL.iter().find(|kind| part_of(**kind) == part);
        kind.map(|&kind| thing(row, 1, kind)).transpose()
    })?;
    Ok(things.into_iter().flatten().collect())
}

/// The same from memory; `None`: the tables have to be asked.
fn held(snapshot: &Snapshot<'_>, filter: &Filter, from: Timestamp) -> Option<Vec<NewThing>> {
    let rows = snapshot.resident()?;
    let slices = slices_of(filter);
    let mut things = Vec::new();
    for &kind in NewsKind::ALL {
        let mut begun = rows.begun(part_of(kind), &slices, from)?;
        let order = |one: &ResidentThing| (Reverse(one.first_at), rows.text(one.place), rows.text(one.finding_type));
        if begun.len() > MOST {
            begun.select_nth_unstable_by(MOST, |one, two| order(one).cmp(&order(two)));
            begun.truncate(MOST);
        }
        things.extend(begun.into_iter().map(|thing| {
            let key = rows.text(thing.place).to_owned();
            NewThing {
                kind,
                label: Named::from_key(key.clone()).label,
                key,
                finding_type: Some(rows.text(thing.finding_type).to_owned()).filter(|word| !word.is_empty()),
                first_at: thing.first_at,
                findings: thing.findings,
                revision: None,
            }
        }));
    }
    Some(things)
}

fn first_seen(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    from: Timestamp,
    kind: NewsKind,
) -> Result<Vec<NewThing>, QueryError> {
    let begun = begun_in_memory(snapshot, &spec.filter, from, kind);
    let begun = begun.map(|begun| found_ahead(snapshot, spec, kind, begun)).transpose()?;
    if begun.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let mut present = all_in_window(snapshot, spec);
    let (known, join, values) = if let Some(begun) = begun.filter(|begun| begun.len() <= MOST_NAMED) {
        present = of_begun(snapshot, present, kind, &begun);
        let rows = vec!["(?, ?)"; begun.len()].join(", ");
        let values = begun.into_iter().flat_map(|thing| [Value::Text(thing.place), Value::Text(thing.finding_type)]);
        (format!("begun(place, type) AS (VALUES {rows})"), JOIN_BEGUN, values.collect())
    } else if snapshot.rolled_up() {
        let facts = narrow_facts(&spec.filter, "r");
        let begun = include_str!("../sql/news_begun.sql")
            .replace("{part}", &part_of(kind).to_string())
            .replace("{facts}", &facts.sql());
        let values: Vec<Value> = facts.values.into_iter().chain([sql_time(from)]).collect();
        (begun, JOIN_BEGUN, values)
    } else {
        let past = all_of_any_time(snapshot, &everything(&spec.filter))?.and("f.created_at < ?", [sql_time(from)]);
        let sql = include_str!("../sql/news_past.sql").replace("{past}", &past.sql());
        (sql, "ANTI JOIN past p ON p.place = n.place AND p.type = n.type", past.values)
    };
    let (places, is_by_type) = looked_at(kind);
    let numbered = kind != NewsKind::ImageDigest && snapshot.knows_texts();
    let selected =
        if numbered { include_str!("../sql/news_numbered.sql") } else { include_str!("../sql/news_read.sql") };
    let sql = include_str!("../sql/news.sql")
        .replace("{selected}", selected)
        .replace("{present}", &present.sql())
        .replace("{known}", known.trim_end())
        .replace("{join}", join)
        .replace("{place}", &format!("unnest({places})"))
        .replace("{type}", if is_by_type { "f.type" } else { "''" })
        .replace("{limit}", &MOST.to_string());
    snapshot.rows(&sql, present.values.into_iter().chain(values), |row| thing(row, 0, kind))
}

/// A place, or a type in a place, that began in a window. The type is empty where it does not matter.
struct Begun {
    place: String,
    finding_type: String,
    first_at: Timestamp,
}

/// What began since then, whatever else the filter asks for: new in a part is new everywhere. `None`: the tables have to be
/// asked.
fn begun_in_memory(snapshot: &Snapshot<'_>, filter: &Filter, from: Timestamp, kind: NewsKind) -> Option<Vec<Begun>> {
    let rows = snapshot.resident()?;
    let named = |thing: ResidentThing| Begun {
        place: rows.text(thing.place).to_owned(),
        finding_type: rows.text(thing.finding_type).to_owned(),
        first_at: thing.first_at,
    };
    Some(rows.begun(part_of(kind), &slices_of(filter), from)?.into_iter().map(named).collect())
}

/// Those of which the rollups say that there may be a finding in the window: some of its place or type is there.
fn found_ahead(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    kind: NewsKind,
    mut begun: Vec<Begun>,
) -> Result<Vec<Begun>, QueryError> {
    let by = match kind {
        NewsKind::Family => Dimension::Family,
        NewsKind::TypeInFamily | NewsKind::TypeInCluster => Dimension::Type,
        NewsKind::ImageDigest => return Ok(begun),
    };
    if begun.is_empty() || Plan::of(&spec.filter, Some(by)).is_none() {
        return Ok(begun);
    }
    let found: HashSet<String> = counts::by_key(snapshot, spec, by)?.into_iter().map(|(key, _)| key).collect();
    begun.retain(|thing| found.contains(if by == Dimension::Type { &thing.finding_type } else { &thing.place }));
    Ok(begun)
}

/// The conditions of findings that may belong to one of the things, of which there is at least one.
fn of_begun(snapshot: &Snapshot<'_>, present: Conditions, kind: NewsKind, begun: &[Begun]) -> Conditions {
    let first = begun.iter().map(|thing| thing.first_at).min().map(sql_time);
    let present = present.and("f.created_at >= ?", first);
    let types: BTreeSet<&str> = begun.iter().map(|thing| thing.finding_type.as_str()).collect();
    if !looked_at(kind).1 || types.len() > MOST_TYPES {
        return present;
    }
    let marks = vec!["?"; types.len()].join(", ");
    let sql = if snapshot.knows_texts() {
        format!("f.what_id IN (SELECT w.what_id FROM dictionary_what w WHERE w.type IN ({marks}))")
    } else {
        format!("f.type IN ({marks})")
    };
    present.and(&sql, types.into_iter().map(|name| Value::Text(name.to_owned())))
}

/// Reads place, type, first moment and findings, from a column on.
fn thing(row: &Row<'_>, at: usize, kind: NewsKind) -> Result<NewThing, QueryError> {
    let key: String = row.get(at)?;
    let finding_type: String = row.get(at + 1)?;
    Ok(NewThing {
        kind,
        label: Named::from_key(key.clone()).label,
        key,
        finding_type: Some(finding_type).filter(|word| !word.is_empty()),
        first_at: read_time(row, at + 2)?,
        findings: row.get(at + 3)?,
        revision: None,
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

    use jiff::SignedDuration;
    use jiff::tz::TimeZone;
    use rand::{Rng, SeedableRng};

    use super::*;
    use crate::query::tests::{now, observation, seeded_in};
    use crate::store::tests::documents::batch;
    use crate::store::tests::in_memory;

    const QUERIES: [&str; 8] = [
        "",
        "category=port-scan",
        "category=!crypto-mining,(none)&sample=include",
        "severity=high,critical&kind=threat,posture",
        "account=111122223333&status=active",
        "family=111122223333/us-east-1/new-1",
        "type=Recon:EC2/Portscan&category=port-scan",
        "q=reverse",
    ];

    /// Things begin in part of what findings tell apart, and others in none of what a filter asks for.
    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_new_is_the_same_from_memory_from_the_tables_and_counted() {
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(23);
        let store = seeded_in(in_memory(), |_, _| ()).await;
        let told = (0..40).map(|number| {
            let mut told = observation(600 + number, &mut random);
            told.created_at = now() - SignedDuration::from_mins(random.random_range(1..4000));
            told.updated_at = told.updated_at.max(told.created_at);
            told.observed_at = told.updated_at;
            match number % 4 {
                0 => told.finding_type = "Recon:EC2/PortProbeUnprotectedPort".to_owned(),
                1 => {
                    let key = format!("111122223333/us-east-1/new-{}", number % 3);
                    told.attribution.families = vec![Named::from_key(key)];
                }
                _ => {}
            }
            told
        });
        store.ingest(batch(told.collect())).await.unwrap();
        let found = store.stream(|snapshot| {
            let (tables, counted) = (snapshot.without_resident(), snapshot.without_rollups().without_texts());
            let mut found: Vec<usize> = Vec::new();
            for query in QUERIES {
                let mut rows = 0;
                for range in ["24h", "7d"] {
                    let filter = Filter::parse(&format!("range={range}&{query}"), &[]).unwrap();
                    let spec = Spec::resolve(&filter, now(), &TimeZone::UTC).unwrap();
                    let told = [snapshot, &tables, &counted].map(|way| news(way, &spec).unwrap().rows.unwrap());
                    assert_eq!(told[0], told[1], "{range} {query}");
                    assert_eq!(told[1], told[2], "{range} {query}");
                    rows += told[0].len();
                }
                found.push(rows);
            }
            Ok(found)
        });
        let found = found.await.unwrap();
        assert!(found.iter().filter(|rows| **rows > 0).count() >= 6, "{found:?}");
    }
}

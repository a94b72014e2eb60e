//! What was never seen before the window.

use std::cmp::Reverse;
use std::collections::HashSet;

use app::model::{Filter, Named, NewThing, News, NewsKind, StatusChoice};
use duckdb::Row;
use duckdb::types::Value;
use jiff::Timestamp;

use super::coverage::{self, Spans};
use crate::query::QueryError;
use crate::query::compile::{any_time, in_window, narrow_facts};
use crate::query::horizon;
use crate::query::spec::Spec;
use crate::store::{Snapshot, read_time, sql_time, thing_part};

/// Most rows of each kind.
const MOST: usize = 200;

/// Things of the window that nothing before it had. Unknown where the time before, as long as the window, was not
/// watched: what nobody looked for is not new.
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

/// What is looked at of each finding: its places, and its type where that is part of the news.
const fn columns(kind: NewsKind) -> (&'static str, &'static str) {
    match kind {
        NewsKind::Family => ("unnest(f.families)", "''"),
        NewsKind::TypeInFamily => ("unnest(f.families)", "f.type"),
        NewsKind::TypeInCluster => ("unnest(f.clusters)", "f.type"),
        NewsKind::ImageDigest => ("unnest(f.image_digests)", "''"),
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
    let facts = narrow_facts(filter, "r");
    let sql =
        include_str!("../sql/news_rolled.sql").replace("{facts}", &facts.sql()).replace("{limit}", &MOST.to_string());
    let values = facts.values.into_iter().chain([sql_time(from)]);
    let things = snapshot.rows(&sql, values, |row| {
        let part: i8 = row.get(0)?;
        let kind = NewsKind::ALL.iter().find(|kind| part_of(**kind) == part);
        kind.map(|&kind| thing(row, 1, kind)).transpose()
    })?;
    Ok(things.into_iter().flatten().collect())
}

/// Adds the revisions of the findings that things began with, where a finding has one to tell.
fn add_revisions(snapshot: &Snapshot<'_>, filter: &Filter, things: &mut [NewThing]) -> Result<(), QueryError> {
    let (Some(first), Some(last)) =
        (things.iter().map(|thing| thing.first_at).min(), things.iter().map(|thing| thing.first_at).max())
    else {
        return Ok(());
    };
    let conditions = any_time(snapshot, filter)?;
    let rows = vec!["(?::BIGINT, ?::TIMESTAMP, ?, ?, ?, ?)"; things.len()].join(", ");
    let sql =
        include_str!("../sql/news_revisions.sql").replace("{things}", &rows).replace("{conditions}", &conditions.sql());
    let mut values = Vec::new();
    for (number, thing) in (0_i64..).zip(&*things) {
        let of_family = matches!(thing.kind, NewsKind::Family | NewsKind::TypeInFamily);
        values.extend([
            Value::BigInt(number),
            sql_time(thing.first_at),
            Value::Text(thing.key.clone()),
            Value::Text(thing.finding_type.clone().unwrap_or_default()),
            Value::Boolean(of_family),
            Value::Boolean(thing.kind == NewsKind::TypeInCluster),
        ]);
    }
    let values = values.into_iter().chain([sql_time(first), sql_time(last)]).chain(conditions.values);
    let revisions =
        snapshot.rows(&sql, values, |row| Ok::<(usize, Option<String>), QueryError>((row.get(0)?, row.get(1)?)))?;
    for (number, revision) in revisions {
        if let Some(thing) = things.get_mut(number) {
            thing.revision = revision.map(|key| Named::from_key(key).label);
        }
    }
    Ok(())
}

fn first_seen(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    from: Timestamp,
    kind: NewsKind,
) -> Result<Vec<NewThing>, QueryError> {
    let (place, finding_type) = columns(kind);
    let present = in_window(spec);
    let (known, join, values) = if snapshot.rolled_up() {
        let facts = narrow_facts(&spec.filter, "r");
        let begun = include_str!("../sql/news_begun.sql")
            .replace("{part}", &part_of(kind).to_string())
            .replace("{facts}", &facts.sql());
        let values: Vec<Value> = facts.values.into_iter().chain([sql_time(from)]).collect();
        (begun, "SEMI JOIN begun b ON b.place = n.place AND b.type = n.type", values)
    } else {
        let past = any_time(snapshot, &everything(&spec.filter))?.and("f.created_at < ?", [sql_time(from)]);
        let sql = include_str!("../sql/news_past.sql").replace("{past}", &past.sql());
        (sql, "ANTI JOIN past p ON p.place = n.place AND p.type = n.type", past.values)
    };
    let sql = include_str!("../sql/news.sql")
        .replace("{present}", &present.sql())
        .replace("{known}", known.trim_end())
        .replace("{join}", join)
        .replace("{place}", place)
        .replace("{type}", finding_type)
        .replace("{limit}", &MOST.to_string());
    snapshot.rows(&sql, present.values.into_iter().chain(values), |row| thing(row, 0, kind))
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

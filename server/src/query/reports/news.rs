//! What was never seen before the window.

use std::collections::HashSet;

use app::model::{Filter, Named, NewThing, News, NewsKind, StatusChoice};
use duckdb::{Row, params_from_iter};
use jiff::Timestamp;

use super::coverage::{self, Spans};
use crate::query::QueryError;
use crate::query::compile::{any_time, in_window, narrow_facts};
use crate::query::spec::Spec;
use crate::store::{Snapshot, read_time, sql_time, thing_part};

/// Most rows of each kind.
const MOST: usize = 200;

/// Things of the window that nothing before it had. Unknown where the time before, as long as the window, was not
/// watched: what nobody looked for is not new.
pub fn news(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<News, QueryError> {
    news_within(snapshot, spec, &coverage::covered(snapshot, &spec.filter)?)
}

/// The same where it is known what was looked at.
pub(super) fn news_within(snapshot: &Snapshot<'_>, spec: &Spec, covered: &Spans) -> Result<News, QueryError> {
    let watched_since = coverage::watched_since(covered, spec);
    let watched = coverage::watched_before(covered, spec).is_some();
    let rows = watched.then(|| everything_new(snapshot, spec)).transpose()?;
    Ok(News { window: spec.window(), watched_since, rows, as_of: spec.now, data_version: snapshot.data_version() })
}

fn everything_new(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Vec<NewThing>, QueryError> {
    let Some(from) = spec.from else { return Ok(Vec::new()) };
    let mut rows = Vec::new();
    if is_everything(&spec.filter) && snapshot.rolled_up() && !anything_after(snapshot, spec.to)? {
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
    rows.sort_by(|one, two| (two.first_at, one.kind, &one.key).cmp(&(one.first_at, two.kind, &two.key)));
    Ok(rows)
}

/// What is looked at of each finding: its places, its type where that is part of the news, and whether the place is a
/// task family.
const fn columns(kind: NewsKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        NewsKind::Family => ("unnest(f.families)", "''", "true"),
        NewsKind::TypeInFamily => ("unnest(f.families)", "f.type", "true"),
        NewsKind::TypeInCluster => ("unnest(f.clusters)", "f.type", "false"),
        NewsKind::ImageDigest => ("unnest(f.image_digests)", "''", "false"),
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

/// Findings of the future: a clock somewhere is wrong, or the window has ended.
fn anything_after(snapshot: &Snapshot<'_>, to: Timestamp) -> Result<bool, QueryError> {
    let after = "SELECT EXISTS (FROM finding WHERE created_at >= ?)";
    Ok(snapshot.connection().query_row(after, [sql_time(to)], |row| row.get(0))?)
}

fn part_of(kind: NewsKind) -> i8 {
    thing_part(kind.as_str()).expect("what is news is counted ahead")
}

/// Things that began since then, from the rollups, where the window is the rest of time and every finding counts.
fn begun(snapshot: &Snapshot<'_>, filter: &Filter, from: Timestamp) -> Result<Vec<NewThing>, QueryError> {
    let (rolled, counted) = (narrow_facts(filter, "r"), narrow_facts(filter, "f"));
    let of_families = format!("{}, {}", part_of(NewsKind::Family), part_of(NewsKind::TypeInFamily));
    let sql = include_str!("../sql/news_rolled.sql")
        .replace("{facts}", &rolled.sql())
        .replace("{conditions}", &counted.sql())
        .replace("{of_families}", &of_families)
        .replace("{of_clusters}", &part_of(NewsKind::TypeInCluster).to_string())
        .replace("{limit}", &MOST.to_string());
    let values = rolled.values.into_iter().chain([sql_time(from)]).chain(counted.values);
    let mut statement = snapshot.connection().prepare(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut things = Vec::new();
    while let Some(row) = rows.next()? {
        let part: i8 = row.get(0)?;
        let Some(&kind) = NewsKind::ALL.iter().find(|kind| part_of(**kind) == part) else { continue };
        things.push(thing(row, 1, kind)?);
    }
    Ok(things)
}

fn first_seen(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    from: Timestamp,
    kind: NewsKind,
) -> Result<Vec<NewThing>, QueryError> {
    let (place, finding_type, family) = columns(kind);
    let present = in_window(spec);
    let (past, values) = if snapshot.rolled_up() {
        let facts = narrow_facts(&spec.filter, "r");
        let sql = include_str!("../sql/news_past_rolled.sql").replace("{part}", &part_of(kind).to_string());
        (sql.replace("{facts}", &facts.sql()), facts.values.into_iter().chain([sql_time(from)]).collect())
    } else {
        let past = any_time(&everything(&spec.filter)).and("f.created_at < ?", [sql_time(from)]);
        (include_str!("../sql/news_past.sql").replace("{past}", &past.sql()), past.values)
    };
    let sql = include_str!("../sql/news.sql")
        .replace("{present}", &present.sql())
        .replace("{past}", past.trim_end())
        .replace("{place}", place)
        .replace("{type}", finding_type)
        .replace("{family}", family)
        .replace("{limit}", &MOST.to_string());
    let mut statement = snapshot.connection().prepare(&sql)?;
    let mut rows = statement.query(params_from_iter(present.values.into_iter().chain(values)))?;
    let mut things = Vec::new();
    while let Some(row) = rows.next()? {
        things.push(thing(row, 0, kind)?);
    }
    Ok(things)
}

/// Reads place, type, first moment, findings and revision, from a column on.
fn thing(row: &Row<'_>, at: usize, kind: NewsKind) -> Result<NewThing, QueryError> {
    let key: String = row.get(at)?;
    let finding_type: String = row.get(at + 1)?;
    let revision: Option<String> = row.get(at + 4)?;
    Ok(NewThing {
        kind,
        label: Named::from_key(key.clone()).label,
        key,
        finding_type: Some(finding_type).filter(|word| !word.is_empty()),
        first_at: read_time(row, at + 2)?,
        findings: row.get(at + 3)?,
        revision: revision.map(|key| Named::from_key(key).label),
    })
}

//! What was never seen before the window.

use std::collections::HashSet;

use app::model::{Filter, Named, NewThing, News, NewsKind, StatusChoice};
use duckdb::params_from_iter;

use super::coverage::{self, Spans};
use crate::query::QueryError;
use crate::query::compile::{any_time, in_window};
use crate::query::spec::Spec;
use crate::store::{Snapshot, read_time, sql_time};

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
    let mut rows = Vec::new();
    for &kind in NewsKind::ALL {
        rows.extend(first_seen(snapshot, spec, kind)?);
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

fn first_seen(snapshot: &Snapshot<'_>, spec: &Spec, kind: NewsKind) -> Result<Vec<NewThing>, QueryError> {
    let Some(from) = spec.from else { return Ok(Vec::new()) };
    let (place, finding_type, family) = columns(kind);
    let present = in_window(spec);
    let past = any_time(&everything(&spec.filter)).and("f.created_at < ?", [sql_time(from)]);
    let sql = include_str!("../sql/news.sql")
        .replace("{present}", &present.sql())
        .replace("{past}", &past.sql())
        .replace("{place}", place)
        .replace("{type}", finding_type)
        .replace("{family}", family)
        .replace("{limit}", &MOST.to_string());
    let mut statement = snapshot.connection().prepare(&sql)?;
    let mut rows = statement.query(params_from_iter(present.values.into_iter().chain(past.values)))?;
    let mut things = Vec::new();
    while let Some(row) = rows.next()? {
        let key: String = row.get(0)?;
        let finding_type: String = row.get(1)?;
        let revision: Option<String> = row.get(4)?;
        things.push(NewThing {
            kind,
            label: Named::from_key(key.clone()).label,
            key,
            finding_type: Some(finding_type).filter(|word| !word.is_empty()),
            first_at: read_time(row, 2)?,
            findings: row.get(3)?,
            revision: revision.map(|key| Named::from_key(key).label),
        });
    }
    Ok(things)
}

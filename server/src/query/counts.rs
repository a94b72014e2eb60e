//! How many findings: from the rollups where they can tell, else from the findings. The numbers are the same.

use std::collections::HashMap;

use app::model::{Counts, Dimension, Filter};
use duckdb::Row;

use super::QueryError;
use super::compile::{all_in_window, all_of_any_time, key_of};
use super::cover::{Cover, Pieces};
use super::dictionary::{Part, filled};
use super::edges::edges;
use super::resident::Held;
use super::rolled::{Event, Plan, column_of};
use super::spec::Spec;
use super::tally::{self, Told};
use crate::store::Snapshot;

/// Windows, unlike buckets, may be cut anywhere.
pub(super) const ANY_PIECES: Pieces = Pieces { days: true, hours: true };

pub(super) fn plan(
    snapshot: &Snapshot<'_>,
    filter: &Filter,
    by: Option<Dimension>,
    within: Pieces,
) -> Option<(Plan, Pieces)> {
    if !snapshot.rolled_up() {
        return None;
    }
    let plan = Plan::of(filter, by)?;
    let pieces = plan.pieces(within)?;
    Some((plan, pieces))
}

/// The window's findings, each once.
pub fn totals(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Counts, QueryError> {
    if let Some((plan, pieces)) = plan(snapshot, &spec.filter, None, ANY_PIECES) {
        return rolled_totals(snapshot, &plan, &Cover::of((spec.from, spec.until()), pieces));
    }
    let conditions = all_in_window(snapshot, spec);
    let sql = include_str!("sql/totals.sql").replace("{conditions}", &conditions.sql());
    snapshot.row(&sql, conditions.values, |row| Ok(Counts { findings: row.get(0)?, occurrences: row.get(1)? }))
}

fn rolled_totals(snapshot: &Snapshot<'_>, plan: &Plan, cover: &Cover) -> Result<Counts, QueryError> {
    let mut totals = Counts::default();
    if let Some(held) = Held::of(snapshot, plan, cover, &[]) {
        totals = held.total(plan.created());
    } else if let Some((slice, values)) = plan.slice(Event::Created, cover) {
        let sql = include_str!("sql/rolled_totals.sql").replace("{slice}", &slice);
        totals = snapshot
            .row(&sql, values, |row| Ok::<_, QueryError>(Counts { findings: row.get(0)?, occurrences: row.get(1)? }))?;
    }
    edges(snapshot, plan, Event::Created, cover)?.iter().for_each(|edge| totals += edge.counts());
    Ok(totals)
}

/// The window's findings by key, most first.
pub fn by_key(snapshot: &Snapshot<'_>, spec: &Spec, by: Dimension) -> Result<Vec<(String, Counts)>, QueryError> {
    if let Some(told) = Told::daily(by)
        && let Some(tallies) = tally::rolled(snapshot, &[spec], &[told])?
    {
        return Ok(tallies.first().map(|tally| tally.rows(by).to_vec()).unwrap_or_default());
    }
    let read =
        |row: &Row<'_>| Ok::<_, QueryError>((row.get(0)?, Counts { findings: row.get(1)?, occurrences: row.get(2)? }));
    let Some((plan, pieces)) = plan(snapshot, &spec.filter, Some(by), ANY_PIECES) else {
        let conditions = all_in_window(snapshot, spec);
        let sql = match Part::to_count(snapshot, by) {
            Some(part) => filled(include_str!("sql/breakdown_numbered.sql"), part, by),
            None => include_str!("sql/breakdown.sql").replace("{key}", key_of(by)),
        };
        return snapshot.rows(&sql.replace("{conditions}", &conditions.sql()), conditions.values, read);
    };
    let cover = Cover::of((spec.from, spec.until()), pieces);
    let mut counted: HashMap<String, Counts> = HashMap::new();
    if let Some(held) = Held::of(snapshot, &plan, &cover, &[by]) {
        counted = held.by(plan.created(), Some(by));
    } else if let Some((slice, values)) = plan.slice(Event::Created, &cover) {
        let sql = include_str!("sql/rolled_breakdown.sql").replace("{slice}", &slice).replace("{key}", plan.key());
        counted = snapshot.rows(&sql, values, read)?.into_iter().collect();
    }
    for edge in edges(snapshot, &plan, Event::Created, &cover)?.iter() {
        for key in edge.keys(by) {
            *counted.entry(key.to_owned()).or_default() += edge.counts();
        }
    }
    Ok(most_first(counted))
}

/// Every key that a finding of a filter has, whenever created.
pub fn keys_ever(snapshot: &Snapshot<'_>, filter: &Filter, by: Dimension) -> Result<Vec<String>, QueryError> {
    let rolled = plan(snapshot, filter, Some(by), ANY_PIECES);
    let slice = rolled.and_then(|(plan, pieces)| {
        let cover = Cover::of((None, None), pieces);
        let held = Held::of(snapshot, &plan, &cover, &[by]).map(|held| held.by(plan.created(), Some(by)));
        let slice = plan.slice(Event::Created, &cover)?;
        Some((plan, slice, held))
    });
    let (sql, values) = if let Some((plan, (slice, values), held)) = slice {
        if let Some(held) = held {
            return Ok(held.into_keys().collect());
        }
        (include_str!("sql/rolled_breakdown.sql").replace("{slice}", &slice).replace("{key}", plan.key()), values)
    } else {
        let conditions = all_of_any_time(snapshot, filter)?;
        let sql = include_str!("sql/keys_ever.sql").replace("{conditions}", &conditions.sql());
        (sql.replace("{key}", key_of(by)), conditions.values)
    };
    snapshot.rows(&sql, values, |row| Ok(row.get(0)?))
}

/// Keys with the most findings first.
pub(super) fn most_first(counted: impl IntoIterator<Item = (String, Counts)>) -> Vec<(String, Counts)> {
    let mut rows: Vec<_> = counted.into_iter().collect();
    rows.sort_unstable_by(|one, two| two.1.findings.cmp(&one.1.findings).then_with(|| one.0.cmp(&two.0)));
    rows
}

/// The window's findings by two dimensions, row and column: cells that have any.
pub fn cells(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    (rows, columns): (Dimension, Dimension),
) -> Result<HashMap<(String, String), i64>, QueryError> {
    // Every rollup knows categories and severities, so one of them may stand beside a dimension with keys.
    let everywhere = |by| matches!(by, Dimension::Category | Dimension::Severity);
    let keyed = [rows, columns].into_iter().find(|by| !everywhere(*by)).unwrap_or(rows);
    let rolled = if everywhere(rows) || everywhere(columns) {
        plan(snapshot, &spec.filter, Some(keyed), ANY_PIECES)
    } else {
        None
    };
    let ask = |sql: &str, values, row, column| {
        let sql = sql.replace("{row}", row).replace("{column}", column);
        snapshot.rows(&sql, values, |row| Ok::<_, QueryError>(((row.get(0)?, row.get(1)?), row.get(2)?)))
    };
    let Some((plan, pieces)) = rolled else {
        let conditions = all_in_window(snapshot, spec);
        let sql = include_str!("sql/heatmap.sql").replace("{conditions}", &conditions.sql());
        return Ok(ask(&sql, conditions.values, key_of(rows), key_of(columns))?.into_iter().collect());
    };
    let cover = Cover::of((spec.from, spec.until()), pieces);
    let mut cells: HashMap<(String, String), i64> = HashMap::new();
    if let Some(held) = Held::of(snapshot, &plan, &cover, &[rows, columns]) {
        cells = held.cells(plan.created(), rows, columns);
    } else if let Some((slice, values)) = plan.clone().detailed().slice(Event::Created, &cover) {
        let sql = include_str!("sql/rolled_cells.sql").replace("{slice}", &slice);
        cells = ask(&sql, values, column_of(rows), column_of(columns))?.into_iter().collect();
    }
    for edge in edges(snapshot, &plan, Event::Created, &cover)?.iter() {
        for row in edge.keys(rows) {
            for column in edge.keys(columns) {
                *cells.entry((row.to_owned(), column.to_owned())).or_default() += edge.counts().findings;
            }
        }
    }
    Ok(cells)
}

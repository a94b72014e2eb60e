//! How many findings: from the rollups where they can tell, else from the findings. The numbers are the same.

use std::collections::HashMap;

use app::model::{Counts, Dimension, Filter};
use duckdb::types::Value;
use jiff::Timestamp;

use super::QueryError;
use super::compile::{Conditions, any_time, has_several_keys, in_window, key_of, spans};
use super::cover::{Cover, Pieces, Span, pieces_between};
use super::numbered::bucket_of;
use super::rolled::{Event, Plan, column_of};
use super::spec::Spec;
use crate::store::{Snapshot, sql_time};

/// Counts by bucket number.
pub type Buckets = HashMap<usize, i64>;
/// By key; `None`: every finding once.
pub type Split = HashMap<Option<String>, Buckets>;

/// Windows, unlike buckets, may be cut anywhere.
pub(super) const ANY_PIECES: Pieces = Pieces { days: true, hours: true };

fn plan(snapshot: &Snapshot<'_>, filter: &Filter, by: Option<Dimension>, within: Pieces) -> Option<(Plan, Pieces)> {
    if !snapshot.rolled_up() {
        return None;
    }
    let plan = Plan::of(filter, by)?;
    let pieces = plan.pieces(within)?;
    Some((plan, pieces))
}

/// The window's findings, each once.
pub fn totals(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Counts, QueryError> {
    totals_within(snapshot, &spec.filter, (spec.from, spec.until()), || in_window(spec))
}

/// All findings of a filter whenever created, each once.
pub fn totals_ever(snapshot: &Snapshot<'_>, filter: &Filter) -> Result<Counts, QueryError> {
    totals_within(snapshot, filter, (None, None), || any_time(filter))
}

/// Findings of a filter that AWS has forgotten by a moment.
pub fn left(snapshot: &Snapshot<'_>, filter: &Filter, at: Timestamp) -> Result<i64, QueryError> {
    let rolled = plan(snapshot, filter, None, ANY_PIECES).filter(|(plan, _)| plan.is_of_all());
    let (sql, values) = if let Some((plan, pieces)) = rolled {
        let (slice, values) = plan.slice(Event::Leaves, &Cover::of((None, Some(at)), pieces));
        (include_str!("sql/rolled_totals.sql").replace("{slice}", &slice), values)
    } else {
        let conditions = any_time(filter);
        let sql = include_str!("sql/left.sql").replace("{conditions}", &conditions.sql());
        (sql, [sql_time(at)].into_iter().chain(conditions.values).collect())
    };
    snapshot.row(&sql, values, |row| Ok(row.get(0)?))
}

fn totals_within(
    snapshot: &Snapshot<'_>,
    filter: &Filter,
    window: Span,
    conditions: impl FnOnce() -> Conditions,
) -> Result<Counts, QueryError> {
    let (sql, values) = if let Some((plan, pieces)) = plan(snapshot, filter, None, ANY_PIECES) {
        let (slice, values) = plan.slice(Event::Created, &Cover::of(window, pieces));
        (include_str!("sql/rolled_totals.sql").replace("{slice}", &slice), values)
    } else {
        let conditions = conditions();
        (include_str!("sql/totals.sql").replace("{conditions}", &conditions.sql()), conditions.values)
    };
    snapshot.row(&sql, values, |row| Ok(Counts { findings: row.get(0)?, occurrences: row.get(1)? }))
}

/// The window's findings by key, most first.
pub fn by_key(snapshot: &Snapshot<'_>, spec: &Spec, by: Dimension) -> Result<Vec<(String, Counts)>, QueryError> {
    let (sql, values) = if let Some((plan, pieces)) = plan(snapshot, &spec.filter, Some(by), ANY_PIECES) {
        let (slice, values) = plan.slice(Event::Created, &Cover::of((spec.from, spec.until()), pieces));
        (include_str!("sql/rolled_breakdown.sql").replace("{slice}", &slice).replace("{key}", plan.key()), values)
    } else {
        let conditions = in_window(spec);
        let sql = include_str!("sql/breakdown.sql").replace("{conditions}", &conditions.sql());
        (sql.replace("{key}", key_of(by)), conditions.values)
    };
    snapshot.rows(&sql, values, |row| Ok((row.get(0)?, Counts { findings: row.get(1)?, occurrences: row.get(2)? })))
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
    let (sql, values, row, column) = if let Some((plan, pieces)) = rolled {
        let cover = Cover::of((spec.from, spec.until()), pieces);
        let (slice, values) = plan.detailed().slice(Event::Created, &cover);
        let sql = include_str!("sql/rolled_cells.sql").replace("{slice}", &slice);
        (sql, values, column_of(rows), column_of(columns))
    } else {
        let conditions = in_window(spec);
        let sql = include_str!("sql/heatmap.sql").replace("{conditions}", &conditions.sql());
        (sql, conditions.values, key_of(rows), key_of(columns))
    };
    let sql = sql.replace("{row}", row).replace("{column}", column);
    let cells = snapshot.rows(&sql, values, |row| Ok::<_, QueryError>(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
    Ok(cells.into_iter().collect())
}

/// Findings created in each of the spans, which follow each other without gap.
pub fn created(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    by: Dimension,
    wanted: &[(Timestamp, Timestamp)],
) -> Result<Split, QueryError> {
    let Some((plans, ask)) = created_plans(snapshot, spec, by, wanted) else {
        return scanned_split(snapshot, include_str!("sql/trend_new.sql"), in_window(spec), by, wanted);
    };
    rolled_split(snapshot, &plans, wanted, &ask)
}

/// Findings of some keys created in each of the spans; other keys may come along, and nothing is counted once.
pub fn created_of(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    by: Dimension,
    keys: &[String],
    wanted: &[(Timestamp, Timestamp)],
) -> Result<Split, QueryError> {
    let Some((plans, ask)) = created_plans(snapshot, spec, by, wanted).filter(|_| !keys.is_empty()) else {
        return scanned_split(snapshot, include_str!("sql/trend_new.sql"), in_window(spec), by, wanted);
    };
    let (plan, pieces) = plans.by;
    rolled_part(snapshot, &plan.only(keys), pieces, wanted, &ask)
}

/// Prints a statement for a plan, all but its spans and key.
type Ask = Box<dyn Fn(&Plan, Pieces) -> (String, Vec<Value>)>;

fn created_plans(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    by: Dimension,
    wanted: &[(Timestamp, Timestamp)],
) -> Option<(Plans, Ask)> {
    let ((start, _), (_, stop)) = (*wanted.first()?, *wanted.last()?);
    let within = pieces_between(wanted.iter().skip(1).map(|(start, _)| *start))?;
    // Nothing that lies in no span is counted, however far is asked for.
    let stop = if stop < spec.to { Some(stop) } else { spec.until() };
    let ask = move |plan: &Plan, pieces: Pieces| {
        let (slice, values) = plan.slice(Event::Created, &Cover::of((Some(start), stop), pieces));
        (include_str!("sql/rolled_trend.sql").replace("{slice}", &slice), values)
    };
    Some((Plans::of(snapshot, &spec.filter, by, within)?, Box::new(ask)))
}

/// Findings open at the end of each of the spans.
pub fn open(
    snapshot: &Snapshot<'_>,
    filter: &Filter,
    by: Dimension,
    wanted: &[(Timestamp, Timestamp)],
) -> Result<Split, QueryError> {
    let Some((plans, ask)) = open_plans(snapshot, filter, by, wanted) else {
        return scanned_split(snapshot, include_str!("sql/trend_active.sql"), any_time(filter), by, wanted);
    };
    let mut split = rolled_split(snapshot, &plans, wanted, &ask)?;
    for buckets in split.values_mut() {
        add_up(buckets, wanted.len());
    }
    Ok(split)
}

/// From what each bucket adds to what there is at its end; nothing where that is nothing.
fn add_up(buckets: &mut Buckets, length: usize) {
    let mut sum = 0;
    for index in 0..length {
        sum += buckets.remove(&index).unwrap_or(0);
        if sum != 0 {
            buckets.insert(index, sum);
        }
    }
}

fn open_plans(
    snapshot: &Snapshot<'_>,
    filter: &Filter,
    by: Dimension,
    wanted: &[(Timestamp, Timestamp)],
) -> Option<(Plans, Ask)> {
    let (_, last) = *wanted.last()?;
    let within = pieces_between(wanted.iter().rev().skip(1).map(|(_, stop)| *stop))?;
    // Findings that close are counted in `all` alone.
    let plans = Plans::of(snapshot, filter, by, within).filter(|plans| plans.by.0.is_of_all())?;
    let ask = move |plan: &Plan, pieces: Pieces| {
        let cover = Cover::of((None, Some(last)), pieces);
        let (created, mut values) = plan.slice(Event::Created, &cover);
        let (gone, more) = plan.slice(Event::Gone, &cover);
        values.extend(more);
        (include_str!("sql/rolled_open.sql").replace("{created}", &created).replace("{gone}", &gone), values)
    };
    Some((plans, Box::new(ask)))
}

/// Findings that were open at a moment, each once.
pub fn open_at(snapshot: &Snapshot<'_>, filter: &Filter, at: Timestamp) -> Result<i64, QueryError> {
    // Severity, because every rollup knows it.
    let split = open(snapshot, filter, Dimension::Severity, &[(at, at)])?;
    Ok(split.get(&None).and_then(|buckets| buckets.get(&0)).copied().unwrap_or(0))
}

/// How to ask for keys, and for every finding once where it may have several keys.
struct Plans {
    by: (Plan, Pieces),
    once: Option<(Plan, Pieces)>,
}

impl Plans {
    fn of(snapshot: &Snapshot<'_>, filter: &Filter, by: Dimension, within: Pieces) -> Option<Self> {
        let keyed = plan(snapshot, filter, Some(by), within)?;
        let once = if has_several_keys(by) { Some(plan(snapshot, filter, None, within)?) } else { None };
        Some(Self { by: keyed, once })
    }
}

fn rolled_split(
    snapshot: &Snapshot<'_>,
    Plans { by: (plan, pieces), once }: &Plans,
    wanted: &[(Timestamp, Timestamp)],
    ask: &Ask,
) -> Result<Split, QueryError> {
    let mut split = rolled_part(snapshot, plan, *pieces, wanted, ask)?;
    let mut sums = Buckets::new();
    match once {
        Some((plan, pieces)) => {
            sums = rolled_part(snapshot, plan, *pieces, wanted, ask)?.into_values().next().unwrap_or_default();
        }
        None => {
            for (number, count) in split.values().flatten() {
                *sums.entry(*number).or_default() += count;
            }
        }
    }
    split.insert(None, sums);
    Ok(split)
}

fn rolled_part(
    snapshot: &Snapshot<'_>,
    plan: &Plan,
    pieces: Pieces,
    wanted: &[(Timestamp, Timestamp)],
    ask: &Ask,
) -> Result<Split, QueryError> {
    let (sql, values) = ask(plan, pieces);
    let ends: Vec<Timestamp> = wanted.iter().map(|(_, stop)| *stop).collect();
    read_split(snapshot, &sql.replace("{number}", &bucket_of("moment", &ends)).replace("{key}", plan.key()), values)
}

/// Repetitions observed in each of the spans; rollups do not know them.
pub fn repeated(
    snapshot: &Snapshot<'_>,
    filter: &Filter,
    by: Dimension,
    wanted: &[(Timestamp, Timestamp)],
) -> Result<Split, QueryError> {
    scanned_split(snapshot, include_str!("sql/trend_occurrences.sql"), any_time(filter), by, wanted)
}

fn scanned_split(
    snapshot: &Snapshot<'_>,
    template: &str,
    conditions: Conditions,
    by: Dimension,
    wanted: &[(Timestamp, Timestamp)],
) -> Result<Split, QueryError> {
    let (sql, values) = scanned_statement(template, conditions, by, wanted);
    read_split(snapshot, &sql, values)
}

pub(super) fn scanned_statement(
    template: &str,
    conditions: Conditions,
    by: Dimension,
    wanted: &[(Timestamp, Timestamp)],
) -> (String, Vec<Value>) {
    let (spans, mut values) = spans(wanted);
    let sql =
        template.replace("{spans}", &spans).replace("{conditions}", &conditions.sql()).replace("{key}", key_of(by));
    values.extend(conditions.values);
    (sql, values)
}

/// Reads rows of bucket number, key and count.
fn read_split(snapshot: &Snapshot<'_>, sql: &str, values: Vec<Value>) -> Result<Split, QueryError> {
    let mut split = Split::new();
    snapshot.rows(sql, values, |row| {
        // What lies in no bucket is not asked for.
        let number: Option<i64> = row.get(0)?;
        let Some(index) = number.and_then(|number| usize::try_from(number).ok()) else { return Ok(()) };
        split.entry(row.get(1)?).or_default().insert(index, row.get(2)?);
        Ok::<_, QueryError>(())
    })?;
    Ok(split)
}

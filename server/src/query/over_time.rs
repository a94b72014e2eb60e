//! How many findings in each of several spans of time that follow each other: from the rollups where they can tell, else
//! from the findings. The numbers are the same.

use std::collections::HashMap;

use app::model::{Dimension, Filter};
use duckdb::types::Value;
use jiff::Timestamp;

use super::QueryError;
use super::compile::{Conditions, all_in_window, all_of_any_time, has_several_keys, key_of};
use super::counts::plan;
use super::cover::{Cover, Pieces, Span, pieces_between};
use super::dictionary::{Part, filled};
use super::edges::{Edges, edges};
use super::numbered::{bucket_of, number_of};
use super::resident::Held;
use super::rolled::{Event, Plan, within};
use super::spec::Spec;
use crate::store::Snapshot;

/// Counts by bucket number.
pub type Buckets = HashMap<usize, i64>;
/// By key; `None`: every finding once.
pub type Split = HashMap<Option<String>, Buckets>;

/// Findings created in each of the spans, which follow each other without gap.
pub fn created(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    by: Dimension,
    wanted: &[(Timestamp, Timestamp)],
) -> Result<Split, QueryError> {
    let Some((plans, window)) = created_plans(snapshot, spec, by, wanted) else {
        return scanned_split(snapshot, Scan::Created, &all_in_window(snapshot, spec), by, wanted);
    };
    rolled_split(snapshot, &plans, |snapshot, plan, pieces| created_part(snapshot, plan, pieces, window, wanted))
}

/// Findings of some keys of several dimensions created in each of the spans: for each dimension its own. Other keys may come
/// along, and nothing is counted once.
pub fn created_of(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    asked: &[(Dimension, Vec<String>)],
    wanted: &[(Timestamp, Timestamp)],
) -> Result<Vec<Split>, QueryError> {
    let planned = asked.iter().map(|(by, keys)| {
        let (plans, window) = created_plans(snapshot, spec, *by, wanted).filter(|_| !keys.is_empty())?;
        Some((plans.by, window))
    });
    let planned: Vec<Option<((Plan, Pieces), Span)>> = planned.collect();
    if let Some(together) = planned.iter().cloned().collect::<Option<Vec<_>>>()
        && let [((plan, pieces), window), rest @ ..] = &together[..]
        && rest.iter().all(|((other, its), its_window)| {
            (its, its_window) == (pieces, window) && plan.differs_in_dimension_alone(other)
        })
    {
        let plans: Vec<&Plan> = together.iter().map(|((plan, _), _)| plan).collect();
        let keys: Vec<String> = asked.iter().flat_map(|(_, keys)| keys).cloned().collect();
        return created_together(snapshot, &plans, &keys, &Cover::of(*window, *pieces), wanted);
    }
    let alone = asked.iter().zip(planned).map(|((by, keys), planned)| match planned {
        Some(((plan, pieces), window)) => created_part(snapshot, &plan.only(keys), pieces, window, wanted),
        None => scanned_split(snapshot, Scan::Created, &all_in_window(snapshot, spec), *by, wanted),
    });
    alone.collect()
}

/// One statement for plans that differ in their dimension alone: most of what each would take is planning.
fn created_together(
    snapshot: &Snapshot<'_>,
    plans: &[&Plan],
    keys: &[String],
    cover: &Cover,
    wanted: &[(Timestamp, Timestamp)],
) -> Result<Vec<Split>, QueryError> {
    let mut splits = vec![Split::new(); plans.len()];
    let held = plans.iter().map(|plan| {
        let plan = (*plan).clone().only(keys);
        Held::of(snapshot, &plan, cover, &[]).map(|held| held.over_time(plan.created(), plan.by(), &ends(wanted)))
    });
    if let Some(held) = held.collect::<Option<Vec<_>>>() {
        splits = held;
    } else if let Some((sql, values)) = lines_statement(plans, keys, cover, wanted) {
        snapshot.rows(&sql, values, |row| {
            let part = row.get(0)?;
            let number: Option<i64> = row.get(1)?;
            let index = number.and_then(|number| usize::try_from(number).ok());
            let split = splits.iter_mut().zip(plans).find(|(_, plan)| plan.is_told_by(part));
            if let (Some(index), Some((split, _))) = (index, split) {
                // Days and hours of a bucket may stand in different parts.
                let findings: i64 = row.get(3)?;
                *split.entry(row.get(2)?).or_default().entry(index).or_default() += findings;
            }
            Ok::<_, QueryError>(())
        })?;
    }
    for (split, plan) in splits.iter_mut().zip(plans) {
        add_edges(split, plan, &edges(snapshot, plan, Event::Created, cover)?, wanted);
    }
    Ok(splits)
}

/// Prints the question; `None`: nothing was counted ahead.
pub(super) fn lines_statement(
    plans: &[&Plan],
    keys: &[String],
    cover: &Cover,
    wanted: &[(Timestamp, Timestamp)],
) -> Option<(String, Vec<Value>)> {
    let (plan, others) = plans.split_first()?;
    let (slice, values) = (*plan).clone().only(keys).slice_together(others, cover)?;
    let sql = include_str!("sql/rolled_lines.sql").replace("{slice}", &slice);
    Some((sql.replace("{number}", &bucket_of("moment", &ends(wanted))), values))
}

fn created_plans(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    by: Dimension,
    wanted: &[(Timestamp, Timestamp)],
) -> Option<(Plans, Span)> {
    let ((start, _), (_, stop)) = (*wanted.first()?, *wanted.last()?);
    let within = pieces_between(wanted.iter().skip(1).map(|(start, _)| *start))?;
    // Nothing that lies in no span is counted, however far is asked for.
    let stop = if stop < spec.to { Some(stop) } else { spec.until() };
    Some((Plans::of(snapshot, &spec.filter, by, within)?, (Some(start), stop)))
}

fn created_part(
    snapshot: &Snapshot<'_>,
    plan: &Plan,
    pieces: Pieces,
    window: Span,
    wanted: &[(Timestamp, Timestamp)],
) -> Result<Split, QueryError> {
    let cover = Cover::of(window, pieces);
    let mut split = Split::new();
    let by: Vec<Dimension> = plan.by().into_iter().collect();
    if let Some(held) = Held::of(snapshot, plan, &cover, &by) {
        split = held.over_time(plan.created(), plan.by(), &ends(wanted));
    } else if let Some((slice, values)) = plan.slice(Event::Created, &cover) {
        let sql = include_str!("sql/rolled_trend.sql").replace("{slice}", &slice);
        split = rolled_part(snapshot, plan, (&sql, values), wanted)?;
    }
    add_edges(&mut split, plan, &edges(snapshot, plan, Event::Created, &cover)?, wanted);
    Ok(split)
}

/// Findings open at the end of each of the spans.
pub fn open(
    snapshot: &Snapshot<'_>,
    filter: &Filter,
    by: Dimension,
    wanted: &[(Timestamp, Timestamp)],
) -> Result<Split, QueryError> {
    let mut split = match open_plans(snapshot, filter, by, wanted) {
        Some((plans, until)) => {
            rolled_split(snapshot, &plans, |snapshot, plan, pieces| open_part(snapshot, plan, pieces, until, wanted))?
        }
        None => scanned_split(snapshot, Scan::Open, &all_of_any_time(snapshot, filter)?, by, wanted)?,
    };
    for buckets in split.values_mut() {
        add_up(buckets, wanted.len());
    }
    // What the rollups and the edges say may be nothing together.
    split.retain(|key, buckets| key.is_none() || !buckets.is_empty());
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
) -> Option<(Plans, Timestamp)> {
    let (_, last) = *wanted.last()?;
    let within = pieces_between(wanted.iter().rev().skip(1).map(|(_, stop)| *stop))?;
    // Findings that close are counted in `all` alone.
    let plans = Plans::of(snapshot, filter, by, within).filter(|plans| plans.by.0.is_of_all())?;
    Some((plans, last))
}

/// What each bucket adds.
fn open_part(
    snapshot: &Snapshot<'_>,
    plan: &Plan,
    pieces: Pieces,
    until: Timestamp,
    wanted: &[(Timestamp, Timestamp)],
) -> Result<Split, QueryError> {
    let cover = Cover::of((None, Some(until)), pieces);
    let mut split = Split::new();
    if let (Some((created, mut values)), Some((gone, more))) =
        (plan.slice(Event::Created, &cover), plan.slice(Event::Gone, &cover))
    {
        values.extend(more);
        let sql = include_str!("sql/rolled_open.sql").replace("{created}", &created).replace("{gone}", &gone);
        split = rolled_part(snapshot, plan, (&sql, values), wanted)?;
    }
    add_edges(&mut split, plan, &edges(snapshot, plan, Event::Created, &cover)?, wanted);
    Ok(split)
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
    part: impl Fn(&Snapshot<'_>, &Plan, Pieces) -> Result<Split, QueryError>,
) -> Result<Split, QueryError> {
    let mut split = part(snapshot, plan, *pieces)?;
    let sums = match once {
        Some((plan, pieces)) => part(snapshot, plan, *pieces)?.into_values().next().unwrap_or_default(),
        None => summed(&split),
    };
    split.insert(None, sums);
    Ok(split)
}

/// Asks a statement for a plan, all but its buckets and key.
fn rolled_part(
    snapshot: &Snapshot<'_>,
    plan: &Plan,
    (sql, values): (&str, Vec<Value>),
    wanted: &[(Timestamp, Timestamp)],
) -> Result<Split, QueryError> {
    let number = bucket_of("moment", &ends(wanted));
    read_split(snapshot, &sql.replace("{number}", &number).replace("{key}", plan.key()), values)
}

fn add_edges(split: &mut Split, plan: &Plan, edges: &Edges, wanted: &[(Timestamp, Timestamp)]) {
    let ends = ends(wanted);
    for edge in edges.iter() {
        let Some(number) = number_of(edge.moment, &ends) else { continue };
        for key in plan.by().map_or_else(|| vec![""], |by| edge.keys(by)) {
            *split.entry(Some(key.to_owned())).or_default().entry(number).or_default() += edge.counts().findings;
        }
    }
}

fn ends(wanted: &[(Timestamp, Timestamp)]) -> Vec<Timestamp> {
    wanted.iter().map(|(_, stop)| *stop).collect()
}

/// Repetitions observed in each of the spans; rollups do not know them.
pub fn repeated(
    snapshot: &Snapshot<'_>,
    filter: &Filter,
    by: Dimension,
    wanted: &[(Timestamp, Timestamp)],
) -> Result<Split, QueryError> {
    scanned_split(snapshot, Scan::Repeated, &all_of_any_time(snapshot, filter)?, by, wanted)
}

/// How findings are counted where the rollups cannot tell.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scan {
    Created,
    /// What each bucket adds to the open ones.
    Open,
    Repeated,
}

impl Scan {
    const fn template(self) -> &'static str {
        match self {
            Self::Created => include_str!("sql/trend_new.sql"),
            Self::Open => include_str!("sql/trend_active.sql"),
            Self::Repeated => include_str!("sql/trend_occurrences.sql"),
        }
    }

    /// The moment that puts something into a bucket.
    const fn moment(self) -> &'static str {
        match self {
            Self::Created | Self::Open => "f.created_at",
            Self::Repeated => "v.occurred_at",
        }
    }
}

/// A finding that was closed before it was created was never open.
const CLOSED: &str = "greatest(f.created_at, f.closed_at)";

fn scanned_split(
    snapshot: &Snapshot<'_>,
    scan: Scan,
    conditions: &Conditions,
    by: Dimension,
    wanted: &[(Timestamp, Timestamp)],
) -> Result<Split, QueryError> {
    let ask = |key| {
        let (sql, values) = scanned_statement(scan, conditions, key, wanted);
        read_split(snapshot, &sql, values)
    };
    if let Some(part) = Part::to_count(snapshot, by) {
        let number = format!("f.{}", part.number());
        let (counted, values) = scanned_statement(scan, conditions, &number, wanted);
        let sql = filled(include_str!("sql/trend_numbered.sql"), part, by).replace("{counted}", counted.trim_end());
        return read_split(snapshot, &sql, values);
    }
    let mut split = ask(key_of(by))?;
    let sums = if has_several_keys(by) { ask("''")?.into_values().next().unwrap_or_default() } else { summed(&split) };
    split.insert(None, sums);
    Ok(split)
}

/// Every finding once, where each has one key.
fn summed(split: &Split) -> Buckets {
    let mut sums = Buckets::new();
    for (number, count) in split.values().flatten() {
        *sums.entry(*number).or_default() += count;
    }
    sums
}

/// Prints a question. Buckets are told by dividing: joining rows with them takes longer than all that is read.
pub(super) fn scanned_statement(
    scan: Scan,
    conditions: &Conditions,
    key: &str,
    wanted: &[(Timestamp, Timestamp)],
) -> (String, Vec<Value>) {
    let ends = ends(wanted);
    let (first, last) = (wanted.first().map(|(start, _)| *start), ends.last().copied());
    // What was created before the first bucket may be open in it.
    let between = (first.filter(|_| !matches!(scan, Scan::Open)), last);
    let mut values = Vec::new();
    let mut sql = scan.template().replace("{number_closed}", &bucket_of(CLOSED, &ends));
    sql = sql.replace("{number}", &bucket_of(scan.moment(), &ends)).replace("{key}", key);
    sql = sql.replace("{span}", &within(scan.moment(), between, &mut values));
    values.extend(conditions.values.iter().cloned());
    if matches!(scan, Scan::Open) {
        sql = sql.replace("{span_closed}", &within(CLOSED, between, &mut values));
        values.extend(conditions.values.iter().cloned());
    }
    (sql.replace("{conditions}", &conditions.sql()), values)
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

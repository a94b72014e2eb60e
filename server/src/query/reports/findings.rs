//! Lists of findings: one page, or all of them one by one.

mod title;

use std::collections::HashMap;

use app::model::{Finding, FindingPage, SortDirection};
use duckdb::types::Value;
use duckdb::{Row, params_from_iter};
use jiff::{SignedDuration, Timestamp};

use super::coverage;
use super::finding_list::{Cursor, FindingList, Within};
use super::members;
use crate::query::compile::{Conditions, in_window, order_of};
use crate::query::horizon;
use crate::query::row::{self, COLUMN_COUNT, COLUMNS};
use crate::query::spec::Spec;
use crate::query::{QueryError, counts, search};
use crate::store::{Snapshot, StoreError, read_time, sql_time};
use title::first_title;

/// So many findings of a search are remembered by their numbers, so that a page of them is chosen without searching again:
/// of a list by title, for which every one has to be looked at,
const MOST_NUMBERED: u32 = if cfg!(test) { 90 } else { 50_000 };
/// and of a list in the order of time, where the newest of many are found sooner than all that were remembered.
const MOST_NUMBERED_IN_TIME: u32 = if cfg!(test) { 30 } else { 1000 };

/// A row of a list before it is read.
pub(super) struct ChosenRow {
    pub(super) number: i64,
    created: Timestamp,
    place: String,
    key: String,
}

impl ChosenRow {
    /// The place after it.
    pub(super) fn place_in(&self, list: &FindingList) -> Cursor {
        list.place_after(self.place.clone(), self.created, self.key.clone())
    }

    pub(super) fn is_not_there(&self) -> StoreError {
        StoreError::Unreadable(format!("row {} was chosen and is not there", self.number))
    }
}

/// Rows up to this many,
const FEW: usize = 64;
/// and within this time, are few and close together.
const CLOSE: SignedDuration = SignedDuration::from_hours(24);

/// What leads to chosen rows. A database of columns finds numbers by looking through all of them, so the span of time in
/// which the rows were created is told as well: it leads to the few places on disk that have them.
pub(super) fn numbered(rows: &[ChosenRow]) -> Conditions {
    let created = || rows.iter().map(|row| row.created);
    let span = created().min().zip(created().max());
    // Few rows close together are compared sooner than a join with their numbers is planned.
    let is_close = |(first, last): (Timestamp, Timestamp)| last.duration_since(first) <= CLOSE;
    let template = if rows.len() <= FEW && span.is_some_and(is_close) {
        include_str!("../sql/findings_close.sql")
    } else {
        include_str!("../sql/findings_numbered.sql")
    };
    let numbers: Vec<String> = rows.iter().map(|row| format!("({})", row.number)).collect();
    let bound = |number: Option<i64>| number.unwrap_or_default().to_string();
    let sql = template
        .trim_end()
        .replace("{numbers}", &numbers.join(", "))
        .replace("{first}", &bound(rows.iter().map(|row| row.number).min()))
        .replace("{last}", &bound(rows.iter().map(|row| row.number).max()));
    Conditions::default().and(&sql, span.into_iter().flat_map(|(first, last)| [sql_time(first), sql_time(last)]))
}

/// The first rows of a list that meet the conditions, which are those of a question or narrower, in the list's order.
pub(super) fn choose(
    snapshot: &Snapshot<'_>,
    (spec, list): (&Spec, &FindingList),
    conditions: Conditions,
    limit: Option<u32>,
) -> Result<Vec<ChosenRow>, QueryError> {
    // Whoever gives no limit has the place in the conditions.
    let Some(limit) = limit else { return ask(snapshot, list.chosen(conditions, Within::Order, None)) };
    let parts = if list.begins_at_a_place() {
        let known = first_title(snapshot, (spec, list), &conditions)?;
        let Some(first) = known.map_or_else(|| first_place(snapshot, list, &conditions), |first| Ok(Some(first)))?
        else {
            return Ok(Vec::new());
        };
        Some(list.parts_from(&first, &conditions))
    } else {
        list.parts_after(&conditions)
    };
    let Some(parts) = parts else {
        return ask(snapshot, list.chosen(list.rest_of(conditions), Within::Order, Some(limit)));
    };
    let mut chosen = Vec::new();
    for (conditions, within) in parts {
        let held = u32::try_from(chosen.len()).unwrap_or(limit);
        if held >= limit {
            break;
        }
        chosen.extend(ask(snapshot, list.chosen(conditions, within, Some(limit - held)))?);
    }
    Ok(chosen)
}

/// Where a list begins; `None`: it is empty.
fn first_place(
    snapshot: &Snapshot<'_>,
    list: &FindingList,
    conditions: &Conditions,
) -> Result<Option<String>, QueryError> {
    let (sql, values) = list.first_place(conditions);
    snapshot.row(&sql, values, |row| Ok(row.get(0)?))
}

fn ask(snapshot: &Snapshot<'_>, (sql, values): (String, Vec<Value>)) -> Result<Vec<ChosenRow>, QueryError> {
    snapshot.rows(&sql, values, |row| {
        let (number, created) = (row.get(0)?, read_time(row, 1)?);
        Ok(ChosenRow { number, created, key: row.get(2)?, place: row.get(3)? })
    })
}

/// All findings of a window that were created since a moment, the newest first: for those of whom few were.
pub(super) fn created_since(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    since: Timestamp,
) -> Result<Vec<Finding>, QueryError> {
    let conditions = in_window(&Spec { from: Some(spec.from.map_or(since, |from| from.max(since))), ..spec.clone() });
    let sql = include_str!("../sql/cells.sql").replace("{columns}", COLUMNS).replace("{conditions}", &conditions.sql());
    let mut found = snapshot.rows(&sql, conditions.values, |row| Ok::<_, QueryError>(row::finding(row)?))?;
    // Sooner than by the database, which makes a plan for it.
    found.sort_unstable_by(|one, two| two.created_at.cmp(&one.created_at).then_with(|| one.id.cmp(&two.id)));
    Ok(found)
}

/// The chosen findings, in their order.
fn read(snapshot: &Snapshot<'_>, chosen: &[ChosenRow]) -> Result<Vec<Finding>, QueryError> {
    if chosen.is_empty() {
        return Ok(Vec::new());
    }
    let conditions = numbered(chosen);
    let sql = include_str!("../sql/cells.sql")
        .replace("{columns}", &format!("{COLUMNS}, f.rowid"))
        .replace("{conditions}", &conditions.sql());
    let read = |row: &Row<'_>| Ok::<_, QueryError>((row.get::<_, i64>(COLUMN_COUNT)?, row::finding(row)?));
    let mut rows: HashMap<i64, Finding> = snapshot.rows(&sql, conditions.values, read)?.into_iter().collect();
    let finding = |row: &ChosenRow| rows.remove(&row.number).ok_or_else(|| row.is_not_there().into());
    chosen.iter().map(finding).collect()
}

/// The same page of a list in the order of time, the newest first, where it is likely to be full of findings created since
/// a moment: the database then looks at these alone. Where it is not, at all of them.
fn choose_since(
    snapshot: &Snapshot<'_>,
    asked: (&Spec, &FindingList),
    conditions: Conditions,
    (from, limit): (Timestamp, u32),
) -> Result<Vec<ChosenRow>, QueryError> {
    let recent = conditions.clone().and("f.created_at >= ?", [sql_time(from)]);
    let chosen = choose(snapshot, asked, recent, Some(limit))?;
    if u32::try_from(chosen.len()).is_ok_and(|rows| rows == limit) {
        return Ok(chosen);
    }
    choose(snapshot, asked, conditions, Some(limit))
}

/// The first findings of a list, without the number of all.
pub(super) fn latest(snapshot: &Snapshot<'_>, spec: &Spec, list: &FindingList) -> Result<Vec<Finding>, QueryError> {
    read(snapshot, &choose(snapshot, (spec, list), in_window(spec), Some(list.limit))?)
}

/// One page with the number of all.
pub fn findings(snapshot: &Snapshot<'_>, spec: &Spec, list: &FindingList) -> Result<FindingPage, QueryError> {
    let spec = &horizon::looked_at(snapshot, spec)?;
    let rows = list.limit + 1;
    let (total, known_members, conditions, recent) = if spec.filter.text.is_some() {
        let found = search::found(snapshot, spec, if list.has_ties() { MOST_NUMBERED } else { MOST_NUMBERED_IN_TIME })?;
        let until = found.newest().and_then(|newest| list.goes_back_from(newest));
        let recent = until.and_then(|until| found.recent(until, rows));
        (found.findings, Some(found.members), found.conditions, recent)
    } else {
        let total = counts::totals(snapshot, spec)?.findings;
        (total, (total == 0).then_some(0), in_window(spec), None)
    };
    let sequence_members = match known_members {
        Some(known) => known,
        None => members(snapshot, spec)?,
    };
    let mut chosen = match recent {
        _ if total == 0 => Vec::new(),
        Some(from) => choose_since(snapshot, (spec, list), conditions, (from, rows))?,
        None => choose(snapshot, (spec, list), conditions, Some(rows))?,
    };
    let limit = usize::try_from(list.limit).unwrap_or(usize::MAX);
    let is_last = chosen.len() <= limit;
    chosen.truncate(limit);
    let next_cursor = chosen.last().filter(|_| !is_last).map(|row| row.place_in(list).print());
    let findings = read(snapshot, &chosen)?;
    Ok(FindingPage {
        findings,
        next_cursor,
        total,
        sequence_members,
        watched: coverage::watched(snapshot, spec)?,
        as_of: spec.now,
        data_version: snapshot.data_version(),
    })
}

/// Rows read at once where all are wanted: some twelve megabytes, few enough to be constant, enough to be quick.
pub(super) const CHUNK: u32 = if cfg!(test) { 70 } else { 5000 };

/// Every finding in the list's order, a chunk in memory at a time. `each` returns false to stop.
///
/// The driver materialises a result and a sort holds wide rows, so the list is asked in pieces of one snapshot: lists in
/// the order of time window by window, of which only the places on disk are read that hold it; others from row to row, as
/// a reader would turn pages.
pub fn for_each_finding(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    list: &FindingList,
    each: &mut dyn FnMut(&Finding) -> bool,
) -> Result<(), QueryError> {
    let spec = &horizon::looked_at(snapshot, spec)?;
    if let Some(windows) = windows(snapshot, spec, list)? {
        for window in windows {
            for part in window.cut(snapshot, spec, list)? {
                let conditions = part.narrow(in_window(spec));
                if !each_of(snapshot, list.whole(list.rest_of(conditions)), each)? {
                    return Ok(());
                }
            }
        }
        return Ok(());
    }
    let mut rest = FindingList { limit: CHUNK, ..list.clone() };
    loop {
        let chosen = choose(snapshot, (spec, &rest), in_window(spec), Some(CHUNK))?;
        let Some(end) = chosen.last() else { return Ok(()) };
        if !read(snapshot, &chosen)?.iter().all(&mut *each) {
            return Ok(());
        }
        rest = rest.after(end.place_in(list));
    }
}

/// Gives the rows of a statement to `each`, and tells whether more are wanted.
fn each_of(
    snapshot: &Snapshot<'_>,
    (sql, values): (String, Vec<Value>),
    each: &mut dyn FnMut(&Finding) -> bool,
) -> Result<bool, QueryError> {
    let mut statement = snapshot.connection().prepare(&sql)?;
    let mut rows = statement.query(params_from_iter(values)).map_err(StoreError::from)?;
    while let Some(row) = rows.next()? {
        if !each(&row::finding(row)?) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A part of a list in the order of time.
pub(super) struct Part {
    order: &'static str,
    from: Timestamp,
    to: Timestamp,
    held: i64,
}

impl Part {
    pub(super) fn narrow(&self, conditions: Conditions) -> Conditions {
        let Self { order, from, to, .. } = *self;
        conditions.and(&format!("{order} >= ? AND {order} < ?"), [sql_time(from), sql_time(to)])
    }

    /// Parts of no more than about a chunk, in the list's direction. A minute is never cut: an import that dates a million
    /// findings to one minute is read at once.
    pub(super) fn cut(self, snapshot: &Snapshot<'_>, spec: &Spec, list: &FindingList) -> Result<Vec<Self>, QueryError> {
        if self.held <= i64::from(CHUNK) {
            return Ok(vec![self]);
        }
        parts(snapshot, list, self.narrow(in_window(spec)), ("minute", SignedDuration::from_mins(1)))
    }
}

/// Cuts a list in the order of time into windows of about a chunk or one hour, in the list's direction; `None`: it has
/// another order. Hours are counted for all of the list before its first row is read, minutes where an hour holds much.
pub(super) fn windows(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    list: &FindingList,
) -> Result<Option<Vec<Part>>, QueryError> {
    if list.has_ties() {
        return Ok(None);
    }
    parts(snapshot, list, in_window(spec), ("hour", SignedDuration::from_hours(1))).map(Some)
}

/// Neighbouring units of time that hold no more than a chunk together.
fn parts(
    snapshot: &Snapshot<'_>,
    list: &FindingList,
    conditions: Conditions,
    (unit, length): (&str, SignedDuration),
) -> Result<Vec<Part>, QueryError> {
    let (order, _) = order_of(list.sort);
    let sql = include_str!("../sql/spans.sql").replace("{unit}", unit).replace("{order}", order);
    let sql = sql.replace("{conditions}", &conditions.sql());
    let mut statement = snapshot.connection().prepare(&sql)?;
    let mut rows = statement.query(params_from_iter(conditions.values))?;
    let mut parts: Vec<Part> = Vec::new();
    while let Some(row) = rows.next()? {
        let (from, held): (Timestamp, i64) = (read_time(row, 0)?, row.get(1)?);
        let to = from.checked_add(length).unwrap_or(Timestamp::MAX);
        match parts.last_mut() {
            Some(part) if part.held + held <= i64::from(CHUNK) => (part.to, part.held) = (to, part.held + held),
            _ => parts.push(Part { order, from, to, held }),
        }
    }
    if list.direction == SortDirection::Descending {
        parts.reverse();
    }
    Ok(parts)
}

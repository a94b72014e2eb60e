//! Findings counted ahead by hour and day, and closed ones by the moment besides: kept in the transaction that changes
//! them, proved against a recount.
//!
//! A change is written as what no longer counts and what counts now; readers add rows up. [`mod@recount`] says in SQL what
//! [`Facts::cells`] says in Rust; a property test and [`differences`] hold them against each other.

mod facts;
mod first;
mod hasher;
mod recount;
mod resident;
mod words;

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;

use app::model::Kind;
use duckdb::{Connection, params};
use jiff::Timestamp;

use super::StoreError;
use super::known::Remembered;
use super::values::sql_time;
use crate::ingest::Tracked;
use facts::{Cell, Facts};
use first::Things;
use resident::{Hour, Moved, Staged, Titles, hour_of};
use words::Words;

pub use first::thing_part;
pub use hasher::NumberHasher;
pub(super) use recount::{differences, recount};
pub use resident::{DayOfTitles, ResidentLook, ResidentRow, ResidentRows, ResidentThing};
pub(super) use resident::{Resident, ResidentView};
pub use words::Word;

const STORED: &str = include_str!("sql/rollup_stored.sql");
const COMPACT: &str = include_str!("sql/rollup_compact.sql");
const COMPACT_FIRST: &str = include_str!("sql/rollup_first_compact.sql");

/// Changes with what is counted, so that older rollups are counted anew.
pub(super) const FORM: &str = "4";
/// The setting that grows with every change of the rollups.
pub(super) const CHANGE: &str = "rollup_change";
/// The key of a finding that has none.
const NONE: &str = "(none)";

/// What the rollups count, in the order of their numbers: an event of findings, split by a dimension. `collector`
/// is a service with the Region it speaks of. `plain` is `created` without category, severity and whether it is open, for
/// dimensions of many keys: most questions do not ask for these, and its rows do not grow with the findings.
const PARTS: [(&str, &str); 16] = [
    ("created", "all"),
    ("created", "account"),
    ("created", "region"),
    ("created", "type"),
    ("created", "workflow"),
    ("created", "source"),
    ("created", "collector"),
    ("created", "cluster"),
    ("created", "family"),
    ("created", "service"),
    ("gone", "all"),
    ("plain", "type"),
    ("plain", "cluster"),
    ("plain", "family"),
    ("plain", "service"),
    ("leaves", "all"),
];

/// Parts of the tables that a count is kept in: one for each kind of findings, of samples and of others.
pub const SLICES: i8 = 6;

/// What is counted, by number. Its parts in the rollups' tables are [`SLICES`] times that number and those after it.
pub fn rollup_part(event: &str, dimension: &str) -> Option<i8> {
    let index = PARTS.iter().position(|part| *part == (event, dimension))?;
    i8::try_from(index).ok()
}

/// Which of the parts of a count holds findings of a kind, samples or others. Every question asks for some of them, and
/// rows lie on disk in the order of their parts: the others are not even looked at.
pub const fn rollup_slice(kind: Kind, sample: bool) -> i8 {
    let first = match kind {
        Kind::Threat => 0,
        Kind::Posture => 2,
        Kind::Vulnerability => 4,
    };
    if sample { first + 1 } else { first }
}

/// The same of a kind as it is stored.
fn slice_of(kind: &str, sample: bool) -> Result<i8, StoreError> {
    let known = kind.parse().map_err(|_| StoreError::Unreadable(format!("a finding of the kind `{kind}`")))?;
    Ok(rollup_slice(known, sample))
}

/// What happened to a finding, by the moment at which rollups count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    Created,
    /// Closed findings, at the moment until which they were open.
    Gone,
    /// When AWS forgets them.
    Leaves,
}

impl Event {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Gone => "gone",
            Self::Leaves => "leaves",
        }
    }
}

/// Events of findings, by hours since 1970.
type Hours = HashSet<(Event, Hour), BuildHasherDefault<NumberHasher>>;

/// How finely time is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    Hour,
    Day,
}

impl Unit {
    const ALL: [Self; 2] = [Self::Hour, Self::Day];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    const fn table(self) -> &'static str {
        match self {
            Self::Hour => "rollup_hour",
            Self::Day => "rollup_day",
        }
    }

    /// Rows lie on disk as they are asked for: days of one part, and the hours of a day of several.
    const fn order(self) -> &'static str {
        match self {
            Self::Hour => "date_trunc('day', starts_at), part, starts_at",
            Self::Day => "part, starts_at",
        }
    }

    /// Where a row that counts an event of this moment begins. When findings were closed is kept exactly beside the hours:
    /// windows end where they like, and findings do not lie on disk in the order in which they close, so those of a part
    /// of an hour would have to be looked for among all.
    fn floor(self, event: &str, time: Timestamp) -> Timestamp {
        let seconds = match self {
            // As finely as the database keeps times.
            Self::Hour if event == "gone" => return Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time),
            Self::Hour => 3600,
            Self::Day => 86400,
        };
        Timestamp::from_second(time.as_second().div_euclid(seconds) * seconds).unwrap_or(time)
    }

    /// The same in SQL.
    fn floor_in_sql(self, event: &str, moment: &str) -> String {
        match self {
            Self::Hour if event == "gone" => moment.to_owned(),
            _ => format!("date_trunc('{}', {moment})", self.as_str()),
        }
    }

    /// Days are kept for every dimension, hours where windows end and other time zones begin their days.
    fn keeps(self, dimension: &str) -> bool {
        self == Self::Day || matches!(dimension, "all" | "type" | "cluster" | "family")
    }
}

/// What a change of findings moves in the rollups.
#[derive(Default)]
pub(super) struct Moves {
    words: Words,
    cells: HashMap<Cell, (i64, i64), BuildHasherDefault<NumberHasher>>,
    things: Things,
    hours: Hours,
    /// When the last of them was created.
    newest: Option<Timestamp>,
    titles: Titles,
}

impl Moves {
    /// The findings that a table names no longer count as they are stored. Their rows are known and still there.
    pub(super) fn leave_stored(&mut self, transaction: &Connection, staged: &str) -> Result<(), StoreError> {
        let mut statement = transaction.prepare(&STORED.replace("{staged}", staged))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let facts = Facts::read(row, &mut self.words)?;
            self.add(&facts, -1);
        }
        Ok(())
    }

    /// A finding counts as it is now.
    pub(super) fn reach(&mut self, tracked: &Tracked) {
        let facts = Facts::of(tracked, &mut self.words);
        self.add(&facts, 1);
        self.titles.reach(tracked);
    }

    /// A finding of which only the state is different counts as it is now instead of as it is stored.
    pub(super) fn repeat(&mut self, tracked: &Tracked, stored: &Remembered) {
        let now = Facts::of(tracked, &mut self.words);
        let before = now.with_state(stored, &mut self.words);
        // Things are told by what lasts.
        self.add_cells(&before, -1);
        self.add_cells(&now, 1);
    }

    fn add(&mut self, facts: &Facts, sign: i64) {
        self.add_cells(facts, sign);
        let nothing = self.words.number("");
        self.things.add(facts, self.words.number(NONE), nothing, sign);
    }

    fn add_cells(&mut self, facts: &Facts, sign: i64) {
        self.hours.extend(facts.events().map(|(event, at)| (event, hour_of(at))));
        self.newest = self.newest.max(Some(facts.created_at));
        let nothing = self.words.number("");
        for cell in facts.cells(nothing) {
            let (findings, occurrences) = self.cells.entry(cell).or_default();
            *findings += sign;
            *occurrences += sign * facts.occurrences;
        }
    }

    /// Writes them, once the findings have been merged, and stages them in memory.
    pub(super) fn append(mut self, transaction: &Connection, resident: &Resident) -> Result<(), StoreError> {
        if self.hours.is_empty() {
            return Ok(());
        }
        self.cells.retain(|_, counts| *counts != (0, 0));
        self.things.settle();
        let words = &self.words;
        for unit in Unit::ALL {
            let mut rows = transaction.appender(unit.table())?;
            for (Cell { part, key, starts_at, look, .. }, (findings, occurrences)) in
                self.cells.iter().filter(|(cell, _)| cell.unit == unit)
            {
                rows.append_row(params![
                    part,
                    words.text(*key),
                    sql_time(*starts_at),
                    words.text(look.kind),
                    look.sample,
                    look.category.map(|category| words.text(category)),
                    words.text(look.severity),
                    look.is_open,
                    findings,
                    occurrences
                ])?;
            }
            rows.flush()?;
        }
        let moved = self.cells.iter().map(|(cell, (findings, occurrences))| Moved {
            unit: cell.unit,
            part: cell.part,
            starts_at: cell.starts_at,
            key: cell.key,
            category: cell.look.category,
            severity: cell.look.severity,
            is_open: cell.look.is_open,
            findings: *findings,
            occurrences: *occurrences,
        });
        let things = self.things.append(transaction, words)?;
        let change = raise_change(transaction)?;
        let (hours, titles, newest) = (&self.hours, &self.titles, self.newest);
        let staged = Staged { change, words, things: &things, hours, newest, titles };
        resident.stage(&staged, moved);
        Ok(())
    }
}

/// The number of the last change of the rollups.
pub(super) fn stored_change(connection: &Connection) -> Result<u64, StoreError> {
    let stored = "SELECT coalesce((SELECT value FROM setting WHERE name = ?), '0')";
    let text: String = connection.query_row(stored, [CHANGE], |row| row.get(0))?;
    text.parse().map_err(|_| StoreError::Unreadable(format!("{CHANGE} `{text}`")))
}

/// The number of the change that a transaction makes.
fn raise_change(transaction: &Connection) -> Result<u64, StoreError> {
    let raised = stored_change(transaction)? + 1;
    let text = raised.to_string();
    if transaction.execute("UPDATE setting SET value = ? WHERE name = ?", [&text, CHANGE])? == 0 {
        transaction.execute("INSERT INTO setting VALUES (?, ?)", [CHANGE, &text])?;
    }
    Ok(raised)
}

/// Rows of all rollups; a number DuckDB knows without counting.
pub(super) fn rows(connection: &Connection) -> Result<i64, StoreError> {
    let count = "SELECT (SELECT count(*) FROM rollup_hour) + (SELECT count(*) FROM rollup_day)
        + (SELECT count(*) FROM rollup_first)";
    Ok(connection.query_row(count, [], |row| row.get(0))?)
}

/// Replaces rows by their sums.
pub(super) fn compact(transaction: &Connection) -> Result<(), StoreError> {
    for unit in Unit::ALL {
        transaction.execute_batch(&COMPACT.replace("{unit}", unit.as_str()).replace("{order}", unit.order()))?;
    }
    Ok(transaction.execute_batch(COMPACT_FIRST)?)
}

//! Findings counted ahead by hour and day, and closed ones by the moment besides: kept in the transaction that changes
//! them, proved against a recount.
//!
//! A change is written as what no longer counts and what counts now; readers add rows up. [`mod@recount`] says in SQL what
//! [`Facts::cells`] says in Rust; a property test and [`differences`] hold them against each other.

mod first;
mod hasher;
mod recount;
mod resident;
mod words;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;

use app::model::Kind;
use duckdb::{Connection, Row, params};
use jiff::Timestamp;

use super::known::Remembered;
use super::values::{members, read_list, read_optional_time, read_time, sql_time};
use super::{StoreError, leaving};
use crate::ingest::Tracked;
use first::Things;
use resident::{Hour, Moved, Staged, hour_of};
use words::Words;

pub use first::thing_part;
pub use hasher::NumberHasher;
pub(super) use recount::{differences, recount};
pub(super) use resident::{Resident, ResidentView};
pub use resident::{ResidentLook, ResidentRow, ResidentRows, ResidentThing};
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

/// What tells rows of one time and key apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Look {
    kind: Word,
    sample: bool,
    category: Option<Word>,
    severity: Word,
    is_open: bool,
}

/// What rollups count of a finding.
struct Facts {
    /// Of the parts.
    slice: i8,
    created_at: Timestamp,
    closed_at: Option<Timestamp>,
    leaves_at: Option<Timestamp>,
    look: Look,
    occurrences: i64,
    finding_type: Word,
    digests: Vec<Word>,
    /// Dimension and key, once for each key.
    places: Vec<(&'static str, Word)>,
}

/// A row of a rollup without its counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Cell {
    unit: Unit,
    part: i8,
    key: Word,
    starts_at: Timestamp,
    look: Look,
}

/// One-valued dimensions and those that are lists, by name.
struct Places<'a> {
    account: Option<&'a str>,
    region: Option<&'a str>,
    finding_type: &'a str,
    workflow: Option<&'a str>,
    in_guardduty: bool,
    in_securityhub: bool,
    clusters: Vec<Cow<'a, str>>,
    families: Vec<Cow<'a, str>>,
    services: Vec<Cow<'a, str>>,
}

impl Places<'_> {
    fn list(&self, words: &mut Words) -> Vec<(&'static str, Word)> {
        let (account, region) = (self.account.unwrap_or(NONE), self.region.unwrap_or(NONE));
        let mut places = vec![
            ("all", words.number("")),
            ("account", words.number(account)),
            ("region", words.number(region)),
            ("type", words.number(self.finding_type)),
            ("workflow", words.number(self.workflow.unwrap_or(NONE))),
        ];
        if self.in_guardduty {
            places.push(("source", words.number("guardduty")));
            places.push(("collector", words.number(&format!("guardduty/{region}"))));
        }
        // What neither service knows does not exist; the recount says the same.
        if self.in_securityhub || !self.in_guardduty {
            places.push(("source", words.number("securityhub")));
        }
        for (dimension, keys) in [("cluster", &self.clusters), ("family", &self.families), ("service", &self.services)]
        {
            if keys.is_empty() {
                places.push((dimension, words.number(NONE)));
            }
            places.extend(keys.iter().map(|key| (dimension, words.number(key))));
        }
        places
    }
}

impl Facts {
    fn of<'a>(tracked: &'a Tracked, words: &mut Words) -> Self {
        let finding = &tracked.finding;
        let keys = |named: &'a [app::model::Named]| members(named.iter().map(|named| named.key.as_str())).collect();
        let places = Places {
            account: finding.account.as_deref(),
            region: finding.region.as_deref(),
            finding_type: &finding.finding_type,
            workflow: finding.workflow.as_deref(),
            in_guardduty: finding.in_guardduty,
            in_securityhub: finding.in_securityhub,
            clusters: keys(&finding.clusters),
            families: keys(&finding.families),
            services: keys(&finding.services),
        };
        Self {
            slice: rollup_slice(finding.kind, finding.sample),
            created_at: finding.created_at,
            closed_at: finding.closed_at,
            leaves_at: leaving::leaves_at(tracked),
            look: Look {
                kind: words.number(finding.kind.as_str()),
                sample: finding.sample,
                category: finding.category.map(|category| words.number(category.as_str())),
                severity: words.number(finding.severity.as_str()),
                is_open: finding.closed_at.is_none(),
            },
            occurrences: finding.occurrences,
            finding_type: words.number(&finding.finding_type),
            digests: members(finding.image_digests.iter().map(String::as_str))
                .map(|digest| words.number(&digest))
                .collect(),
            places: places.list(words),
        }
    }

    /// The same finding in another state.
    fn with_state(&self, state: &Remembered, words: &mut Words) -> Self {
        let workflow = words.number(state.workflow.as_deref().unwrap_or(NONE));
        let place = |(dimension, key)| if dimension == "workflow" { (dimension, workflow) } else { (dimension, key) };
        Self {
            closed_at: state.closed_at,
            leaves_at: state.leaves_at,
            look: Look { severity: words.number(&state.severity), is_open: state.closed_at.is_none(), ..self.look },
            occurrences: state.occurrences,
            places: self.places.iter().copied().map(place).collect(),
            digests: Vec::new(),
            ..*self
        }
    }

    /// Reads a row of `rollup_stored.sql`.
    fn read(row: &Row<'_>, words: &mut Words) -> Result<Self, StoreError> {
        let text = |column: usize| row.get::<_, Option<String>>(column);
        let (account, region, workflow) = (text(7)?, text(8)?, text(10)?);
        let finding_type: String = row.get(9)?;
        let keys = |column| Ok::<_, StoreError>(read_list(row, column)?.into_iter().map(Cow::Owned).collect());
        let places = Places {
            account: account.as_deref(),
            region: region.as_deref(),
            finding_type: &finding_type,
            workflow: workflow.as_deref(),
            in_guardduty: row.get(11)?,
            in_securityhub: row.get(12)?,
            clusters: keys(13)?,
            families: keys(14)?,
            services: keys(15)?,
        };
        let closed_at = read_optional_time(row, 1)?;
        let (kind, sample): (String, bool) = (row.get(2)?, row.get(3)?);
        Ok(Self {
            slice: slice_of(&kind, sample)?,
            created_at: read_time(row, 0)?,
            closed_at,
            leaves_at: read_optional_time(row, 16)?,
            look: Look {
                kind: words.number(&kind),
                sample,
                category: text(4)?.map(|category| words.number(&category)),
                severity: words.number(&row.get::<_, String>(5)?),
                is_open: closed_at.is_none(),
            },
            occurrences: row.get(6)?,
            finding_type: words.number(&finding_type),
            digests: read_list(row, 17)?.iter().map(|digest| words.number(digest)).collect(),
            places: places.list(words),
        })
    }

    fn events(&self) -> impl Iterator<Item = (Event, Timestamp)> {
        let gone = self.closed_at.map(|closed| (Event::Gone, closed.max(self.created_at)));
        let leaves = self.leaves_at.map(|leaves| (Event::Leaves, leaves));
        [Some((Event::Created, self.created_at)), gone, leaves].into_iter().flatten()
    }

    /// `nothing` is the empty text.
    fn cells(&self, nothing: Word) -> impl Iterator<Item = Cell> {
        let by_dimension = self.events().flat_map(move |(event, at)| {
            let places = if event == Event::Created { &self.places[..] } else { &[] };
            let once = (event != Event::Created).then_some(("all", nothing));
            places.iter().copied().chain(once).map(move |(dimension, key)| (event.as_str(), at, dimension, key))
        });
        let detailed = by_dimension.flat_map(move |(event, at, dimension, key)| {
            let part = rollup_part(event, dimension).expect("every dimension of a finding is counted");
            let part = part * SLICES + self.slice;
            let units = Unit::ALL.into_iter().filter(move |unit| unit.keeps(dimension));
            units.map(move |unit| Cell { unit, part, key, starts_at: unit.floor(event, at), look: self.look })
        });
        let look = Look { category: None, severity: nothing, is_open: true, ..self.look };
        let plain = self.places.iter().filter_map(move |(dimension, key)| {
            let part = rollup_part("plain", dimension)? * SLICES + self.slice;
            Some(Cell { unit: Unit::Day, part, key: *key, starts_at: Unit::Day.floor("plain", self.created_at), look })
        });
        detailed.chain(plain)
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
        let staged = Staged { change, words, things: &things, hours: &self.hours, newest: self.newest };
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

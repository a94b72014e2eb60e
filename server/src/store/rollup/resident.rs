//! The rollups in memory, added up.
//!
//! A page asks for the last weeks over and over, and what a question about so few rows takes the database is mostly planning.
//! Here are the same sums as in the tables, told apart as coarsely as pages ask: a dimension's rows by category, those that
//! count every finding once by severity and state besides. What is older than pages look at is one row for all time.
//!
//! Rows are staged before the transaction that writes them commits, under the number of its change. Who sees that number
//! in the database sees its rows here; whoever sees another number, or asks for anything else, asks the tables.

mod runs;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Instant;

use duckdb::Connection;
use duckdb::types::ValueRef;
use jiff::Timestamp;

use super::hasher::NumberHasher;
use super::words::{Word, Words};
use super::{PARTS, SLICES, Unit, rollup_part, stored_change};
use crate::store::StoreError;
pub use runs::ResidentRow;
use runs::{EARLIER, Hour, Run, Since, added_up, hour_of};

const LOAD: &str = include_str!("../sql/rollup_resident.sql");

/// What rows of one time and key are told apart by. Those of a dimension have no severity and state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResidentLook {
    /// `None`: they have none.
    pub category: Option<Word>,
    /// The empty text where it is not told.
    pub severity: Word,
    pub is_open: bool,
}

/// A row as the tables get it, with numbers of texts.
pub(super) struct Moved {
    pub(super) unit: Unit,
    pub(super) part: i8,
    pub(super) starts_at: Timestamp,
    pub(super) key: Word,
    pub(super) category: Option<Word>,
    pub(super) severity: Word,
    pub(super) is_open: bool,
    pub(super) findings: i64,
    pub(super) occurrences: i64,
}

/// Counts by number, in the order of [`PARTS`]: whether they are kept. Plain ones are what others come to.
fn is_kept(count: i8) -> bool {
    part(count).is_some_and(|(event, _)| *event != "plain")
}

/// What counts every created finding once.
fn created_once() -> i8 {
    rollup_part("created", "all").expect("this is a part")
}

/// Whether rows of a count count every finding once.
fn is_of_all(count: i8) -> bool {
    part(count).is_some_and(|(_, dimension)| *dimension == "all")
}

fn part(count: i8) -> Option<&'static (&'static str, &'static str)> {
    usize::try_from(count).ok().and_then(|count| PARTS.get(count))
}

/// Those of the counts that are chosen, as a list of SQL.
fn counts(are_chosen: impl Fn(i8) -> bool) -> String {
    let chosen = (0..).take(PARTS.len()).filter(|count| are_chosen(*count)).map(|count| count.to_string());
    chosen.collect::<Vec<_>>().join(", ")
}

/// Numbers of texts and looks, which only grow.
#[derive(Clone, Default)]
struct Names {
    words: Words,
    looks: Vec<ResidentLook>,
    numbers: HashMap<ResidentLook, u16, BuildHasherDefault<NumberHasher>>,
}

impl Names {
    /// `None`: there are more looks than a row can say.
    fn look(&mut self, look: ResidentLook) -> Option<u16> {
        if let Some(number) = self.numbers.get(&look) {
            return Some(*number);
        }
        let number = u16::try_from(self.looks.len()).ok()?;
        self.looks.push(look);
        self.numbers.insert(look, number);
        Some(number)
    }

    /// A row as it is kept; `None`: it cannot say as much. `number` gives the number here of a text.
    fn row(
        &mut self,
        moved: &Moved,
        starts: Hour,
        mut number: impl FnMut(&mut Words, Word) -> Word,
    ) -> Option<ResidentRow> {
        let tells_all = is_of_all(moved.part / SLICES);
        let look = ResidentLook {
            category: moved.category.map(|category| number(&mut self.words, category)),
            severity: if tells_all { number(&mut self.words, moved.severity) } else { self.words.number("") },
            is_open: !tells_all || moved.is_open,
        };
        Some(ResidentRow {
            part: moved.part,
            look: self.look(look)?,
            starts,
            key: number(&mut self.words, moved.key),
            findings: moved.findings.try_into().ok()?,
            occurrences: moved.occurrences,
        })
    }
}

struct Kept {
    names: Names,
    since: Since,
    runs: Vec<Run>,
}

impl Kept {
    /// `None`: it does not fit.
    fn stage(&mut self, change: u64, words: &Words, rows: impl Iterator<Item = Moved>) -> Option<()> {
        // One of the same number was not committed. None that was merged can be such a one.
        if self.runs.iter().any(|run| run.first < run.last && (run.first..=run.last).contains(&change)) {
            return None;
        }
        self.runs.retain(|run| run.last < change);
        let (mut days, mut hours) = (Vec::new(), Vec::new());
        // There are a hundred rows of each text: it is looked up once.
        let mut known: Vec<Option<Word>> = vec![None; words.len()];
        let mut number =
            |here: &mut Words, word: Word| *known[word as usize].get_or_insert_with(|| here.number(words.text(word)));
        for moved in rows.filter(|moved| is_kept(moved.part / SLICES)) {
            let Some(starts) = self.since.place(moved.unit, hour_of(moved.starts_at)) else { continue };
            let row = self.names.row(&moved, starts, &mut number)?;
            match moved.unit {
                Unit::Day => days.push(row),
                Unit::Hour => hours.push(row),
            }
        }
        self.runs.push(Run { first: change, last: change, days: added_up(days)?, hours: added_up(hours)? });
        Some(())
    }

    /// The runs that hold what a change saw; `None`: they were merged with later ones, or do not reach it.
    fn runs_until(&self, change: u64) -> Option<usize> {
        let until = self.runs.partition_point(|run| run.last <= change);
        let later = self.runs.get(until);
        let reaches =
            later.map_or_else(|| self.runs.last().is_some_and(|run| run.last == change), |run| run.first > change);
        (until > 0 && reaches).then_some(until)
    }
}

/// What memory holds of the rollups; nothing until they were read, and while they are counted anew.
#[derive(Default)]
pub(in crate::store) struct Resident {
    kept: RwLock<Option<Kept>>,
}

impl Resident {
    /// Reads what the tables hold. The writer's alone, as all that changes it.
    pub(in crate::store) fn load(&self, connection: &Connection) -> Result<(), StoreError> {
        let begun = Instant::now();
        let loaded = read(connection, Names::default())?;
        let rows = loaded.as_ref().map_or(0, |kept| kept.runs.iter().map(Run::len).sum());
        tracing::debug!(
            rows,
            milliseconds = begun.elapsed().as_millis(),
            "the rollups of the last weeks are in memory"
        );
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = loaded;
        Ok(())
    }

    /// Every question asks the tables until they are [read](Self::load) again.
    pub(in crate::store) fn forget(&self) {
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Takes the rows of a change that is about to be committed, with their texts. If it is not, the next one has its number.
    pub(super) fn stage(&self, change: u64, words: &Words, rows: impl Iterator<Item = Moved>) {
        let mut guard = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        let Some(staged) = guard.as_mut().map(|kept| kept.stage(change, words, rows)) else { return };
        if staged.is_none() {
            tracing::warn!(change, "memory cannot hold the rollups any longer: every question asks the database");
            *guard = None;
        }
        drop(guard);
        while self.merge_some() {}
    }

    /// Merges two runs where the newer one has grown to half of the older one; false: there are none. Not the last run: it may
    /// not be committed, and readers see what was before it.
    fn merge_some(&self) -> bool {
        let guard = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let Some(Kept { runs, since, .. }) = guard.as_ref() else { return false };
        let [before @ .., older, newer, _] = &runs[..] else { return false };
        if newer.len() * 2 < older.len() {
            return false;
        }
        let (place, older, newer, mut since) = (before.len(), older.clone(), newer.clone(), *since);
        drop(guard);
        // Readers go on meanwhile, and nobody else changes anything.
        let mut merged = older.merged(&newer);
        if place == 0 {
            merged = merged.and_then(|merged| {
                since = since.or_later(Since::of_rows(&merged.days));
                merged.grown_old(since)
            });
        }
        let mut guard = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        match (guard.as_mut(), merged) {
            (Some(kept), Some(merged)) => {
                kept.runs.splice(place..place + 2, [merged]);
                kept.since = since;
            }
            _ => *guard = None,
        }
        guard.is_some()
    }

    /// Whether what a transaction sees here is not what it sees in the tables; false where it does not look here.
    pub(in crate::store) fn differs(&self, connection: &Connection) -> Result<bool, StoreError> {
        let change = stored_change(connection)?;
        let Some(seen) = self.rows(change) else { return Ok(false) };
        let Kept { names, since, runs } = seen.kept();
        // With the same numbers for the same texts, so that rows can be compared.
        let (names, since) = (names.clone(), *since);
        let runs = runs[..seen.runs].to_vec();
        drop(seen);
        let Some(stored) = read(connection, names)? else { return Ok(false) };
        let since = since.or_later(stored.since);
        let whole = |runs: Vec<Run>| {
            let joined = runs.into_iter().map(Some).reduce(|one, two| one?.merged(&two?));
            joined.flatten().and_then(|run| run.grown_old(since))
        };
        let (Some(here), Some(there)) = (whole(runs), whole(stored.runs)) else { return Ok(false) };
        Ok(here.days != there.days || here.hours != there.hours)
    }

    /// The rows that a transaction sees; `None`: it has to ask the tables.
    pub(in crate::store) fn rows(&self, change: u64) -> Option<ResidentRows<'_>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let runs = kept.as_ref()?.runs_until(change)?;
        Some(ResidentRows { kept, runs })
    }
}

/// Rows that one transaction sees. The writer waits while these are looked at.
pub struct ResidentRows<'a> {
    kept: RwLockReadGuard<'a, Option<Kept>>,
    runs: usize,
}

impl ResidentRows<'_> {
    fn kept(&self) -> &Kept {
        self.kept.as_ref().expect("there are rows of what is kept")
    }

    /// Whether all rows of a span are here. It begins and ends with whole units.
    pub fn reaches(&self, unit: Unit, (from, to): (Option<Timestamp>, Option<Timestamp>)) -> bool {
        let since = self.kept().since.of(unit);
        match from {
            Some(from) => hour_of(from) >= since,
            // Days know all that is older, but not where it ends.
            None => unit == Unit::Day && to.is_none_or(|to| hour_of(to) >= since),
        }
    }

    /// The rows of a part in a span that is [here](Self::reaches), in the order of time; of each change its own.
    pub fn of(
        &self,
        unit: Unit,
        part: i8,
        (from, to): (Option<Timestamp>, Option<Timestamp>),
    ) -> impl Iterator<Item = &[ResidentRow]> {
        let (from, to) = (from.map_or(EARLIER, hour_of), to.map_or(Hour::MAX, hour_of));
        self.kept().runs[..self.runs].iter().map(move |run| {
            let rows = run.rows(unit);
            let begin = rows.partition_point(|row| (row.part, row.starts) < (part, from));
            let end = begin + rows[begin..].partition_point(|row| (row.part, row.starts) < (part, to));
            &rows[begin..end]
        })
    }

    /// Every look, by number.
    pub fn looks(&self) -> &[ResidentLook] {
        &self.kept().names.looks
    }

    /// The number of a text; `None`: no row has it.
    pub fn word(&self, text: &str) -> Option<Word> {
        self.kept().names.words.known(text)
    }

    pub fn text(&self, word: Word) -> &str {
        self.kept().names.words.text(word)
    }
}

/// Reads the tables; `None`: they hold more than rows can say.
fn read(connection: &Connection, mut names: Names) -> Result<Option<Kept>, StoreError> {
    let change = stored_change(connection)?;
    let days = "SELECT (epoch(starts_at)::BIGINT // 3600)::INTEGER, sum(findings)::BIGINT FROM rollup_day
        WHERE part // ? = ? GROUP BY ALL";
    let mut statement = connection.prepare(days)?;
    let days = statement.query_map([SLICES, created_once()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let since = Since::of_days(days.collect::<Result<Vec<_>, _>>()?.into_iter());
    let (Some(days), Some(hours)) =
        (read_unit(connection, Unit::Day, since, &mut names)?, read_unit(connection, Unit::Hour, since, &mut names)?)
    else {
        return Ok(None);
    };
    Ok(Some(Kept { names, since, runs: vec![Run { first: 0, last: change, days, hours }] }))
}

fn read_unit(
    connection: &Connection,
    unit: Unit,
    since: Since,
    names: &mut Names,
) -> Result<Option<Arc<[ResidentRow]>>, StoreError> {
    let sql = LOAD
        .replace("{unit}", unit.as_str())
        .replace("{since}", &since.of(unit).to_string())
        .replace("{earlier}", &EARLIER.to_string())
        .replace("{slices}", &SLICES.to_string())
        .replace("{all}", &counts(is_of_all))
        .replace("{kept}", &counts(is_kept));
    let mut statement = connection.prepare(&sql)?;
    let mut found = statement.query([])?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let Some(starts) = since.place(unit, row.get(1)?) else { continue };
        let (key, category, severity) = (row.get_ref(2)?, row.get_ref(3)?, row.get_ref(4)?);
        let moved = Moved {
            unit,
            part: row.get(0)?,
            starts_at: Timestamp::UNIX_EPOCH,
            key: names.words.number(text(&key)?.unwrap_or_default()),
            category: text(&category)?.map(|category| names.words.number(category)),
            severity: names.words.number(text(&severity)?.unwrap_or_default()),
            is_open: row.get(5)?,
            findings: row.get(6)?,
            occurrences: row.get(7)?,
        };
        let Some(row) = names.row(&moved, starts, |_, word| word) else { return Ok(None) };
        rows.push(row);
    }
    Ok(added_up(rows))
}

/// A text that is not copied.
fn text<'a>(value: &'a ValueRef<'a>) -> Result<Option<&'a str>, StoreError> {
    match value {
        ValueRef::Null => Ok(None),
        value => Ok(Some(value.as_str().map_err(duckdb::Error::from)?)),
    }
}

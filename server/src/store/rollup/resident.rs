//! The rollups in memory, added up.
//!
//! A page asks for the last weeks over and over, and what a question about so few rows takes the database is mostly planning.
//! Here are the same sums as in the tables, told apart as coarsely as pages ask: a dimension's rows by category, those that
//! count every finding once and the hours of families by severity and state besides. What is older than pages look at is
//! one row for all time. Since when there are findings of each thing is here besides, and what readers kept of single hours.
//!
//! Rows are staged before the transaction that writes them commits, under the number of its change. Who sees that number
//! in the database sees its rows here; whoever sees another number, or asks for anything else, asks the tables.

mod hours;
mod load;
mod runs;
#[cfg(test)]
mod tests;
mod things;
mod titles;
mod view;

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::Instant;

use duckdb::Connection;
use jiff::Timestamp;

use super::hasher::NumberHasher;
use super::words::{Word, Words};
use super::{Hours, PARTS, SLICES, Unit, rollup_part, stored_change};
use crate::store::StoreError;
use hours::{KeptHours, Touched};
use load::read;
pub use runs::ResidentRow;
pub(super) use runs::{Hour, hour_of};
use runs::{Run, Since, added_up};
pub use things::ResidentThing;
use things::Things;
pub(super) use things::{Named, Told};
pub use titles::DayOfTitles;
pub(super) use titles::Titles;
pub use view::ResidentRows;
pub(in crate::store) use view::ResidentView;

/// What rows of one time and key are told apart by. Most of a dimension have no severity and state.
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

/// Whether rows of a count tell everything that rows of the tables do: where each counts every finding once, and hours of
/// families, which are asked for what is severe and open. Few findings of an hour share a family anyway.
fn tells_all(count: i8, unit: Unit) -> bool {
    part(count).is_some_and(|(_, dimension)| *dimension == "all" || (*dimension == "family" && unit == Unit::Hour))
}

fn part(count: i8) -> Option<&'static (&'static str, &'static str)> {
    usize::try_from(count).ok().and_then(|count| PARTS.get(count))
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
        let tells_all = tells_all(moved.part / SLICES, moved.unit);
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

/// What a change says besides its rows.
pub(super) struct Staged<'a> {
    pub(super) change: u64,
    /// The texts of its rows and things.
    pub(super) words: &'a Words,
    pub(super) things: &'a [(Named, Told)],
    /// Of all findings it touches, as they were and as they are.
    pub(super) hours: &'a Hours,
    /// When the last of them was created.
    pub(super) newest: Option<Timestamp>,
    /// Of all findings it touches, as they are.
    pub(super) titles: &'a Titles,
}

struct Kept {
    names: Names,
    since: Since,
    runs: Vec<Run>,
    things: Things,
    touched: Touched,
    /// No finding was created later, whatever was committed.
    newest: Option<Timestamp>,
}

impl Kept {
    /// `None`: it does not fit.
    fn stage(&mut self, staged: &Staged<'_>, rows: impl Iterator<Item = Moved>) -> Option<()> {
        let Staged { change, words, things, hours: touched, newest, .. } = *staged;
        self.newest = self.newest.max(newest);
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
        for (event, hour) in touched {
            self.touched.touch((*event, *hour), change);
        }
        let things = things.iter().map(|(named, told)| {
            let place = number(&mut self.names.words, named.place);
            let finding_type = number(&mut self.names.words, named.finding_type);
            (Named { place, finding_type, ..*named }, *told)
        });
        self.things.stage(change, things);
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
    /// Taken while `kept` is, never the other way round.
    hours: Mutex<KeptHours>,
    /// Nothing until they were read.
    titles: RwLock<Option<Titles>>,
    /// Grows whenever everything is read anew.
    opened: AtomicU64,
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
        self.become_known(loaded);
        if let Err(error) = self.load_titles(connection) {
            tracing::warn!(%error, "the titles of each day are not held in memory: lists by title read all of them");
        }
        Ok(())
    }

    /// Reads between which titles those of each day lie, which takes about as long.
    fn load_titles(&self, connection: &Connection) -> Result<(), StoreError> {
        let begun = Instant::now();
        let read = Titles::read(connection)?;
        *self.titles.write().unwrap_or_else(PoisonError::into_inner) = Some(read);
        tracing::debug!(milliseconds = begun.elapsed().as_millis(), "the titles of each day are in memory");
        Ok(())
    }

    /// Every question asks the tables until they are [read](Self::load) again.
    pub(in crate::store) fn forget(&self) {
        self.become_known(None);
    }

    fn become_known(&self, known: Option<Kept>) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        *self.hours.lock().unwrap_or_else(PoisonError::into_inner) = KeptHours::default();
        self.opened.fetch_add(1, Ordering::Relaxed);
        *self.titles.write().unwrap_or_else(PoisonError::into_inner) = None;
        *kept = known;
    }

    /// Which database it is that readers begin to read. One that was opened again may have lost its last changes.
    pub(in crate::store) fn opened(&self) -> u64 {
        self.opened.load(Ordering::Relaxed)
    }

    /// Takes rows and things of a change that is about to be committed, with their texts. If it is not, the next one has
    /// its number.
    pub(super) fn stage(&self, change: &Staged<'_>, rows: impl Iterator<Item = Moved>) {
        if let Some(titles) = self.titles.write().unwrap_or_else(PoisonError::into_inner).as_mut() {
            titles.join(change.titles);
        }
        let mut guard = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        let Some(staged) = guard.as_mut().map(|kept| kept.stage(change, rows)) else { return };
        if staged.is_none() {
            tracing::warn!(
                change = change.change,
                "memory cannot hold the rollups any longer: every question asks the database"
            );
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
        // Those of a database that was opened again meanwhile say nothing about this one.
        let opened = self.opened();
        let Kept { names, since, runs, things, .. } = seen.kept();
        // With the same numbers for the same texts, so that rows can be compared.
        let (names, since) = (names.clone(), *since);
        let runs = runs[..seen.runs].to_vec();
        let things = things.tell(change).then(|| things.at(change));
        drop(seen);
        let titles = Titles::read(connection)?;
        let known = self.titles.read().unwrap_or_else(PoisonError::into_inner);
        if opened == self.opened() && known.as_ref().is_some_and(|known| !known.hold(&titles)) {
            return Ok(true);
        }
        drop(known);
        let Some(stored) = read(connection, names)? else { return Ok(false) };
        if things.is_some_and(|things| things != stored.things.at(change)) {
            return Ok(true);
        }
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
        Some(ResidentRows { kept, change, runs })
    }
}

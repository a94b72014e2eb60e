//! What one transaction sees of the rollups in memory.

use std::sync::{Arc, PoisonError, RwLockReadGuard};

use app::model::Category;
use jiff::Timestamp;

use super::hours::Answer;
use super::runs::{EARLIER, Hour, ResidentRow, hour_of};
use super::{DayOfTitles, Kept, Resident, ResidentLook, ResidentThing, tells_all};
use crate::store::rollup::words::Word;
use crate::store::rollup::{Event, Unit};

/// What a transaction sees here.
#[derive(Clone, Copy)]
pub(in crate::store) struct ResidentView<'a> {
    pub(in crate::store) resident: &'a Resident,
    /// As it was when the transaction began.
    pub(in crate::store) opened: u64,
    pub(in crate::store) change: u64,
}

impl<'a> ResidentView<'a> {
    /// `None`: it has to ask the tables.
    pub(in crate::store) fn rows(&self) -> Option<ResidentRows<'a>> {
        self.resident.rows(self.change).filter(|_| self.is_of_this_database())
    }

    /// The days that touch a window and have findings of any of the slices and of chosen categories, with the limits of
    /// their titles; `None`: they are not known.
    pub(in crate::store) fn titles(
        &self,
        slices: &[i8],
        is_chosen: impl Fn(Option<Category>) -> bool,
        window: (Option<Timestamp>, Timestamp),
    ) -> Option<Vec<DayOfTitles>> {
        let titles = self.resident.titles.read().unwrap_or_else(PoisonError::into_inner);
        titles.as_ref().filter(|_| self.is_of_this_database()).map(|titles| titles.days(slices, is_chosen, window))
    }

    fn is_of_this_database(&self) -> bool {
        self.opened == self.resident.opened()
    }

    /// What somebody kept of the findings to which something happened in an hour, if it is what this transaction would read.
    pub(in crate::store) fn hour<T: Send + Sync + 'static>(&self, event: Event, starts: Timestamp) -> Option<Arc<T>> {
        let Self { resident, change, .. } = *self;
        let kept = resident.kept.read().unwrap_or_else(PoisonError::into_inner);
        let place = (event, hour_of(starts));
        let touched = kept.as_ref().filter(|_| self.is_of_this_database())?.touched.last(place);
        resident.hours.lock().unwrap_or_else(PoisonError::into_inner).get(place, touched, change)
    }

    /// Keeps what this transaction read, which takes as much room as so many findings that are kept whole.
    pub(in crate::store) fn keep_hour(&self, event: Event, starts: Timestamp, answer: Answer, room: usize) {
        let Self { resident, change, .. } = *self;
        let kept = resident.kept.read().unwrap_or_else(PoisonError::into_inner);
        let Some(kept) = kept.as_ref().filter(|_| self.is_of_this_database()) else { return };
        let place = (event, hour_of(starts));
        if kept.touched.last(place) <= change {
            resident.hours.lock().unwrap_or_else(PoisonError::into_inner).keep(place, change, answer, room);
        }
    }
}

/// Rows that one transaction sees. The writer waits while these are looked at.
pub struct ResidentRows<'a> {
    pub(super) kept: RwLockReadGuard<'a, Option<Kept>>,
    pub(super) change: u64,
    pub(super) runs: usize,
}

impl ResidentRows<'_> {
    pub(super) fn kept(&self) -> &Kept {
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

    /// Things of a part that began since a moment, of findings of any of the slices; `None`: the tables have to be asked.
    pub fn begun(&self, part: i8, slices: &[i8], from: Timestamp) -> Option<Vec<ResidentThing>> {
        let things = &self.kept().things;
        things.tell(self.change).then(|| things.begun(self.change, part, slices, from))
    }

    /// Whether it is known that no finding was created from a moment on.
    pub fn end_before(&self, moment: Timestamp) -> bool {
        self.kept().newest.is_none_or(|newest| newest < moment)
    }

    /// Whether rows of a count tell severity and state.
    pub fn tell_all(count: i8, unit: Unit) -> bool {
        tells_all(count, unit)
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

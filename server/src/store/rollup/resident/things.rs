//! Since when there are findings of each thing, as each of the last changes left it.
//!
//! An earliest moment is not a sum: a thing that lost the finding it began with is told whole. So things are not kept in
//! runs that are added up, but each with what it was before.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use jiff::Timestamp;

use crate::store::rollup::hasher::NumberHasher;
use crate::store::rollup::words::Word;

/// Transactions that began before so many changes ask the tables.
const CHANGES_TOLD: u64 = 8;

/// A place or an image digest, or a type in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::store::rollup) struct Named {
    pub(in crate::store::rollup) part: i8,
    /// Kind and sample, as a place among the parts of a count.
    pub(in crate::store::rollup) slice: i8,
    pub(in crate::store::rollup) place: Word,
    /// The empty text where the type does not matter.
    pub(in crate::store::rollup) finding_type: Word,
}

/// What a change makes of a thing.
#[derive(Debug, Clone, Copy)]
pub(in crate::store::rollup) enum Told {
    /// So many findings more or fewer, some of them since a moment.
    More { findings: i64, gained: Option<Timestamp> },
    /// All findings of it; `None`: there are none any more.
    Whole(Option<(i64, Timestamp)>),
}

/// A thing that began in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResidentThing {
    pub place: Word,
    pub finding_type: Word,
    pub findings: i64,
    pub first_at: Timestamp,
}

/// All findings of a thing, as far as a change knew.
#[derive(Debug, Clone, Copy)]
struct Known {
    change: u64,
    findings: i64,
    /// As finely as the database keeps times.
    first_at: Option<i64>,
}

impl Known {
    /// When it began; before everything where there is nothing.
    fn latest(&self) -> i64 {
        self.first_at.unwrap_or(i64::MIN)
    }
}

#[derive(Debug, Clone)]
struct Thing {
    named: Named,
    now: Known,
    /// What was before, in the order of time.
    earlier: Vec<Known>,
}

impl Thing {
    fn at(&self, change: u64) -> Option<Known> {
        if self.now.change <= change {
            return Some(self.now);
        }
        self.earlier.iter().rfind(|known| known.change <= change).copied()
    }

    /// As it was before a change that was not committed; false: it was not.
    fn undo(&mut self, change: u64) -> bool {
        while self.now.change >= change {
            let Some(known) = self.earlier.pop() else { return false };
            self.now = known;
        }
        true
    }

    /// `told_from` is the oldest change that is asked for.
    fn become_known(&mut self, now: Known, told_from: u64) {
        self.earlier.push(self.now);
        let needless = self.earlier.iter().filter(|known| known.change <= told_from).count().saturating_sub(1);
        self.earlier.drain(..needless);
        self.now = now;
    }
}

#[derive(Default, Clone)]
pub(super) struct Things {
    list: Vec<Thing>,
    /// By number, what none of its changes began after. Most things are older than what anybody asks for.
    latest: Vec<i64>,
    numbers: HashMap<Named, usize, BuildHasherDefault<NumberHasher>>,
    /// The oldest and the newest change that can be asked for.
    told: (u64, u64),
    /// Those of the newest change, which may not be committed.
    touched: Vec<usize>,
}

impl Things {
    /// What the tables hold since a change.
    pub(super) fn of(change: u64, stored: impl Iterator<Item = (Named, i64, Timestamp)>) -> Self {
        let mut things = Self { told: (change, change), ..Self::default() };
        for (named, findings, first_at) in stored {
            let now = Known { change, findings, first_at: Some(first_at.as_microsecond()) };
            things.insert(Thing { named, now, earlier: Vec::new() });
        }
        things
    }

    fn insert(&mut self, thing: Thing) -> usize {
        let number = self.list.len();
        self.numbers.insert(thing.named, number);
        self.latest.push(thing.now.latest());
        self.list.push(thing);
        number
    }

    /// Takes what a change tells that is about to be committed. If it is not, the next one has its number.
    pub(super) fn stage(&mut self, change: u64, told: impl Iterator<Item = (Named, Told)>) {
        self.undo(change);
        self.told = (self.told.0.max(change.saturating_sub(CHANGES_TOLD)), change);
        self.touched.clear();
        for (named, told) in told {
            let number = self.numbers.get(&named).copied();
            let before = number.map(|number| self.list[number].now);
            let now = match told {
                Told::Whole(whole) => Known {
                    change,
                    findings: whole.map_or(0, |(findings, _)| findings),
                    first_at: whole.map(|(_, first_at)| first_at.as_microsecond()),
                },
                Told::More { findings, gained } => {
                    let moments = [before.and_then(|before| before.first_at), gained.map(Timestamp::as_microsecond)];
                    let findings = before.map_or(0, |before| before.findings) + findings;
                    Known { change, findings, first_at: moments.into_iter().flatten().min() }
                }
            };
            let number = match number {
                Some(number) => {
                    self.latest[number] = self.latest[number].max(now.latest());
                    self.list[number].become_known(now, self.told.0);
                    number
                }
                None => self.insert(Thing { named, now, earlier: Vec::new() }),
            };
            self.touched.push(number);
        }
    }

    fn undo(&mut self, change: u64) {
        if self.told.1 < change {
            return;
        }
        // The newest ones are at the end.
        for number in std::mem::take(&mut self.touched).into_iter().rev() {
            if !self.list[number].undo(change) {
                let never = self.list.swap_remove(number);
                self.latest.swap_remove(number);
                self.numbers.remove(&never.named);
                debug_assert_eq!(number, self.list.len(), "things of the last change are the last ones");
            }
        }
    }

    /// Whether what a change saw is still known.
    pub(super) fn tell(&self, change: u64) -> bool {
        (self.told.0..=self.told.1).contains(&change)
    }

    /// Everything that a change saw, in the order of names.
    pub(super) fn at(&self, change: u64) -> Vec<(Named, i64, i64)> {
        let seen = self.list.iter().filter_map(|thing| {
            let known = thing.at(change)?;
            Some((thing.named, known.findings, known.first_at?))
        });
        let mut seen: Vec<_> = seen.collect();
        seen.sort_unstable();
        seen
    }

    /// Things of a part that began since a moment, of findings of any of the slices, as a change saw them.
    pub(super) fn begun(&self, change: u64, part: i8, slices: &[i8], from: Timestamp) -> Vec<ResidentThing> {
        let from = from.as_microsecond();
        let mut begun = Vec::new();
        let lately = self.list.iter().zip(&self.latest).filter(|(_, latest)| **latest >= from).map(|(thing, _)| thing);
        for thing in lately.filter(|thing| thing.named.part == part) {
            let Some((order, known)) = slices
                .iter()
                .position(|slice| *slice == thing.named.slice)
                .and_then(|order| Some((order, thing.at(change)?)))
            else {
                continue;
            };
            let Some(mut first_at) = known.first_at.filter(|first_at| *first_at >= from) else { continue };
            let mut findings = known.findings;
            // A thing is told once, by the first of its slices.
            let mut is_told = true;
            for (place, slice) in slices.iter().enumerate().filter(|(place, _)| *place != order) {
                let named = Named { slice: *slice, ..thing.named };
                let other = self.numbers.get(&named).and_then(|number| self.list[*number].at(change));
                let Some((other, other_first)) = other.and_then(|other| Some((other, other.first_at?))) else {
                    continue;
                };
                is_told &= place > order && other_first >= from;
                first_at = first_at.min(other_first);
                findings += other.findings;
            }
            if is_told && let Ok(first_at) = Timestamp::from_microsecond(first_at) {
                let Named { place, finding_type, .. } = thing.named;
                begun.push(ResidentThing { place, finding_type, findings, first_at });
            }
        }
        begun
    }
}

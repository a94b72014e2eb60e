//! What was read of the findings of whole hours. It stands until a change touches a finding of that hour, which of old
//! hours hardly any does.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use super::runs::Hour;
use crate::store::rollup::Event;
use crate::store::rollup::hasher::NumberHasher;

/// Findings of all hours that are kept together, some twenty megabytes.
const MOST_FINDINGS: usize = 50_000;
/// An hour without findings takes room as well.
const ROOM_OF_AN_HOUR: usize = 100;

/// An event of findings, and the hour in which it happened to them.
pub(super) type Place = (Event, Hour);

/// Which change was the last one to touch a finding of an hour.
#[derive(Default)]
pub(super) struct Touched {
    /// What was before is not known.
    since: u64,
    hours: HashMap<Place, u64, BuildHasherDefault<NumberHasher>>,
}

impl Touched {
    pub(super) fn since(change: u64) -> Self {
        Self { since: change, ..Self::default() }
    }

    pub(super) fn touch(&mut self, place: Place, change: u64) {
        self.hours.insert(place, change);
    }

    pub(super) fn last(&self, place: Place) -> u64 {
        self.hours.get(&place).copied().unwrap_or(self.since)
    }
}

pub(super) type Answer = Arc<dyn Any + Send + Sync>;

/// What was made of the findings of an hour, and its place.
type Name = (TypeId, Place);

struct KeptHour {
    answer: Answer,
    /// The change that its reader saw.
    seen: u64,
    room: usize,
    /// When somebody asked for it last.
    asked: u64,
}

#[derive(Default)]
pub(super) struct KeptHours {
    hours: HashMap<Name, KeptHour>,
    room: usize,
    asked: u64,
}

impl KeptHours {
    /// What was read, if it is what a transaction would read that sees a change. `touched` is the last change of the hour.
    pub(super) fn get<T: Send + Sync + 'static>(&mut self, place: Place, touched: u64, change: u64) -> Option<Arc<T>> {
        let kept = self.hours.get_mut(&(TypeId::of::<T>(), place))?;
        if touched > kept.seen.min(change) {
            return None;
        }
        self.asked += 1;
        kept.asked = self.asked;
        Arc::clone(&kept.answer).downcast().ok()
    }

    /// `room` is counted in findings that are kept whole.
    pub(super) fn keep(&mut self, place: Place, seen: u64, answer: Answer, room: usize) {
        let name = (Any::type_id(&*answer), place);
        // Who saw an older change takes nothing away from who saw a newer one.
        if self.hours.get(&name).is_some_and(|kept| kept.seen > seen) {
            return;
        }
        self.let_go(&name);
        self.asked += 1;
        let room = room + ROOM_OF_AN_HOUR;
        self.room += room;
        self.hours.insert(name, KeptHour { answer, seen, room, asked: self.asked });
        while self.room > MOST_FINDINGS {
            let Some(oldest) = self.hours.iter().min_by_key(|(_, kept)| kept.asked).map(|(name, _)| *name) else {
                return;
            };
            self.let_go(&oldest);
        }
    }

    fn let_go(&mut self, name: &Name) {
        if let Some(kept) = self.hours.remove(name) {
            self.room -= kept.room;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Place = (Event::Created, 7);

    #[test]
    fn an_hour_stands_until_it_is_touched() {
        let (mut touched, mut kept) = (Touched::since(3), KeptHours::default());
        kept.keep(HOUR, 4, Arc::new(1_usize), 1);
        let of = |kept: &mut KeptHours, touched: &Touched, change| {
            kept.get::<usize>(HOUR, touched.last(HOUR), change).map(|number| *number)
        };
        assert_eq!([2, 3, 4, 9].map(|change| of(&mut kept, &touched, change)), [None, Some(1), Some(1), Some(1)]);
        touched.touch((Event::Gone, 7), 5);
        touched.touch((Event::Created, 8), 5);
        assert_eq!(of(&mut kept, &touched, 5), Some(1));
        // What was read before the hour was touched is of no use to those who came before either: it is not known when
        // it was touched before.
        touched.touch(HOUR, 6);
        assert_eq!([5, 6, 7].map(|change| of(&mut kept, &touched, change)), [None; 3]);
        kept.keep(HOUR, 5, Arc::new(2_usize), 1);
        assert_eq!(of(&mut kept, &touched, 6), None);
        kept.keep(HOUR, 6, Arc::new(3_usize), 1);
        kept.keep(HOUR, 5, Arc::new(4_usize), 1);
        assert_eq!([5, 6, 7].map(|change| of(&mut kept, &touched, change)), [None, Some(3), Some(3)]);
    }

    #[test]
    fn what_is_made_of_an_hour_stands_beside_others() {
        let mut kept = KeptHours::default();
        kept.keep(HOUR, 1, Arc::new(1_usize), 1);
        kept.keep(HOUR, 2, Arc::new("one".to_owned()), 1);
        assert_eq!(kept.get::<usize>(HOUR, 1, 1).as_deref(), Some(&1));
        assert_eq!(kept.get::<String>(HOUR, 1, 2).as_deref().map(String::as_str), Some("one"));
        assert!(kept.get::<u8>(HOUR, 1, 2).is_none());
    }

    #[test]
    fn hours_that_nobody_asks_for_make_room() {
        let mut kept = KeptHours::default();
        for hour in 0..5 {
            kept.keep((Event::Created, hour), 1, Arc::new(0_usize), MOST_FINDINGS / 4 - ROOM_OF_AN_HOUR);
            assert!(kept.get::<usize>((Event::Created, 0), 1, 1).is_some(), "asked for after {hour}");
        }
        let is_kept: Vec<bool> = (0..5).map(|hour| kept.get::<usize>((Event::Created, hour), 1, 1).is_some()).collect();
        assert_eq!(is_kept, [true, false, true, true, true]);
        kept.keep((Event::Created, 9), 1, Arc::new(0_usize), MOST_FINDINGS);
        assert_eq!((kept.hours.len(), kept.room), (0, 0), "what is greater than all the room is not kept");
    }
}

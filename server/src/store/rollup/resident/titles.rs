//! Between which titles those of a day lie.
//!
//! Limits only widen: a finding that has another title, category or kind leaves those of its old one as they are. So they
//! hold for every transaction, whatever it sees, and say where a first title may be, not that it is there. What asks for
//! more than kind, sample and category reads the day.

use std::collections::HashMap;

use app::model::Category;
use duckdb::Connection;
use jiff::{SignedDuration, Timestamp};

use super::runs::{Hour, hour_of};
use crate::ingest::Tracked;
use crate::store::StoreError;
use crate::store::rollup::rollup_slice;

/// Hours of a day.
const DAY: Hour = 24;

/// Which findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    /// When their day begins, in hours since 1970.
    day: Hour,
    /// Kind and sample, as a place among the parts of a count.
    slice: i8,
    category: Option<Category>,
}

/// The first and the last of some titles, in the order of their bytes, which is the database's.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Limits {
    first: Box<str>,
    last: Box<str>,
}

impl Limits {
    fn widen(&mut self, first: &str, last: &str) {
        if *first < *self.first {
            self.first = first.into();
        }
        if *last > *self.last {
            self.last = last.into();
        }
    }
}

/// A day, and between which titles those of its findings lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayOfTitles {
    pub from: Timestamp,
    pub to: Timestamp,
    pub first: String,
    pub last: String,
}

#[derive(Debug, Default)]
pub(in crate::store::rollup) struct Titles(HashMap<Place, Limits>);

impl Titles {
    /// Reads every finding.
    pub(super) fn read(connection: &Connection) -> Result<Self, StoreError> {
        let mut statement = connection.prepare(include_str!("../../sql/titles_resident.sql"))?;
        let mut rows = statement.query([])?;
        let mut titles = Self::default();
        while let Some(row) = rows.next()? {
            let category: Option<String> = row.get(2)?;
            let category = category.map(|word| word.parse::<Category>()).transpose();
            let category = category.map_err(|error| StoreError::Unreadable(error.to_string()))?;
            let (first, last): (String, String) = (row.get(3)?, row.get(4)?);
            titles.add(Place { day: row.get(0)?, slice: row.get(1)?, category }, &first, &last);
        }
        Ok(titles)
    }

    /// A finding is told as it is now.
    pub(in crate::store::rollup) fn reach(&mut self, tracked: &Tracked) {
        let finding = &tracked.finding;
        let place = Place {
            day: hour_of(finding.created_at).div_euclid(DAY) * DAY,
            slice: rollup_slice(finding.kind, finding.sample),
            category: finding.category,
        };
        self.add(place, &finding.title, &finding.title);
    }

    /// Takes those of others in.
    pub(super) fn join(&mut self, others: &Self) {
        for (place, limits) in &others.0 {
            self.add(*place, &limits.first, &limits.last);
        }
    }

    /// Whether what others tell lies within the limits.
    pub(super) fn hold(&self, others: &Self) -> bool {
        others.0.iter().all(|(place, other)| {
            self.0.get(place).is_some_and(|limits| limits.first <= other.first && limits.last >= other.last)
        })
    }

    fn add(&mut self, place: Place, first: &str, last: &str) {
        match self.0.get_mut(&place) {
            Some(limits) => limits.widen(first, last),
            None => drop(self.0.insert(place, Limits { first: first.into(), last: last.into() })),
        }
    }

    /// The days that touch a window in which there are findings of any of the slices and of chosen categories.
    pub(super) fn days(
        &self,
        slices: &[i8],
        is_chosen: impl Fn(Option<Category>) -> bool,
        (from, to): (Option<Timestamp>, Timestamp),
    ) -> Vec<DayOfTitles> {
        let mut days: HashMap<Hour, Limits> = HashMap::new();
        let first = from.map_or(Hour::MIN, |from| hour_of(from).saturating_sub(DAY - 1));
        for (place, limits) in &self.0 {
            let touches = place.day >= first && place.day <= hour_of(to);
            if !touches || !slices.contains(&place.slice) || !is_chosen(place.category) {
                continue;
            }
            match days.get_mut(&place.day) {
                Some(known) => known.widen(&limits.first, &limits.last),
                None => drop(days.insert(place.day, limits.clone())),
            }
        }
        let begin = |hour: Hour| Timestamp::from_second(i64::from(hour) * 3600).ok();
        let told = days.into_iter().filter_map(|(day, limits)| {
            let from = begin(day)?;
            let to = from.checked_add(SignedDuration::from_hours(DAY.into())).ok()?;
            Some(DayOfTitles { from, to, first: limits.first.into(), last: limits.last.into() })
        });
        told.collect()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

    use super::*;

    fn told(category: Option<Category>, day: Hour, titles: [&str; 2]) -> Titles {
        let mut told = Titles::default();
        for title in titles {
            told.add(Place { day: day * DAY, slice: 0, category }, title, title);
        }
        told
    }

    #[test]
    fn limits_only_widen_and_days_join_what_is_chosen() {
        let [mining, other] = [Category::ALL[0], Category::ALL[1]].map(Some);
        let mut titles = told(mining, 3, ["c", "d"]);
        assert!(titles.hold(&told(mining, 3, ["d", "c"])) && titles.hold(&Titles::default()));
        for wider in [told(mining, 3, ["b", "d"]), told(mining, 3, ["c", "é"]), told(other, 3, ["c", "d"])] {
            assert!(!titles.hold(&wider));
        }
        titles.join(&told(mining, 3, ["cc", "e"]));
        titles.join(&told(other, 3, ["a", "b"]));
        titles.join(&told(other, 5, ["x", "y"]));
        let at = |hour: i64| Timestamp::from_second(hour * 3600).unwrap();
        let days = |is_chosen: &dyn Fn(Option<Category>) -> bool, from, to| {
            let mut days = titles.days(&[0], is_chosen, (Some(at(from)), at(to)));
            days.sort_by_key(|day| day.from);
            days.into_iter().map(|day| (day.from, day.first + &day.last)).collect::<Vec<_>>()
        };
        assert_eq!(days(&|_| true, 0, 200), [(at(72), "ae".to_owned()), (at(120), "xy".to_owned())]);
        assert_eq!(days(&|category| category == mining, 95, 119), [(at(72), "ce".to_owned())]);
        assert!(days(&|_| true, 96, 119).is_empty());
        assert!(titles.days(&[1], |_| true, (None, at(200))).is_empty());
    }
}

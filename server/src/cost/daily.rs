//! Single days out of sums of a rolling window.
//!
//! While a trial runs the sum only grows, so what it grew by is what the time between cost. Afterwards the sum of 30 days
//! gains today and loses the day 30 days before: what it grew by tells today only where that day is known. A day that cannot
//! be told is left out, not guessed.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::WINDOW_DAYS;
use super::estimate::Day;

/// A sum as AWS told it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sum {
    pub at: Timestamp,
    pub amount: Decimal,
    /// Whether the window was not full yet: the feature was younger than 30 days.
    pub growing: bool,
}

/// Snapshots closer than this or farther apart tell no single day.
const CLOSEST: SignedDuration = SignedDuration::from_hours(18);
const FARTHEST: SignedDuration = SignedDuration::from_hours(36);

/// What single days cost, oldest first. `sums` are in the order of their time.
pub fn days_of(sums: &[Sum]) -> BTreeMap<Date, Decimal> {
    let mut last_of_day: BTreeMap<Date, Sum> = BTreeMap::new();
    for sum in sums {
        last_of_day.insert(date(sum.at), *sum);
    }
    let sums: Vec<(Date, Sum)> = last_of_day.into_iter().collect();
    let mut days: BTreeMap<Date, Decimal> = BTreeMap::new();
    for pair in sums.windows(2) {
        let [(_, before), (day, after)] = pair else { continue };
        let between = after.at.duration_since(before.at);
        if !(CLOSEST..=FARTHEST).contains(&between) {
            continue;
        }
        let grown = after.amount - before.amount;
        let cost = if after.growing {
            Some(grown)
        } else {
            let leaving = day.checked_sub(jiff::Span::new().days(i64::from(WINDOW_DAYS))).ok();
            leaving.and_then(|leaving| days.get(&leaving)).map(|left| grown + left)
        };
        // A sum that fell was corrected by AWS: nothing is known of that day.
        if let Some(cost) = cost.filter(|cost| *cost >= Decimal::ZERO) {
            let hours = Decimal::from(between.as_secs()) / Decimal::from(24 * 3600);
            days.insert(*day, cost / hours);
        }
    }
    days
}

/// Days with their kind.
pub fn with_kind(days: &BTreeMap<Date, Decimal>) -> Vec<Day> {
    let is_weekend = |date: &Date| matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
    days.iter().map(|(date, value)| Day { value: *value, is_weekend: is_weekend(date) }).collect()
}

/// The day of a moment in UTC, as AWS counts.
pub fn date(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use super::*;

    fn at(day: i64) -> Timestamp {
        let start: Timestamp = "2026-10-01T06:00:00Z".parse().unwrap();
        start + SignedDuration::from_hours(24 * day)
    }

    fn sum(day: i64, amount: i64, growing: bool) -> Sum {
        Sum { at: at(day), amount: Decimal::from(amount), growing }
    }

    #[test]
    fn a_growing_sum_tells_its_days() {
        let days = days_of(&[sum(0, 2, true), sum(1, 5, true), sum(2, 9, true)]);
        assert_eq!(days.values().copied().collect::<Vec<_>>(), [Decimal::from(3), Decimal::from(4)]);
    }

    #[test]
    fn a_full_window_tells_a_day_only_where_the_one_that_leaves_is_known() {
        // Day 1 cost 3. On day 31 the window gains x and loses those 3: it grew by 1, so x is 4.
        // On day 32 it loses day 2, which nobody saw.
        let sums = [sum(0, 2, true), sum(1, 5, true), sum(30, 90, false), sum(31, 91, false), sum(32, 95, false)];
        let days = days_of(&sums);
        let told: Vec<(Date, Decimal)> = days.into_iter().collect();
        assert_eq!(told, [(date(at(1)), Decimal::from(3)), (date(at(31)), Decimal::from(4))]);
    }

    #[test]
    fn gaps_corrections_and_several_looks_a_day_are_not_guessed_about() {
        // Two days without a look; a sum that falls.
        assert!(days_of(&[sum(0, 1, true), sum(3, 9, true), sum(4, 8, true)]).is_empty());
        // The last look of a day counts, scaled to a whole day: 30 hours for 5 are 4 for 24.
        let late = Sum { at: at(0) + SignedDuration::from_hours(10), amount: Decimal::from(3), growing: true };
        let next = Sum { at: late.at + SignedDuration::from_hours(30), amount: Decimal::from(8), growing: true };
        let days = days_of(&[sum(0, 2, true), late, next]);
        assert_eq!(days.values().copied().collect::<Vec<_>>(), [Decimal::from(4)]);
    }
}

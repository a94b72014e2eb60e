//! Findings of single hours by the dimensions that are counted by days alone.
//!
//! Between the beginning of a window and the next whole day lies up to a day of findings. They are as old as the window is
//! long, so hardly any change touches them: they are read hour by hour, and everybody is told from memory until one of an
//! hour changes. Of a finding no more is kept than what it is asked by, as numbers.

use std::collections::HashMap;
use std::hash::Hash;

use app::model::{Counts, Dimension};
use duckdb::types::Value;
use foldhash::HashMap as QuickMap;
use jiff::Timestamp;

use super::super::QueryError;
use super::super::cover::Span;
use super::super::edges::{all_or_none, others_of};
use super::super::resident::chooses;
use super::super::rolled::{Event, Plan, within_any};
use super::single::{Known, OfAnHour, end_of, hours_of, is_within, known, place_of};
use crate::store::{Snapshot, read_list, read_time};

/// The hours of a day.
const MOST_HOURS: usize = 24;
/// How many findings take as much room as one that is kept whole.
const ROOM: usize = 8;

/// What findings are told apart by.
const DIMENSIONS: [Dimension; 5] =
    [Dimension::Account, Dimension::Region, Dimension::Workflow, Dimension::Source, Dimension::Service];

/// What findings are chosen by.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Look {
    /// Kind and sample, as a place among the parts of a count.
    slice: i8,
    category: Option<String>,
    severity: String,
    is_open: bool,
}

impl Look {
    fn is_asked_for(&self, plan: &Plan) -> bool {
        let wanted = &plan.wanted;
        plan.slices().contains(&self.slice)
            && (self.is_open || !wanted.is_open)
            && chooses(wanted.category.as_ref(), self.category.as_deref())
            && chooses(wanted.severity.as_ref(), Some(&self.severity))
    }
}

struct Placed {
    moment: Timestamp,
    look: usize,
    keys: usize,
    occurrences: i64,
}

/// The keys of a finding, of every dimension.
type Keys = [Vec<String>; DIMENSIONS.len()];

/// Findings of an hour.
#[derive(Default)]
pub(super) struct Hour {
    looks: Vec<Look>,
    /// Those that findings share.
    keys: Vec<Keys>,
    findings: Vec<Placed>,
}

impl Hour {
    /// What the asked findings of a span add, by what they share.
    fn sums(&self, plan: &Plan, span: Span) -> Vec<Counts> {
        let asked: Vec<bool> = self.looks.iter().map(|look| look.is_asked_for(plan)).collect();
        let mut sums = vec![Counts::default(); self.keys.len()];
        for finding in &self.findings {
            if asked[finding.look] && is_within(finding.moment, span) {
                sums[finding.keys] += Counts { findings: 1, occurrences: finding.occurrences };
            }
        }
        sums
    }
}

impl OfAnHour for Hour {
    fn read(snapshot: &Snapshot<'_>, _: Event, hours: &[Timestamp]) -> Result<Vec<Self>, QueryError> {
        let mut read: Vec<(Self, Numbers)> = hours.iter().map(|_| Default::default()).collect();
        let (sql, values) = statement(hours);
        snapshot.rows(&sql, values, |row| {
            let moment = read_time(row, 0)?;
            let look = Look { slice: row.get(1)?, category: row.get(2)?, severity: row.get(3)?, is_open: row.get(4)? };
            let mut keys = Keys::default();
            for (column, keys) in (6..).zip(&mut keys) {
                *keys = read_list(row, column)?;
            }
            let Some((hour, numbers)) = place_of(moment, hours).map(|hour| &mut read[hour]) else { return Ok(()) };
            let (look, keys) = (numbers.looks.of(look), numbers.keys.of(keys));
            hour.findings.push(Placed { moment, look, keys, occurrences: row.get(5)? });
            Ok::<_, QueryError>(())
        })?;
        let told =
            |(hour, numbers): (Self, Numbers)| Self { looks: numbers.looks.told(), keys: numbers.keys.told(), ..hour };
        Ok(read.into_iter().map(told).collect())
    }

    fn room(&self) -> usize {
        self.findings.len() / ROOM + self.keys.len()
    }
}

/// Numbers of what an hour's findings share.
struct Numbered<T>(HashMap<T, usize>);

impl<T: Eq + Hash> Numbered<T> {
    fn of(&mut self, value: T) -> usize {
        let next = self.0.len();
        *self.0.entry(value).or_insert(next)
    }

    /// In the order of their numbers.
    fn told(self) -> Vec<T> {
        let mut told: Vec<(T, usize)> = self.0.into_iter().collect();
        told.sort_unstable_by_key(|(_, number)| *number);
        told.into_iter().map(|(value, _)| value).collect()
    }
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

#[derive(Default)]
struct Numbers {
    looks: Numbered<Look>,
    keys: Numbered<Keys>,
}

/// The hours in which spans lie, each of them no longer than a day.
pub(in crate::query) struct PlacedHours(Known<Hour>);

/// What was created in the hours of some spans; `None`: the database has to be asked.
pub(in crate::query) fn placed(snapshot: &Snapshot<'_>, spans: &[Span]) -> Result<Option<PlacedHours>, QueryError> {
    let hours: Option<Vec<_>> = spans.iter().map(|span| hours_of(span, MOST_HOURS)).collect();
    let Some(hours) = hours else { return Ok(None) };
    Ok(known(snapshot, Event::Created, hours.into_iter().flatten())?.map(PlacedHours))
}

impl PlacedHours {
    /// What findings of a plan that were created in a span add, by dimension and key.
    pub(in crate::query) fn sums(&self, plan: &Plan, span: Span) -> QuickMap<(Dimension, &str), Counts> {
        let mut sums: QuickMap<(Dimension, &str), Counts> = QuickMap::default();
        let hours = hours_of(&span, MOST_HOURS).unwrap_or_default();
        for hour in hours.iter().filter_map(|hour| self.0.get(hour)) {
            for (keys, counts) in hour.keys.iter().zip(hour.sums(plan, span)).filter(|(_, counts)| counts.findings > 0)
            {
                for (dimension, keys) in DIMENSIONS.into_iter().zip(keys) {
                    for key in all_or_none(keys) {
                        *sums.entry((dimension, key)).or_default() += counts;
                    }
                }
            }
        }
        sums
    }
}

/// Prints the question for hours that rise.
fn statement(hours: &[Timestamp]) -> (String, Vec<Value>) {
    let spans: Vec<Span> = hours.iter().map(|hour| (Some(*hour), end_of(*hour))).collect();
    let mut values = Vec::new();
    let sql = include_str!("../sql/hour_places.sql")
        .replace("{keys}", &DIMENSIONS.map(others_of).join(", "))
        .replace("{span}", &within_any("f.created_at", &spans, &mut values));
    (sql, values)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

    use super::*;

    #[test]
    fn hours_are_asked_for_in_these_words() {
        let hour = |text: &str| text.parse::<Timestamp>().unwrap();
        let hours = ["2026-10-24T12:00:00Z", "2026-10-24T13:00:00Z", "2026-10-24T23:00:00Z"].map(hour);
        insta::assert_snapshot!("hour_places", statement(&hours).0);
    }
}

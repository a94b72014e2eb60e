//! Sums in the order in which they are asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use app::model::Counts;
use jiff::Timestamp;

use super::created_once;
use crate::store::rollup::words::Word;
use crate::store::rollup::{SLICES, Unit};

/// Whole units since 1970 are counted in hours.
pub(in crate::store::rollup) type Hour = i32;
/// Where everything stands that is older than what is told apart.
pub(super) const EARLIER: Hour = Hour::MIN;
/// Pages compare up to ninety days with those before. Hours are asked for at the ends of windows, and all along the usual
/// ones in other time zones.
const DAYS_KEPT: Hour = 190;
const DAYS_OF_HOURS_KEPT: Hour = 66;
/// One of so many findings, and a few besides, may be of the future.
const STRAY: i64 = 1000;
const FEW: i64 = 3;

/// A sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResidentRow {
    pub(super) part: i8,
    pub(super) look: u16,
    pub(super) starts: Hour,
    pub(super) key: Word,
    /// Few enough for half of the bytes: there are millions of rows.
    pub(super) findings: i32,
    pub(super) occurrences: i64,
}

impl ResidentRow {
    pub fn key(&self) -> Word {
        self.key
    }

    pub fn counts(&self) -> Counts {
        Counts { findings: self.findings.into(), occurrences: self.occurrences }
    }

    /// Where its day or hour begins; long ago where it stands for all that is older.
    pub fn starts_at(&self) -> Timestamp {
        Timestamp::from_second(i64::from(self.starts) * 3600).unwrap_or(Timestamp::MIN)
    }

    /// Whether its day or hour is another's too.
    pub fn is_of_one_moment(&self, other: &Self) -> bool {
        self.starts == other.starts
    }

    /// Whether it says more about the same key and moment.
    pub fn is_beside(&self, other: &Self) -> bool {
        (self.starts, self.key) == (other.starts, other.key)
    }

    /// Its place among [`ResidentRows::looks`](super::ResidentRows::looks).
    pub fn look(&self) -> usize {
        self.look.into()
    }

    fn place(&self) -> (i8, Hour, Word, u16) {
        (self.part, self.starts, self.key, self.look)
    }
}

/// Rows of one or several changes that follow each other, in the order of their places.
#[derive(Clone)]
pub(super) struct Run {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) days: Arc<[ResidentRow]>,
    pub(super) hours: Arc<[ResidentRow]>,
}

impl Run {
    pub(super) fn rows(&self, unit: Unit) -> &[ResidentRow] {
        match unit {
            Unit::Day => &self.days,
            Unit::Hour => &self.hours,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.days.len() + self.hours.len()
    }

    pub(super) fn merged(&self, newer: &Self) -> Option<Self> {
        let joined = |one: &[ResidentRow], two: &[ResidentRow]| added_up([one, two].concat());
        Some(Self {
            first: self.first,
            last: newer.last,
            days: joined(&self.days, &newer.days)?,
            hours: joined(&self.hours, &newer.hours)?,
        })
    }

    pub(super) fn grown_old(&self, since: Since) -> Option<Self> {
        let placed = |unit: Unit| {
            let place = |row: &ResidentRow| Some(ResidentRow { starts: since.place(unit, row.starts)?, ..*row });
            added_up(self.rows(unit).iter().filter_map(place).collect())
        };
        Some(Self { days: placed(Unit::Day)?, hours: placed(Unit::Hour)?, ..*self })
    }
}

/// In the order of their places, each once; `None`: a sum is greater than a row can say.
pub(super) fn added_up(mut rows: Vec<ResidentRow>) -> Option<Arc<[ResidentRow]>> {
    // Runs that are in order already are merged by it.
    rows.sort_by_key(ResidentRow::place);
    let mut fits = true;
    rows.dedup_by(|row, sum| {
        let is_same = row.place() == sum.place();
        if is_same {
            let findings = sum.findings.checked_add(row.findings);
            fits &= findings.is_some();
            sum.findings = findings.unwrap_or_default();
            sum.occurrences += row.occurrences;
        }
        is_same
    });
    rows.retain(|row| (row.findings, row.occurrences) != (0, 0));
    fits.then(|| rows.into())
}

pub(in crate::store::rollup) fn hour_of(time: Timestamp) -> Hour {
    let hour = time.as_second().div_euclid(3600);
    Hour::try_from(hour).unwrap_or(if hour < 0 { EARLIER } else { Hour::MAX })
}

/// From which hour on rows are told apart by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Since {
    days: Hour,
    hours: Hour,
}

impl Since {
    /// Nothing is old yet.
    pub(super) const BEGINNING: Self = Self { days: EARLIER + 1, hours: EARLIER + 1 };

    pub(super) fn before(newest: Hour) -> Self {
        let since = |days: Hour| newest.saturating_sub(days * 24).max(EARLIER + 1);
        Self { days: since(DAYS_KEPT), hours: since(DAYS_OF_HOURS_KEPT) }
    }

    /// By how many findings were created on which days.
    pub(super) fn of_days(days: impl Iterator<Item = (Hour, i64)>) -> Self {
        let mut by_day: BTreeMap<Hour, i64> = BTreeMap::new();
        for (day, findings) in days {
            *by_day.entry(day).or_default() += findings;
        }
        // A wrong clock may have told the future of some: it must not make all others old.
        let mut strays = by_day.values().sum::<i64>() / STRAY + FEW;
        let newest = by_day.iter().rev().find(|(_, findings)| {
            strays -= **findings;
            strays < 0
        });
        newest.map_or(Self::BEGINNING, |(day, _)| Self::before(*day))
    }

    /// The same of rows.
    pub(super) fn of_rows(days: &[ResidentRow]) -> Self {
        let created = days.iter().filter(|row| row.part / SLICES == created_once());
        Self::of_days(created.map(|row| (row.starts, row.findings.into())))
    }

    pub(super) fn of(self, unit: Unit) -> Hour {
        match unit {
            Unit::Day => self.days,
            Unit::Hour => self.hours,
        }
    }

    pub(super) fn or_later(self, other: Self) -> Self {
        Self { days: self.days.max(other.days), hours: self.hours.max(other.hours) }
    }

    /// Where a row stands; `None`: nowhere, because days know all that is older.
    pub(super) fn place(self, unit: Unit, starts: Hour) -> Option<Hour> {
        match unit {
            _ if starts >= self.of(unit) => Some(starts),
            Unit::Day => Some(EARLIER),
            Unit::Hour => None,
        }
    }
}

//! What a plan counts of the rollups that are in memory: the numbers of its statements, without a statement.
//!
//! Memory tells findings of the last weeks apart by one dimension and category; each once, by hours of families, and when
//! they close or leave, by severity and state besides. What asks for anything else goes to the database, as does what is older. Both ways give the
//! same numbers; a property test holds them against each other. Rows are locked while they are looked at: nothing here asks
//! the database meanwhile.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash};

use app::model::terms::NONE_KEY;
use app::model::{Counts, Dimension, Selection};
use jiff::Timestamp;

use super::cover::{Cover, Span, joined};
use super::numbered::number_of;
use super::over_time::Split;
use super::rolled::Plan;
use crate::store::{NumberHasher, ROLLUP_SLICES, ResidentRow, ResidentRows, ResidentWord, RollupUnit, Snapshot};

/// Rows in memory that hold what a plan asks for.
pub(super) struct Held<'a> {
    rows: ResidentRows<'a>,
    spans: [(RollupUnit, Vec<Span>); 2],
    /// Kinds and samples, as places among the parts of a count.
    slices: Vec<i8>,
    /// Whether rows of a look are asked for, by its number.
    looks: Vec<bool>,
    keys: Vec<Keys>,
}

/// What rows are told apart by: the number of a text, or what stands for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Told(ResidentWord);

/// Rows that are not told apart.
const ONCE: Told = Told(ResidentWord::MAX);
const NO_CATEGORY: Told = Told(ResidentWord::MAX - 1);

/// Sums by small numbers.
pub(super) type Sums<K, V> = HashMap<K, V, BuildHasherDefault<NumberHasher>>;

/// Numbers of the keys that are asked for, sorted.
struct Keys {
    include: Option<Vec<ResidentWord>>,
    exclude: Vec<ResidentWord>,
}

impl Keys {
    fn of(selection: &Selection, rows: &ResidentRows<'_>) -> Self {
        let numbers = |keys: &[String]| {
            let mut numbers: Vec<ResidentWord> = keys.iter().filter_map(|key| rows.word(key)).collect();
            numbers.sort_unstable();
            numbers
        };
        let include = (!selection.include.is_empty()).then(|| numbers(&selection.include));
        Self { include, exclude: numbers(&selection.exclude) }
    }

    fn hold(&self, key: ResidentWord) -> bool {
        self.include.as_ref().is_none_or(|keys| keys.binary_search(&key).is_ok())
            && self.exclude.binary_search(&key).is_err()
    }
}

/// Whether a selection chooses a value; `None`: there is none.
pub(super) fn chooses(selection: Option<&Selection>, value: Option<&str>) -> bool {
    let Some(Selection { include, exclude }) = selection else { return true };
    let is_one_of = |values: &[String]| values.iter().any(|one| one == value.unwrap_or(NONE_KEY));
    (include.is_empty() || is_one_of(include)) && !is_one_of(exclude)
}

/// Whether rows of a count tell severity and state wherever they are asked for.
pub(super) fn tell_all(count: i8, [days, hours]: [&[Span]; 2]) -> bool {
    let units = [(RollupUnit::Day, days), (RollupUnit::Hour, hours)];
    units.into_iter().all(|(unit, spans)| spans.is_empty() || ResidentRows::tell_all(count, unit))
}

impl<'a> Held<'a> {
    /// What a plan asks for of a window, where rows are told apart by all of `by`; `None`: the database has to be asked.
    pub(super) fn of(snapshot: &'a Snapshot<'_>, plan: &Plan, cover: &Cover, by: &[Dimension]) -> Option<Self> {
        let wanted = &plan.wanted;
        let days: Vec<Span> = cover.days.into_iter().collect();
        let asks_all = wanted.is_open || wanted.severity.is_some() || by.contains(&Dimension::Severity);
        if asks_all && !tell_all(plan.created(), [&days, &cover.hours]) {
            return None;
        }
        Self::within(snapshot, plan, [days, cover.hours.clone()])
    }

    /// The same of the whole days and the whole hours of several windows. Whoever asks for severities or states knows that
    /// rows [tell](tell_all) them.
    pub(super) fn within(snapshot: &'a Snapshot<'_>, plan: &Plan, [days, hours]: [Vec<Span>; 2]) -> Option<Self> {
        let rows = snapshot.resident()?;
        let spans = [(RollupUnit::Day, joined(&days)), (RollupUnit::Hour, joined(&hours))];
        if !spans.iter().all(|(unit, spans)| spans.iter().all(|span| rows.reaches(*unit, *span))) {
            return None;
        }
        let wanted = &plan.wanted;
        let looks = rows.looks().iter().map(|look| {
            (look.is_open || !wanted.is_open)
                && chooses(wanted.category.as_ref(), look.category.map(|category| rows.text(category)))
                && chooses(wanted.severity.as_ref(), Some(rows.text(look.severity)))
        });
        let looks = looks.collect();
        let keys = wanted.keys.iter().map(|selection| Keys::of(selection, &rows)).collect();
        Some(Self { spans, slices: plan.slices().to_vec(), looks, keys, rows })
    }

    /// Every row of a count that is asked for, in the order of time within each of its parts.
    pub(super) fn each(&self, count: i8, mut row: impl FnMut(&ResidentRow)) {
        for (unit, span) in self.spans.iter().flat_map(|(unit, spans)| spans.iter().map(|span| (*unit, *span))) {
            for slice in &self.slices {
                // Loops, not iterators of iterators: a page looks at a hundred thousand rows.
                for rows in self.rows.of(unit, count * ROLLUP_SLICES + slice, span) {
                    for one in rows {
                        if self.looks[one.look()] && self.keys.iter().all(|keys| keys.hold(one.key())) {
                            row(one);
                        }
                    }
                }
            }
        }
    }

    /// What stands at each key of each moment, whatever else tells its rows apart, with the first of them; as
    /// [`Self::each`] has them.
    fn each_key(&self, count: i8, mut key: impl FnMut(&ResidentRow, Counts)) {
        for (unit, span) in self.spans.iter().flat_map(|(unit, spans)| spans.iter().map(|span| (*unit, *span))) {
            for slice in &self.slices {
                for rows in self.rows.of(unit, count * ROLLUP_SLICES + slice, span) {
                    for alike in rows.chunk_by(ResidentRow::is_beside) {
                        let mut sum = Counts::default();
                        let mut is_any = false;
                        for row in alike.iter().filter(|row| self.looks[row.look()]) {
                            sum += row.counts();
                            is_any = true;
                        }
                        if is_any && self.keys.iter().all(|keys| keys.hold(alike[0].key())) {
                            key(&alike[0], sum);
                        }
                    }
                }
            }
        }
    }

    /// Sums of rows by their keys and what is made of each; `None`: it is left out.
    pub(super) fn sums_by_key<N: Copy + Eq + Hash>(
        &self,
        count: i8,
        mut number: impl FnMut(&ResidentRow) -> Option<N>,
    ) -> Sums<(N, Told), Counts> {
        let mut sums = Sums::<(N, Told), Counts>::default();
        self.each_key(count, |row, counts| {
            if let Some(number) = number(row) {
                *sums.entry((number, Told(row.key()))).or_default() += counts;
            }
        });
        sums
    }

    /// Sums of rows by what is made of each; `None`: it is left out.
    pub(super) fn sums<K: Copy + Eq + Hash>(
        &self,
        count: i8,
        mut told: impl FnMut(&ResidentRow) -> Option<K>,
    ) -> Sums<K, Counts> {
        let mut sums = Sums::<K, Counts>::default();
        // Rows that go together mostly follow each other.
        let mut last: Option<(K, Counts)> = None;
        self.each(count, |row| {
            let Some(key) = told(row) else { return };
            match &mut last {
                Some((same, sum)) if *same == key => *sum += row.counts(),
                other => {
                    if let Some((key, sum)) = other.replace((key, row.counts())) {
                        *sums.entry(key).or_default() += sum;
                    }
                }
            }
        });
        if let Some((key, sum)) = last {
            *sums.entry(key).or_default() += sum;
        }
        sums
    }

    /// What a row is told apart by; `None`: by nothing.
    pub(super) fn told(&self, by: Option<Dimension>, row: &ResidentRow) -> Told {
        let look = || self.rows.looks()[row.look()];
        match by {
            None => ONCE,
            Some(Dimension::Category) => look().category.map_or(NO_CATEGORY, Told),
            Some(Dimension::Severity) => Told(look().severity),
            Some(_) => Told(row.key()),
        }
    }

    /// As rows of a report have it.
    pub(super) fn text(&self, told: Told) -> &str {
        match told {
            ONCE => "",
            NO_CATEGORY => NONE_KEY,
            Told(word) => self.rows.text(word),
        }
    }

    pub(super) fn total(&self, count: i8) -> Counts {
        self.sums(count, |_| Some(ONCE)).into_values().next().unwrap_or_default()
    }

    /// By what rows are told apart by; none that come to nothing.
    pub(super) fn by(&self, count: i8, by: Option<Dimension>) -> HashMap<String, Counts> {
        let sums = self.sums(count, |row| Some(self.told(by, row))).into_iter();
        let found = sums.filter(|(_, counts)| counts.findings != 0);
        found.map(|(told, counts)| (self.text(told).to_owned(), counts)).collect()
    }

    /// Findings by two dimensions; none that come to nothing.
    pub(super) fn cells(&self, count: i8, rows: Dimension, columns: Dimension) -> HashMap<(String, String), i64> {
        let sums = self.sums(count, |row| Some((self.told(Some(rows), row), self.told(Some(columns), row))));
        let found = sums.into_iter().filter(|(_, counts)| counts.findings != 0);
        let text = |told| self.text(told).to_owned();
        found.map(|((row, column), counts)| ((text(row), text(column)), counts.findings)).collect()
    }

    /// Findings by bucket, where buckets end at `ends`; none that come to nothing.
    pub(super) fn over_time(&self, count: i8, by: Option<Dimension>, ends: &[Timestamp]) -> Split {
        let mut number = of_time(|moment| number_of(moment, ends));
        let sums = match by {
            Some(by) if !matches!(by, Dimension::Category | Dimension::Severity) => self.sums_by_key(count, number),
            by => self.sums(count, |row| Some((number(row)?, self.told(by, row)))),
        };
        let mut split = Split::new();
        for ((number, told), counts) in sums.into_iter().filter(|(_, counts)| counts.findings != 0) {
            split.entry(Some(self.text(told).to_owned())).or_default().insert(number, counts.findings);
        }
        split
    }
}

/// What is said of the moment of a row, found once for rows of one moment that follow each other.
pub(super) fn of_time<T: Copy>(find: impl Fn(Timestamp) -> T) -> impl FnMut(&ResidentRow) -> T {
    let mut last: Option<(ResidentRow, T)> = None;
    move |row| match last {
        Some((other, found)) if other.is_of_one_moment(row) => found,
        _ => {
            let found = find(row.starts_at());
            last = Some((*row, found));
            found
        }
    }
}

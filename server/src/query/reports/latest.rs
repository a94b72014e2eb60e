//! The newest severe findings.

use app::model::{Finding, Sort};
use jiff::{SignedDuration, Timestamp};

use super::FindingList;
use super::findings::latest;
use crate::query::QueryError;
use crate::query::cover::Cover;
use crate::query::resident::Held;
use crate::query::rolled::Plan;
use crate::query::spec::Spec;
use crate::query::tally::{HOURS, severe};
use crate::store::Snapshot;

/// Where a list may be full already: places on disk that are older stay unread then.
const DAYS: [i64; 2] = [1, 7];

/// The newest findings of the severities the filter chose, else of high and critical ones.
pub(super) fn latest_severe(snapshot: &Snapshot<'_>, spec: &Spec, rows: usize) -> Result<Vec<Finding>, QueryError> {
    let mut high = spec.clone();
    high.filter = severe(&spec.filter);
    high.filter.limit = u32::try_from(rows).ok();
    high.filter.sort = Some(Sort::Created);
    let list = FindingList::of(&high.filter)?;
    let days = DAYS.map(|days| before(spec.to, days));
    for from in [full_since(snapshot, &high, rows)].into_iter().chain(days).flatten() {
        if high.from.is_some_and(|begin| from <= begin) {
            continue;
        }
        let found = latest(snapshot, &Spec { from: Some(from), ..high.clone() }, &list)?;
        if found.len() == rows {
            return Ok(found);
        }
    }
    latest(snapshot, &high, &list)
}

fn before(to: Timestamp, days: i64) -> Option<Timestamp> {
    to.checked_sub(SignedDuration::from_hours(24 * days)).ok()
}

/// The beginning of the hour since which memory counts so many findings in whole hours of the window; `None`: it does not
/// know, or there are fewer in a week.
fn full_since(snapshot: &Snapshot<'_>, spec: &Spec, rows: usize) -> Option<Timestamp> {
    let plan = Plan::of(&spec.filter, None)?;
    let from = before(spec.to, DAYS[1])?;
    let hours = Cover::of((Some(from), spec.until()), HOURS).hours;
    let held = Held::of(snapshot, &plan, &Cover { hours, ..Cover::default() }, &[])?;
    let sums = held.sums(plan.created(), |row| Some(row.starts_at()));
    let mut hours: Vec<_> = sums.into_iter().map(|(hour, counts)| (hour, counts.findings)).collect();
    hours.sort_unstable();
    let mut missing = i64::try_from(rows).ok()?;
    let full = hours.into_iter().rev().find(|(_, findings)| {
        missing -= findings;
        missing <= 0
    });
    full.map(|(hour, _)| hour)
}

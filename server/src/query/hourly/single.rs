//! Single hours: in which of them a span lies, and what is kept of each while none of its findings changes.

use std::any::type_name;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::query::QueryError;
use crate::query::cover::Span;
use crate::query::rolled::Event;
use crate::store::{ROLLUP_SLICES, RollupUnit, Snapshot, rollup_part};

/// Hours with more findings are not read whole: of these most are not asked for.
const MOST: i64 = if cfg!(test) { 40 } else { 10_000 };

/// What is known of some hours.
pub(super) type Known<T> = BTreeMap<Timestamp, Arc<T>>;

/// What is made of the findings of an hour.
pub(super) trait OfAnHour: Send + Sync + Sized + 'static {
    /// Reads hours, which rise, in their order.
    fn read(snapshot: &Snapshot<'_>, event: Event, hours: &[Timestamp]) -> Result<Vec<Self>, QueryError>;

    /// How many findings that are kept whole would take as much room.
    fn room(&self) -> usize;
}

/// What is known of the findings to which `event` happened in any of the hours, read where it is not; `None`: memory does
/// not count one of them, or it has very many findings.
pub(super) fn known<T: OfAnHour>(
    snapshot: &Snapshot<'_>,
    event: Event,
    hours: impl IntoIterator<Item = Timestamp>,
) -> Result<Option<Known<T>>, QueryError> {
    let (mut known, mut unknown) = (Known::new(), Vec::new());
    let mut hours: Vec<Timestamp> = hours.into_iter().collect();
    hours.sort_unstable();
    hours.dedup();
    for hour in hours {
        if !is_small(snapshot, event, hour) {
            return Ok(None);
        }
        match kept(snapshot, event, hour) {
            Some(kept) => drop(known.insert(hour, kept)),
            None => unknown.push(hour),
        }
    }
    if !unknown.is_empty() {
        for (hour, read) in unknown.iter().zip(T::read(snapshot, event, &unknown)?) {
            let (room, read) = (read.room(), Arc::new(read));
            snapshot.keep_hour((event, *hour), &read, room);
            snapshot.remember(name::<T>(event, *hour), Arc::clone(&read));
            known.insert(*hour, read);
        }
    }
    Ok(Some(known))
}

/// For this moment, and for others that see the same.
fn kept<T: OfAnHour>(snapshot: &Snapshot<'_>, event: Event, hour: Timestamp) -> Option<Arc<T>> {
    let name = name::<T>(event, hour);
    if let Some(known) = snapshot.remembered::<Arc<T>>(&name) {
        return Some(Arc::clone(&known));
    }
    let kept = snapshot.kept_hour::<T>(event, hour)?;
    Some(Arc::clone(&snapshot.remember(name, kept)))
}

fn name<T>(event: Event, hour: Timestamp) -> String {
    format!("hour {} {event:?} {hour}", type_name::<T>())
}

/// The hours in which a span lies; `None`: they are more than `most`.
pub(super) fn hours_of(span: &Span, most: usize) -> Option<Vec<Timestamp>> {
    let (Some(from), Some(to)) = *span else { return None };
    let mut hours = Vec::new();
    let mut hour = Timestamp::from_second(from.as_second().div_euclid(3600) * 3600).ok()?;
    while hour < to {
        if hours.len() == most {
            return None;
        }
        hours.push(hour);
        hour = end_of(hour)?;
    }
    Some(hours)
}

pub(super) fn end_of(hour: Timestamp) -> Option<Timestamp> {
    hour.checked_add(SignedDuration::from_hours(1)).ok()
}

/// Which of some hours, which rise, a moment of one of them lies in.
pub(super) fn place_of(moment: Timestamp, hours: &[Timestamp]) -> Option<usize> {
    hours.partition_point(|hour| *hour <= moment).checked_sub(1)
}

pub(super) fn is_within(moment: Timestamp, (from, to): Span) -> bool {
    from.is_none_or(|from| from <= moment) && to.is_none_or(|to| moment < to)
}

/// Whether memory knows how many findings an hour has, and these are not too many to keep.
fn is_small(snapshot: &Snapshot<'_>, event: Event, hour: Timestamp) -> bool {
    let Some(rows) = snapshot.resident() else { return false };
    let (span, count) = ((Some(hour), end_of(hour)), count_of(event));
    rows.reaches(RollupUnit::Hour, span) && {
        let slices =
            (0..ROLLUP_SLICES).flat_map(|slice| rows.of(RollupUnit::Hour, count * ROLLUP_SLICES + slice, span));
        slices.flatten().map(|row| row.counts().findings).sum::<i64>() <= MOST
    }
}

/// What counts each finding to which `event` happened once.
pub(super) fn count_of(event: Event) -> i8 {
    rollup_part(event.as_str(), "all").expect("every event is counted")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

    use super::*;

    #[test]
    fn a_span_lies_in_few_hours() {
        let at = |second: i64| Some(Timestamp::from_second(second).unwrap());
        let hours = |from, to| hours_of(&(from, to), 2).map(|hours| hours.len());
        assert_eq!(hours(at(0), at(3600)), Some(1));
        assert_eq!(hours(at(3599), at(3601)), Some(2));
        assert_eq!(hours(at(-1), at(0)), Some(1));
        assert_eq!([hours(at(0), at(7201)), hours(None, at(1)), hours(at(1), None)], [None; 3]);
    }
}

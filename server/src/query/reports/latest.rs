//! The newest severe findings.

use std::cmp::Reverse;

use app::model::{Finding, Sort};
use jiff::{SignedDuration, Timestamp};

use super::FindingList;
use super::findings::{created_since, latest};
use crate::query::QueryError;
use crate::query::cover::{Cover, Span};
use crate::query::hourly::{Hourly, hourly};
use crate::query::resident::Held;
use crate::query::rolled::{Event, Plan};
use crate::query::spec::Spec;
use crate::query::tally::{HOURS, severe};
use crate::store::Snapshot;

/// Where a list may be full already: places on disk that are older stay unread then.
const DAYS: [i64; 2] = [1, 7];

/// Findings of so many hours are looked through.
const MOST_HOURS: usize = 12;
/// So many whole rows are read to show a few of them.
const MOST_AT_ONCE: usize = 64;

/// The newest findings of the severities the filter chose, else of high and critical ones.
pub(super) fn latest_severe(snapshot: &Snapshot<'_>, spec: &Spec, rows: usize) -> Result<Vec<Finding>, QueryError> {
    let mut high = spec.clone();
    high.filter = severe(&spec.filter);
    high.filter.limit = u32::try_from(rows).ok();
    high.filter.sort = Some(Sort::Created);
    let list = FindingList::of(&high.filter)?;
    let lately = lately(snapshot, &high, rows);
    if let Some(moment) =
        lately.as_ref().map(|hours| moment_of_last(snapshot, &high, (hours, rows))).transpose()?.flatten()
    {
        let mut found = created_since(snapshot, &high, moment)?;
        if found.len() >= rows {
            found.truncate(rows);
            return Ok(found);
        }
    }
    let hour = lately.and_then(|hours| hours.first().and_then(|(from, _)| *from));
    let days = DAYS.map(|days| before(spec.to, days));
    for from in [hour].into_iter().chain(days).flatten() {
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

/// The hours in which the newest findings were created, so many that memory counts enough in whole ones; `None`: it does not
/// know, or there are fewer in a week.
fn lately(snapshot: &Snapshot<'_>, spec: &Spec, rows: usize) -> Option<Vec<Span>> {
    let plan = Plan::of(&spec.filter, None)?;
    let from = before(spec.to, DAYS[1])?;
    let Cover { hours, edges, .. } = Cover::of((Some(from), spec.until()), HOURS);
    let held = Held::of(snapshot, &plan, &Cover { hours, ..Cover::default() }, &[])?;
    let sums = held.sums(plan.created(), |row| Some(row.starts_at()));
    let mut hours: Vec<_> = sums.into_iter().map(|(hour, counts)| (hour, counts.findings)).collect();
    hours.retain(|(_, findings)| *findings != 0);
    hours.sort_unstable_by_key(|(hour, _)| Reverse(*hour));
    let mut missing = i64::try_from(rows).ok()?;
    let full = hours.iter().position(|(_, findings)| {
        missing -= findings;
        missing <= 0
    })?;
    let since = Some(hours[full].0);
    let end = |hour: Timestamp| hour.checked_add(SignedDuration::from_hours(1)).ok();
    let whole = hours[..=full].iter().rev().map(|(hour, _)| (Some(*hour), end(*hour)));
    Some(whole.chain(edges.into_iter().filter(|(from, _)| *from >= since)).collect())
}

/// When the last of the first rows was created, where findings of these hours are kept; `None`: they are not, or there are
/// fewer rows.
fn moment_of_last(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    (hours, rows): (&[Span], usize),
) -> Result<Option<Timestamp>, QueryError> {
    let Some(plan) = Plan::of(&spec.filter, None).filter(|_| hours.len() <= MOST_HOURS) else { return Ok(None) };
    let Some(hours) = hourly(snapshot, &plan, Event::Created, hours)? else { return Ok(None) };
    let mut moments: Vec<Timestamp> = hours.iter().flat_map(Hourly::iter).map(|edge| edge.moment).collect();
    moments.retain(|moment| spec.from.is_none_or(|from| *moment >= from));
    moments.sort_unstable();
    let last = moments.len().checked_sub(rows).map(|last| moments[last]);
    // Very many may have been created at once.
    let is_of_few = |last: &Timestamp| moments.len() - moments.partition_point(|moment| moment < last) <= MOST_AT_ONCE;
    Ok(last.filter(is_of_few))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

    use app::model::Filter;
    use jiff::tz::TimeZone;
    use rand::SeedableRng;

    use super::*;
    use crate::query::tests::{now, observation, seeded_in};
    use crate::store::tests::documents::batch;
    use crate::store::tests::in_memory;

    const QUERIES: [&str; 4] =
        ["", "range=24h&sample=include", "severity=low,medium&kind=threat,posture", "family=(none)"];

    /// Memory says since when there are enough, and many may have been created at once.
    #[tokio::test(flavor = "multi_thread")]
    async fn the_newest_are_the_same_wherever_it_is_known_where_they_lie() {
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(5);
        let store = seeded_in(in_memory(), |_, _| ()).await;
        let told = (0..30_u8).map(|number| {
            let mut told = observation(600 + usize::from(number), &mut random);
            told.created_at = now() - SignedDuration::from_mins(i64::from(number / 4) * 9 + 1);
            told.updated_at = told.updated_at.max(told.created_at);
            told.observed_at = told.updated_at;
            told
        });
        store.ingest(batch(told.collect())).await.unwrap();
        let known = store.stream(|snapshot| {
            let tables = snapshot.without_resident();
            let mut known = 0;
            for query in QUERIES {
                let mut spec = Spec::resolve(&Filter::parse(query, &[]).unwrap(), now(), &TimeZone::UTC).unwrap();
                // As it is where nothing was created later, and where something was.
                spec.nothing_from = Some(now()).filter(|_| query.len() % 2 == 0);
                let high = Spec { filter: severe(&spec.filter), ..spec.clone() };
                for rows in 1..=8 {
                    let [one, other] = [snapshot, &tables].map(|way| latest_severe(way, &spec, rows).unwrap());
                    assert_eq!(one, other, "{rows} of {query}");
                    assert_eq!(one.len(), rows, "{query}");
                    let hours = lately(snapshot, &high, rows);
                    let moment = hours.and_then(|hours| moment_of_last(snapshot, &high, (&hours, rows)).unwrap());
                    if let Some(moment) = moment {
                        assert_eq!(one.last().map(|last| last.created_at), Some(moment), "{rows} of {query}");
                        known += 1;
                    }
                }
            }
            Ok(known)
        });
        assert!(known.await.unwrap() > 8);
    }
}

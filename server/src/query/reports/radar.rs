//! What AWS is about to forget. Nothing is forgotten here.

use app::model::{Filter, Radar, Sort, SortDirection, Span, TimeRange};
use jiff::{SignedDuration, Timestamp};

use super::coverage::{self, Spans};
use crate::query::QueryError;
use crate::query::compile::any_time;
use crate::query::cover::Cover;
use crate::query::hourly::{Hourly, hourly};
use crate::query::resident::Held;
use crate::query::rolled::{Event, Plan};
use crate::query::spec::Spec;
use crate::query::standing::{Standing, standing};
use crate::query::tally::HOURS;
use crate::store::{Snapshot, read_optional_time, sql_time};

/// How far ahead, in days.
const DAYS: i64 = 7;

/// Findings of the filter, whenever created, by when the last service forgets them.
pub fn radar(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Radar, QueryError> {
    let gone = standing(snapshot, &spec.filter, &[Standing::Left(spec.now)])?;
    radar_with(snapshot, spec, gone.into_iter().sum(), &coverage::covered(snapshot, &spec.filter)?)
}

/// The same where it is known how many have been forgotten by now, and what was looked at.
pub(super) fn radar_with(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    gone: i64,
    covered: &Spans,
) -> Result<Radar, QueryError> {
    let horizon = spec.now.checked_add(SignedDuration::from_hours(DAYS * 24)).unwrap_or(spec.now);
    let (leaving, next_at) = match held(snapshot, &spec.filter, (spec.now, horizon))? {
        Some(held) => held,
        None => scanned(snapshot, &spec.filter, (spec.now, horizon))?,
    };
    let list = Filter {
        range: TimeRange::Last(Span::All),
        sort: Some(Sort::Updated),
        direction: Some(SortDirection::Ascending),
        ..spec.filter.first_page()
    };
    Ok(Radar {
        days: DAYS,
        leaving: coverage::known(leaving, !covered.is_empty()),
        next_at,
        gone,
        query: list.to_query(),
        as_of: spec.now,
        data_version: snapshot.data_version(),
    })
}

/// How many leave in a span, and when the first of them does.
type Leaving = (i64, Option<Timestamp>);

fn scanned(
    snapshot: &Snapshot<'_>,
    filter: &Filter,
    (from, to): (Timestamp, Timestamp),
) -> Result<Leaving, QueryError> {
    let conditions = any_time(snapshot, filter)?;
    let sql = include_str!("../sql/radar.sql").replace("{conditions}", &conditions.sql());
    let values = [sql_time(from), sql_time(to)].into_iter().chain(conditions.values);
    snapshot.row(&sql, values, |row| Ok((row.get(0)?, read_optional_time(row, 1)?)))
}

/// The same from memory: whole hours are counted there, and findings of three hours at most are kept, those where the span
/// begins and ends and the first hour in which one leaves. `None`: the database has to be asked.
fn held(
    snapshot: &Snapshot<'_>,
    filter: &Filter,
    (from, to): (Timestamp, Timestamp),
) -> Result<Option<Leaving>, QueryError> {
    // When findings leave is counted of all of them alone.
    let Some(plan) = Plan::of(filter, None).filter(Plan::is_of_all) else { return Ok(None) };
    let cover = Cover::of((Some(from), Some(to)), HOURS);
    let Some((whole, first_hour)) = whole_hours(snapshot, &plan, &cover) else { return Ok(None) };
    let Some(edges) = hourly(snapshot, &plan, Event::Leaves, &cover.edges)? else { return Ok(None) };
    let at_edges = edges.iter().flat_map(Hourly::iter).map(|edge| edge.counts().findings).sum::<i64>();
    let mut next_at = first_of(&edges);
    if let Some(hour) = first_hour.filter(|hour| next_at.is_none_or(|next| *hour < next)) {
        let end = hour.checked_add(SignedDuration::from_hours(1)).ok();
        let Some(hour) = hourly(snapshot, &plan, Event::Leaves, &[(Some(hour), end)])? else { return Ok(None) };
        next_at = first_of(&hour);
    }
    Ok(Some((whole + at_edges, next_at)))
}

/// What leaves in whole hours, and the first of them that has any.
fn whole_hours(snapshot: &Snapshot<'_>, plan: &Plan, cover: &Cover) -> Option<(i64, Option<Timestamp>)> {
    let held = Held::within(snapshot, plan, [Vec::new(), cover.hours.clone()])?;
    let sums = held.sums(plan.count_of(Event::Leaves), |row| Some(row.starts_at()));
    let first_hour = sums.iter().filter(|(_, counts)| counts.findings != 0).map(|(hour, _)| *hour).min();
    Some((sums.into_values().map(|counts| counts.findings).sum(), first_hour))
}

fn first_of(hours: &[Hourly]) -> Option<Timestamp> {
    hours.iter().flat_map(Hourly::iter).map(|edge| edge.moment).min()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

    use jiff::tz::TimeZone;
    use rand::{Rng, SeedableRng};

    use super::*;
    use crate::query::tests::{now, observation, seeded_in};
    use crate::store::tests::documents::batch;
    use crate::store::tests::in_memory;

    const QUERIES: [&str; 4] =
        ["", "status=active&severity=high,critical&kind=threat,posture&sample=include", "category=!(none)", "q=a task"];

    fn days(days: i64) -> SignedDuration {
        SignedDuration::from_hours(days * 24)
    }

    /// Memory, the tables and counting one by one, at any moment and at those in which a finding leaves.
    #[tokio::test(flavor = "multi_thread")]
    async fn what_leaves_is_told_by_memory_as_by_the_tables() {
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(3);
        let store = seeded_in(in_memory(), |_, _| ()).await;
        let mut told = [0, 0];
        for round in 1..5_i64 {
            let told_again = (0..3).map(|_| {
                let mut again = observation(random.random_range(400..520), &mut random);
                again.updated_at = now() + SignedDuration::from_mins(round);
                again.observed_at = again.updated_at;
                again.details_hash ^= u64::try_from(round).unwrap();
                again
            });
            store.ingest(batch(told_again.collect())).await.unwrap();
            let moments: Vec<Timestamp> = (0..6)
                .map(|_| now() + days(76) + SignedDuration::from_secs(random.random_range(0..16 * 86_400)))
                .collect();
            let compared = store.stream(move |snapshot| {
                let (tables, counted) = (snapshot.without_resident(), snapshot.without_rollups().without_texts());
                let mut told = [0, 0];
                for query in QUERIES {
                    let filter = Filter::parse(query, &[]).unwrap();
                    let ask = |way: &Snapshot<'_>, at| {
                        radar(way, &Spec::resolve(&filter, at, &TimeZone::UTC).unwrap()).unwrap()
                    };
                    for moment in &moments {
                        let next = ask(&counted, *moment).next_at;
                        let ends = next
                            .into_iter()
                            .flat_map(|next| [next, next - days(DAYS), next - SignedDuration::from_secs(1)]);
                        for at in [*moment].into_iter().chain(ends) {
                            let radars = [snapshot, &tables, &counted].map(|way| ask(way, at));
                            assert_eq!(radars[0], radars[1], "{query} at {at}");
                            assert_eq!(radars[1], radars[2], "{query} at {at}");
                            told[usize::from(radars[0].leaving > Some(0))] += 1;
                            let held = held(snapshot, &filter, (at, at + days(DAYS))).unwrap();
                            assert_eq!(held.is_some(), filter.text.is_none(), "{query}");
                        }
                    }
                }
                Ok(told)
            });
            let compared = compared.await.unwrap();
            told = [told[0] + compared[0], told[1] + compared[1]];
        }
        assert!(told.into_iter().all(|times| times > 0), "nothing left, or something always: {told:?}");
    }
}

//! Findings of single hours, read once and kept while none of them changes.
//!
//! Windows end inside hours, and what lies there is counted one by one. The hour in which a window of thirty days begins
//! stays the same for sixty minutes, and hardly any change touches findings that are a month old: it is read whole, and
//! everybody who asks for a part of it until then is told from memory. Hours that memory does not count or that hold very
//! many findings are left to [`edges`](super::edges), dimensions that are kept by days alone to [`placed`].

pub(super) mod placed;
mod single;

use std::sync::Arc;

use app::model::Selection;
use duckdb::Row;
use duckdb::types::Value;
use jiff::Timestamp;

use super::QueryError;
use super::cover::Span;
use super::edges::Edge;
use super::resident::chooses;
use super::rolled::{Event, Plan, within};
use crate::store::{ROLLUP_SLICES, Snapshot, StoreError};
use single::{OfAnHour, count_of, end_of, hours_of, is_within, known, place_of};

/// A part of an hour lies in one, a short window perhaps in two.
const MOST_HOURS: usize = 2;

/// A finding, or several closed ones that are not told apart.
#[derive(Debug)]
struct Fact {
    /// Kind and sample, as a place among the parts of a count.
    slice: i8,
    is_open: bool,
    edge: Edge,
}

impl Fact {
    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { edge: Edge::read(row)?, slice: row.get(9)?, is_open: row.get(10)? })
    }

    fn is_asked_for(&self, plan: &Plan) -> bool {
        let (wanted, edge) = (&plan.wanted, &self.edge);
        let holds = |selection: &Selection| {
            let keys = plan.keyed_by().map(|by| edge.keys(by)).unwrap_or_default();
            let has_any = |of: &[String]| of.iter().any(|one| keys.contains(&one.as_str()));
            (selection.include.is_empty() || has_any(&selection.include)) && !has_any(&selection.exclude)
        };
        plan.slices().contains(&self.slice)
            && (self.is_open || !wanted.is_open)
            && chooses(wanted.category.as_ref(), edge.category())
            && chooses(wanted.severity.as_ref(), Some(&edge.severity))
            && wanted.keys.iter().all(holds)
    }
}

/// Findings of whole hours of which some are asked for.
pub(super) struct Hourly {
    facts: Arc<Facts>,
    asked: Vec<usize>,
}

impl Hourly {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Edge> {
        self.asked.iter().map(|place| &self.facts.0[*place].edge)
    }
}

/// The findings of a plan to which `event` happened in any of the spans; `None`: the database has to be asked for them.
pub(super) fn hourly(
    snapshot: &Snapshot<'_>,
    plan: &Plan,
    event: Event,
    spans: &[Span],
) -> Result<Option<Vec<Hourly>>, QueryError> {
    let hours = spans.iter().map(|span| hours_of(span, MOST_HOURS)).collect::<Option<Vec<_>>>();
    let Some(hours) = hours.filter(|_| plan.keeps_hours()) else { return Ok(None) };
    let Some(known) = known::<Facts>(snapshot, event, hours.iter().flatten().copied())? else { return Ok(None) };
    let told = spans.iter().zip(hours).flat_map(|(span, hours)| {
        let facts = hours.into_iter().filter_map(|hour| known.get(&hour));
        facts.map(|facts| {
            let is_asked = |fact: &Fact| is_within(fact.edge.moment, *span) && fact.is_asked_for(plan);
            let asked = (0..facts.0.len()).filter(|place| is_asked(&facts.0[*place])).collect();
            Hourly { facts: Arc::clone(facts), asked }
        })
    });
    Ok(Some(told.collect()))
}

/// Findings of an hour.
struct Facts(Vec<Fact>);

impl OfAnHour for Facts {
    fn read(snapshot: &Snapshot<'_>, event: Event, hours: &[Timestamp]) -> Result<Vec<Self>, QueryError> {
        let (sql, values) = statement(event, hours);
        let mut found: Vec<Self> = hours.iter().map(|_| Self(Vec::new())).collect();
        for fact in snapshot.rows(&sql, values, |row| Ok::<_, QueryError>(Fact::read(row)?))? {
            if let Some(hour) = place_of(fact.edge.moment, hours) {
                found[hour].0.push(fact);
            }
        }
        Ok(found)
    }

    fn room(&self) -> usize {
        self.0.len()
    }
}

/// Prints the question for hours that rise.
pub(super) fn statement(event: Event, hours: &[Timestamp]) -> (String, Vec<Value>) {
    let (template, at) = match event {
        Event::Gone => (include_str!("sql/hour_gone.sql"), "r.starts_at"),
        Event::Created | Event::Leaves => (include_str!("sql/hour_findings.sql"), event.moment()),
    };
    let mut values = Vec::new();
    let parts: Vec<String> = hours
        .iter()
        .map(|hour| {
            template
                .trim_end()
                .replace("{at}", at)
                .replace("{span}", &within(at, (Some(*hour), end_of(*hour)), &mut values))
                .replace("{slices}", &ROLLUP_SLICES.to_string())
                .replace("{count}", &count_of(event).to_string())
        })
        .collect();
    (parts.join("\n    UNION ALL\n"), values)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

    use app::model::{Dimension, Filter, OverviewView};
    use jiff::SignedDuration;
    use jiff::tz::TimeZone;
    use rand::{Rng, SeedableRng};

    use super::placed::Hour;
    use super::*;
    use crate::query::reports::{breakdown, filter_values, overview};
    use crate::query::spec::Spec;
    use crate::query::standing::{Standing, standing};
    use crate::query::tests::{INTERVAL, now, observation, seeded_in};
    use crate::store::tests::documents::{batch, guardduty};
    use crate::store::tests::in_memory;

    const QUERIES: [&str; 5] = [
        "",
        "status=active&severity=high,critical&kind=threat,posture&sample=include",
        "cluster=arn:aws:ecs:us-east-1:111122223333:cluster/c0&severity=!low",
        "family=(none)",
        "type=Recon:EC2/Portscan,Execution:Runtime/ReverseShell&category=!(none)",
    ];

    /// Hours of which something is kept, of those in which a few windows begin and end.
    fn kept<T: OfAnHour>(snapshot: &Snapshot<'_>) -> usize {
        let hours = (0..9 * 24).map(|hours| now() - SignedDuration::from_hours(hours));
        let first = |hour: Timestamp| hours_of(&(Some(hour), Some(hour + SignedDuration::from_secs(1))), 1).unwrap()[0];
        let is_kept = |hour: &Timestamp| {
            [Event::Created, Event::Gone, Event::Leaves]
                .into_iter()
                .any(|event| snapshot.kept_hour::<T>(event, *hour).is_some())
        };
        hours.map(first).filter(is_kept).count()
    }

    /// Whatever changes, what is kept of an hour says what the tables say.
    #[tokio::test(flavor = "multi_thread")]
    async fn hours_are_read_anew_when_a_finding_of_them_changes() {
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(11);
        let store = seeded_in(in_memory(), |_, _| ()).await;
        let mut stayed = [0, 0];
        for round in 1..9_i64 {
            let told = (0..random.random_range(1..6)).map(|_| {
                // New ones and known ones, about where windows begin and end.
                let mut told = observation(random.random_range(490..520), &mut random);
                let days = [0, 1, 7][random.random_range(0..3)];
                let back = days * 86_400 + random.random_range(0..3600);
                told.created_at = now() - SignedDuration::from_secs(back);
                told.updated_at = now() + SignedDuration::from_mins(round);
                told.observed_at = told.updated_at;
                told.details_hash ^= u64::try_from(round).unwrap();
                told
            });
            let told = told.collect();
            store.ingest(batch(told)).await.unwrap();
            let seconds = [0, 1800, 86_399].map(|back| random.random_range(0..90) + back);
            let compared = store.stream(move |snapshot| {
                let kept = || [kept::<Facts>(snapshot), kept::<Hour>(snapshot)];
                let before = kept();
                let tables = snapshot.without_resident();
                for query in QUERIES {
                    for back in seconds {
                        let at = now() - SignedDuration::from_secs(back);
                        let filter = Filter::parse(&format!("range=7d&{query}"), &[]).unwrap();
                        let spec = Spec::resolve(&filter, at, &TimeZone::UTC).unwrap();
                        let asked = |way| {
                            let page = overview(way, &spec, OverviewView::default(), INTERVAL).unwrap();
                            let moments = [Standing::OpenAt(at), Standing::Left(at), Standing::Open];
                            let standing = standing(way, &filter, &moments).unwrap();
                            let by = [Dimension::Type, Dimension::Service, Dimension::Source];
                            let rows = by.map(|by| breakdown(way, &spec, by).unwrap());
                            (page, standing, rows, filter_values(way, &spec).unwrap())
                        };
                        assert_eq!(asked(snapshot), asked(&tables), "{query} {back} s ago after {round} changes");
                    }
                }
                assert!(kept().into_iter().all(|kept| kept > 0));
                Ok(before)
            });
            for (stayed, kept) in stayed.iter_mut().zip(compared.await.unwrap()) {
                *stayed += kept;
            }
        }
        assert!(stayed.into_iter().all(|stayed| stayed > 0), "no hour outlived a change: {stayed:?}");
    }

    /// Of a finding that only closes and opens again nothing but the state is written, and the hour it was closed in no
    /// longer has it.
    #[tokio::test(flavor = "multi_thread")]
    async fn hours_are_read_anew_when_a_finding_opens_again() {
        let store = seeded_in(in_memory(), |_, _| ()).await;
        let mut told = guardduty(600, 0, 1);
        told.created_at = now() - SignedDuration::from_hours(50);
        let at = now() - SignedDuration::from_secs(10);
        let mut open = Vec::new();
        for (minutes_ago, archived) in [(40, false), (30, true), (20, false), (15, true), (5, false)] {
            told.archived = archived;
            told.details_hash += 1;
            told.updated_at = now() - SignedDuration::from_mins(minutes_ago);
            told.observed_at = told.updated_at;
            store.ingest(batch(vec![told.clone()])).await.unwrap();
            let counted = store.stream(move |snapshot| {
                let tables = snapshot.without_resident();
                let asked =
                    |way| standing(way, &Filter::default(), &[Standing::OpenAt(at), Standing::Left(at)]).unwrap();
                assert_eq!(asked(snapshot), asked(&tables), "{minutes_ago} minutes ago");
                assert!(kept::<Facts>(snapshot) > 0);
                Ok(asked(snapshot)[0])
            });
            open.push(counted.await.unwrap());
        }
        let changes: Vec<i64> = open.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(changes, [-1, 1, -1, 1]);
    }

    #[test]
    fn hours_are_asked_for_in_these_words() {
        let hour = |text: &str| text.parse::<Timestamp>().unwrap();
        let hours = [hour("2026-10-24T12:00:00Z"), hour("2026-11-22T12:00:00Z")];
        let [created, gone] = [Event::Created, Event::Gone].map(|event| statement(event, &hours).0);
        insta::assert_snapshot!("hour_findings", created);
        insta::assert_snapshot!("hour_gone", gone);
    }
}

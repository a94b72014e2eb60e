//! The sentence at the top, the key figures, and how fresh they are. A zero is said only of time that somebody looked at.

use std::time::Duration;

use app::model::terms::NONE_KEY;
use app::model::{
    Dimension, Filter, Headline, Kpi, KpiKind, Radar, SourceState, SourceStatus, Span, StatusChoice, TimeRange,
};
use jiff::{SignedDuration, Timestamp};

use super::whereabouts::named_rows;
use crate::query::QueryError;
use crate::query::reports::coverage::{self, Spans};
use crate::query::reports::radar::radar_with;
use crate::query::reports::{fleet, members, source_statuses};
use crate::query::spec::Spec;
use crate::query::standing::{Standing, standing};
use crate::query::tally::{Tally, Told, severe, tally};
use crate::store::Snapshot;

/// What is open, was, and leaves.
pub(super) struct WhatStands {
    /// `None`: nothing is known to be open, and nobody ever looked.
    pub active_now: Option<i64>,
    pub active_before: Option<i64>,
    pub sequence_members: i64,
    pub radar: Radar,
}

pub(super) fn what_stands(snapshot: &Snapshot<'_>, spec: &Spec, covered: &Spans) -> Result<WhatStands, QueryError> {
    let mut asked = vec![Standing::Open, Standing::Left(spec.now)];
    asked.extend(seen_before(spec, covered).map(Standing::OpenAt));
    let standing = standing(snapshot, &spec.filter, &asked)?;
    Ok(WhatStands {
        active_now: coverage::known(standing[0], !covered.is_empty()),
        active_before: standing.get(2).copied(),
        sequence_members: members(snapshot, spec)?,
        radar: radar_with(snapshot, spec, standing[1], covered)?,
    })
}

/// When the window began; `None`: it has no beginning, or nobody looked then.
fn seen_before(spec: &Spec, covered: &Spans) -> Option<Timestamp> {
    let just_before = |from: Timestamp| from.checked_sub(SignedDuration::from_secs(1)).unwrap_or(from);
    spec.from.filter(|from| coverage::contains(covered, just_before(*from), *from))
}

/// The sentence, and how fresh all of it is.
pub(super) struct Head {
    pub sources: Vec<SourceStatus>,
    pub headline: Headline,
}

pub(super) fn head(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    covered: &Spans,
    interval: Duration,
) -> Result<Head, QueryError> {
    let sources = source_statuses(snapshot, spec.now, interval)?;
    Ok(Head { headline: headline(snapshot, spec, covered, &sources)?, sources })
}

/// When the time began of which the sentence speaks.
pub(super) fn day_before(now: Timestamp) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(24)).unwrap_or(now)
}

fn headline(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    covered: &Spans,
    sources: &[SourceStatus],
) -> Result<Headline, QueryError> {
    let since = day_before(spec.now);
    let mut filter = severe(&spec.filter);
    filter.status = Some(StatusChoice::Active);
    // It speaks of now, whenever the page's own window ends.
    let to = spec.now.checked_add(SignedDuration::from_secs(1)).unwrap_or(spec.now);
    let day = Spec { filter, from: Some(since), to, ..spec.clone() };
    let tally = tally(snapshot, &[&day], &[Told::Family])?.pop().unwrap_or_default();
    let by_family = tally.rows(Dimension::Family);
    let without_family = by_family.iter().find(|(key, _)| key == NONE_KEY);
    let synced = sources.iter().filter(|source| source.state != SourceState::NotEnabled);
    let all: Option<Vec<_>> = synced.map(|source| source.last_success_at).collect();
    let failing = |source: &&SourceStatus| {
        matches!(source.state, SourceState::Failing | SourceState::Denied | SourceState::Stale | SourceState::Never)
    };
    Ok(Headline {
        since,
        new_high: coverage::known(tally.total.findings, coverage::touches(covered, day.from, day.to)),
        families: i64::try_from(named_rows(by_family)).unwrap_or(i64::MAX),
        unattributed: without_family.map_or(0, |(_, counts)| counts.findings),
        synced_at: all.and_then(|times| times.into_iter().min()),
        sources_failing: sources.iter().filter(failing).count(),
        sources_total: sources.len(),
        watch: fleet::watch(snapshot, spec)?,
    })
}

pub(super) fn kpis(
    spec: &Spec,
    watched: bool,
    (present, past): (&Tally, Option<&Tally>),
    (active_now, active_before): (Option<i64>, Option<i64>),
) -> Vec<Kpi> {
    let here = |filter: &Filter| filter.first_page().to_query();
    let kpi = |kind, value, previous, query| Kpi { kind, value, previous, query };
    let compared =
        |kind, of: fn(&Tally) -> i64, query| kpi(kind, coverage::known(of(present), watched), past.map(of), query);
    vec![
        compared(KpiKind::New, |tally| tally.total.findings, here(&spec.filter)),
        compared(KpiKind::NewHigh, |tally| tally.severe, here(&severe(&spec.filter))),
        kpi(KpiKind::Active, active_now, active_before, here(&ever_open(&spec.filter))),
        compared(KpiKind::Occurrences, |tally| tally.total.occurrences, here(&spec.filter)),
        compared(KpiKind::FamiliesAffected, families_affected, here(&spec.filter)),
    ]
}

fn families_affected(tally: &Tally) -> i64 {
    i64::try_from(named_rows(tally.rows(Dimension::Family))).unwrap_or(i64::MAX)
}

/// The filter for what is open now, whenever it was created.
fn ever_open(filter: &Filter) -> Filter {
    let mut open = filter.first_page();
    open.status = Some(StatusChoice::Active);
    open.range = TimeRange::Last(Span::All);
    open
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

    use app::model::{Dimension, HeatColumns, Overview, OverviewView, Source};
    use jiff::tz::TimeZone;
    use rand::SeedableRng;

    use super::*;
    use crate::query::reports::{breakdown, filter_values, findings, groups, heatmap, lifespans, overview, places};
    use crate::query::reports::{movers, news, radar, trend};
    use crate::query::tests::{INTERVAL, now, observation};
    use crate::store::tests::documents::batch;
    use crate::store::tests::in_memory;
    use crate::store::{Batch, PullProgress, Scope, Store};

    fn hours(hours: i64) -> SignedDuration {
        SignedDuration::from_hours(hours)
    }

    /// Findings that were imported, created between `first` and `last` hours ago. Nobody has looked at anything.
    async fn imported(store: &Store, (first, last): (i64, i64)) {
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(11);
        let told = (first..last).step_by(7).enumerate().map(|(number, ago)| {
            let mut told = observation(usize::try_from(first).unwrap() * 1000 + number, &mut random);
            told.severity = app::model::Severity::High;
            (told.kind, told.archived, told.sample) = (app::model::Kind::Threat, false, false);
            (told.workflow, told.record_state) = (None, None);
            told.created_at = now() - hours(ago);
            (told.updated_at, told.observed_at) = (told.created_at, told.created_at);
            told
        });
        store.ingest(batch(told.collect())).await.unwrap();
    }

    /// A pull that looked at everything between so many hours ago.
    async fn pulled(store: &Store, (from, to): (i64, i64)) {
        let scope = Scope { account: "111122223333".into(), region: "us-east-1".into(), source: Source::GuardDuty };
        let covered = Some((now() - hours(from), now() - hours(to)));
        let pull = Some(PullProgress { covered, ..PullProgress::of(scope) });
        store.ingest(Batch { observations: Vec::new(), rejected: Vec::new(), at: now(), pull }).await.unwrap();
    }

    /// The same page by memory, by the tables, and by counting one by one.
    async fn page(store: &Store, query: &str) -> Overview {
        let spec = Spec::resolve(&Filter::parse(query, &[]).unwrap(), now(), &TimeZone::UTC).unwrap();
        let asked = store.stream(move |snapshot| {
            let (tables, counted) = (snapshot.without_resident(), snapshot.without_rollups().without_texts());
            let ways = [snapshot, &tables, &counted];
            let [memory, tables, counted] =
                ways.map(|way| overview(way, &spec, OverviewView::default(), INTERVAL).unwrap());
            assert_eq!(memory, tables);
            assert_eq!(tables, counted);
            Ok(memory)
        });
        asked.await.unwrap()
    }

    fn value(page: &Overview, kind: KpiKind) -> Option<i64> {
        page.kpis.iter().find(|kpi| kpi.kind == kind).unwrap().value
    }

    const OF_THE_WINDOW: [KpiKind; 4] =
        [KpiKind::New, KpiKind::NewHigh, KpiKind::Occurrences, KpiKind::FamiliesAffected];

    /// An import tells what happened, not that nothing else did.
    #[tokio::test(flavor = "multi_thread")]
    async fn an_import_alone_leaves_what_it_does_not_tell_unknown() {
        let store = in_memory();
        for empty in [true, false] {
            if !empty {
                imported(&store, (24 * 20, 24 * 30)).await;
            }
            let page = page(&store, "range=7d").await;
            assert!(!page.watched);
            assert!(OF_THE_WINDOW.iter().all(|kind| value(&page, *kind).is_none()), "{:?}", page.kpis);
            assert_eq!(page.headline.new_high, None);
            assert_eq!(value(&page, KpiKind::Active).is_none(), empty, "what was imported is open");
            assert_eq!((page.movers.rows, page.news.rows, page.radar.leaving.unwrap_or(0)), (None, None, 0));
            assert!(page.trend.totals.iter().all(Option::is_none));
        }
        let all = page(&store, "range=all").await;
        assert!(value(&all, KpiKind::New).is_some_and(|found| found > 20), "what is known is told: {:?}", all.kpis);
    }

    /// A window is watched where anybody looked at any part of it; the sentence speaks of a day of its own.
    #[tokio::test(flavor = "multi_thread")]
    async fn silence_is_told_only_of_time_that_somebody_looked_at() {
        let store = in_memory();
        imported(&store, (24 * 20, 24 * 30)).await;
        // The sources were read two weeks long, and fell silent two days ago.
        pulled(&store, (24 * 16, 24 * 2)).await;
        let week = page(&store, "range=7d").await;
        assert!(OF_THE_WINDOW.iter().all(|kind| value(&week, *kind) == Some(0)), "{:?}", week.kpis);
        assert_eq!((week.headline.new_high, week.radar.leaving), (None, Some(0)), "nobody looked at the last day");
        assert!(week.watched && week.categories.watched && week.heatmap.watched);
        assert_eq!((week.movers.rows, week.news.rows), (Some(Vec::new()), Some(Vec::new())));

        let day = page(&store, "range=24h").await;
        assert!(!day.watched && OF_THE_WINDOW.iter().all(|kind| value(&day, *kind).is_none()), "{:?}", day.kpis);
        // The day before was watched, but nothing says that what it had is gone.
        assert_eq!((day.movers.rows, day.news.rows), (None, None));

        pulled(&store, (24 * 2, 0)).await;
        let day = page(&store, "range=24h").await;
        assert_eq!((day.headline.new_high, value(&day, KpiKind::New)), (Some(0), Some(0)));
    }

    /// Whatever window the page shows, and whatever is searched in it, the sentence is about the last 24 hours.
    #[tokio::test(flavor = "multi_thread")]
    async fn the_sentence_is_about_the_last_day_on_every_page() {
        let store = in_memory();
        imported(&store, (1, 24 * 30)).await;
        pulled(&store, (24 * 30, 0)).await;
        let today = page(&store, "").await.headline.new_high;
        assert_eq!(today, Some(4), "one, eight, fifteen and twenty-two hours ago");
        for query in ["from=2026-11-01&to=2026-11-08", "from=2026-11-23T12:00:00Z", "range=all", "range=24h"] {
            assert_eq!(page(&store, query).await.headline.new_high, today, "{query}");
            assert_eq!(page(&store, &format!("{query}&q=finding")).await.headline.new_high, today, "{query}");
        }
    }

    /// Every report says by itself whether its silence means anything.
    #[tokio::test(flavor = "multi_thread")]
    async fn every_report_says_whether_anybody_looked() {
        let store = in_memory();
        imported(&store, (1, 24 * 30)).await;
        for watched in [false, true] {
            if watched {
                pulled(&store, (24 * 30, 0)).await;
            }
            let asked = store.stream(move |snapshot| {
                let spec = |query| Spec::resolve(&Filter::parse(query, &[]).unwrap(), now(), &TimeZone::UTC).unwrap();
                for query in ["range=7d", "range=7d&family=nowhere", "range=7d&category=crypto-mining&q=nowhere"] {
                    let spec = spec(query);
                    let list = crate::query::reports::FindingList::of(&spec.filter).unwrap();
                    let heat = |by| heatmap(snapshot, &spec, Dimension::Category, by).unwrap().watched;
                    let told = [
                        breakdown(snapshot, &spec, Dimension::Family).unwrap().watched,
                        findings(snapshot, &spec, &list).unwrap().watched,
                        groups(snapshot, &spec).unwrap().watched,
                        lifespans(snapshot, &spec, Dimension::Type).unwrap().watched,
                        places(snapshot, &spec, Dimension::Cluster).unwrap().watched,
                        heat(HeatColumns::Time),
                        heat(HeatColumns::Of(Dimension::Severity)),
                    ];
                    assert_eq!(told, [watched; 7], "{query}");
                    let values = filter_values(snapshot, &spec).unwrap();
                    assert!(values.dimensions.iter().all(|values| values.watched == watched), "{query}");
                }
                // What is not there is not there, or it is not known.
                let nowhere = spec("range=7d&family=nowhere");
                let totals = trend(snapshot, &nowhere, Dimension::Category, app::model::Metric::New).unwrap().totals;
                assert!(totals.iter().all(|total| *total == watched.then_some(0)), "{totals:?}");
                assert_eq!(movers(snapshot, &nowhere).unwrap().rows, watched.then(Vec::new));
                assert_eq!(news(snapshot, &nowhere).unwrap().rows, watched.then(Vec::new));
                assert_eq!(radar(snapshot, &nowhere).unwrap().leaving, watched.then_some(0));
                Ok(())
            });
            asked.await.unwrap();
        }
    }
}

//! Everything the first page says, of one version of the data.

use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use app::model::terms::NONE_KEY;
use app::model::{
    Breakdown, BreakdownRow, Counts, Dimension, Filter, FilterValues, Finding, Headline, HeatColumns, Kpi, KpiKind,
    Movers, News, Overview, OverviewView, Place, Radar, SourceState, SourceStatus, Span, StatusChoice, TimeRange,
    Trend,
};
use jiff::{SignedDuration, Timestamp};

use super::breakdown::{breakdown_from, values_of};
use super::coverage::{self, Spans};
use super::fleet;
use super::heatmap::{by_time, by_values};
use super::latest::latest_severe;
use super::movers::movers_between;
use super::news::news_within;
use super::radar::radar_with;
use super::trend::{lines, trend_within};
use super::{breakdown, heat_week, members, source_statuses};
use crate::query::QueryError;
use crate::query::horizon;
use crate::query::spec::Spec;
use crate::query::standing::{Standing, standing};
use crate::query::tally::{Tally, Told, severe, tally};
use crate::store::{Snapshot, StoreError};

/// Rows of "where" and of the latest findings.
const ROWS: usize = 8;

/// Answers every question of the first page.
pub fn overview(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    view: OverviewView,
    interval: Duration,
) -> Result<Overview, QueryError> {
    AskedOverview::new(spec.clone(), view, interval).answer_alone(snapshot).map(|(overview, _)| overview)
}

/// Pieces of the first page that can be answered apart from each other, the longest first.
#[derive(Debug, Clone, Copy)]
enum Piece {
    Latest,
    Places,
    Values,
    Head,
    News,
    Standing,
}

impl Piece {
    const ALL: [Self; 6] = [Self::Latest, Self::Places, Self::Values, Self::Head, Self::News, Self::Standing];
}

/// A first page that several readers answer together: each takes the next piece that nobody has begun, so that all of them
/// are busy to the end, however long a piece takes and whoever is held up.
pub struct AskedOverview {
    spec: Spec,
    view: OverviewView,
    interval: Duration,
    /// Whether values to filter by are asked for besides.
    with_values: bool,
    /// The place of the next piece.
    next: AtomicUsize,
    /// Of the data that the first reader saw.
    data_version: OnceLock<u64>,
    looked: Mutex<Option<Arc<Looked>>>,
    answered: Mutex<Answered>,
}

/// The question, knowing where findings end, and when anybody looked.
struct Looked {
    spec: Spec,
    covered: Vec<(Timestamp, Timestamp)>,
}

/// Pieces that have been answered.
#[derive(Default)]
struct Answered {
    places: Option<Places>,
    news: Option<(News, usize)>,
    latest_high: Option<Vec<Finding>>,
    standing: Option<WhatStands>,
    head: Option<Head>,
    values: Option<FilterValues>,
}

/// What is counted by place in a window and the one before, and over time: all of it has the same edges, which one reader
/// reads once.
struct Places {
    present: Tally,
    past: Option<Tally>,
    categories: Breakdown,
    clusters: Vec<Place>,
    families: Vec<Place>,
    heat: heat_week::HeatOfView,
    movers: Movers,
    trend: Trend,
}

/// What is open, was, and leaves.
struct WhatStands {
    active_now: i64,
    active_before: Option<i64>,
    sequence_members: i64,
    radar: Radar,
}

/// The sentence, and how fresh all of it is.
struct Head {
    sources: Vec<SourceStatus>,
    looked: bool,
    headline: Headline,
}

impl AskedOverview {
    pub fn new(spec: Spec, view: OverviewView, interval: Duration) -> Self {
        let (next, data_version) = (AtomicUsize::new(0), OnceLock::new());
        let (looked, answered) = (Mutex::default(), Mutex::default());
        Self { spec, view, interval, with_values: false, next, data_version, looked, answered }
    }

    /// The same with values to filter by.
    #[must_use]
    pub fn with_values(self) -> Self {
        Self { with_values: true, ..self }
    }

    /// The same question, of which nothing is answered yet.
    #[must_use]
    pub fn again(&self) -> Self {
        Self { with_values: self.with_values, ..Self::new(self.spec.clone(), self.view, self.interval) }
    }

    /// Answers everything by one reader.
    pub fn answer_alone(&self, snapshot: &Snapshot<'_>) -> Result<(Overview, Option<FilterValues>), QueryError> {
        self.answer_what_is_left(snapshot)?;
        // A reader that comes first answers everything.
        self.answer().ok_or_else(|| StoreError::Unreadable("an overview with a piece missing".to_owned()).into())
    }

    /// Answers pieces until all have been begun. A reader that sees other data than the first one leaves them to it.
    pub fn answer_what_is_left(&self, snapshot: &Snapshot<'_>) -> Result<(), QueryError> {
        if *self.data_version.get_or_init(|| snapshot.data_version()) != snapshot.data_version() {
            return Ok(());
        }
        let looked = self.looked(snapshot)?;
        let (spec, covered, view) = (&looked.spec, &looked.covered, self.view);
        while let Some(piece) = Piece::ALL.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            match piece {
                Piece::Places => {
                    let places = where_it_is(snapshot, spec, view, covered)?;
                    self.answered().places = Some(places);
                }
                Piece::Values if self.with_values => {
                    let values = values_of(snapshot, spec)?;
                    self.answered().values = Some(values);
                }
                Piece::Values => {}
                Piece::News => {
                    let news = news_within(snapshot, spec, covered, ROWS)?;
                    self.answered().news = Some(news);
                }
                Piece::Latest => {
                    let latest = latest_severe(snapshot, spec, ROWS)?;
                    self.answered().latest_high = Some(latest);
                }
                Piece::Standing => {
                    let standing = what_stands(snapshot, spec, covered)?;
                    self.answered().standing = Some(standing);
                }
                Piece::Head => {
                    let head = head(snapshot, spec, self.interval)?;
                    self.answered().head = Some(head);
                }
            }
        }
        Ok(())
    }

    /// What every piece is asked by.
    fn looked(&self, snapshot: &Snapshot<'_>) -> Result<Arc<Looked>, QueryError> {
        let look = || {
            let spec = horizon::looked_at_with_past(snapshot, &self.spec)?;
            let covered = coverage::covered(snapshot, &spec.filter)?;
            Ok(Arc::new(Looked { spec, covered }))
        };
        // The numbers by which a text is looked for are the reader's own.
        if self.spec.filter.text.is_some() {
            return look();
        }
        // Whoever comes second waits: asking would take as long.
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(looked) = &*looked {
            return Ok(Arc::clone(looked));
        }
        Ok(Arc::clone(looked.insert(look()?)))
    }

    fn answered(&self) -> MutexGuard<'_, Answered> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The page; `None`: a reader has not come to its end.
    pub fn answer(&self) -> Option<(Overview, Option<FilterValues>)> {
        let Answered { places, news, latest_high, standing, head, values } = mem::take(&mut *self.answered());
        if self.with_values != values.is_some() {
            return None;
        }
        let (places, standing, head) = (places?, standing?, head?);
        let (news, news_total) = news?;
        let Places { present, past, heat, .. } = places;
        let looked = head.looked;
        let overview = Overview {
            window: self.spec.window(),
            kpis: kpis(&self.spec, looked, (&present, past.as_ref()), (standing.active_now, standing.active_before)),
            headline: head.headline,
            sequence_members: looked.then_some(standing.sequence_members),
            trend: places.trend,
            clusters_total: named_rows(present.rows(Dimension::Cluster)),
            clusters: places.clusters,
            families_total: named_rows(present.rows(Dimension::Family)),
            families: places.families,
            latest_high: latest_high?,
            sources: head.sources,
            heatmap: heat.heatmap,
            heat_weeks: heat.weeks,
            heat_week: heat.week,
            categories: places.categories,
            movers: places.movers,
            news,
            news_total,
            radar: standing.radar,
            as_of: self.spec.now,
            data_version: *self.data_version.get()?,
        };
        Some((overview, values))
    }
}

/// Counts by category, cluster, family and type, now and before, and the trend.
fn where_it_is(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    view: OverviewView,
    covered: &Spans,
) -> Result<Places, QueryError> {
    let previous = coverage::watched_before(covered, spec);
    let windows: Vec<&Spec> = [Some(spec), previous.as_ref()].into_iter().flatten().collect();
    let told = [Told::Category, Told::Cluster, Told::Family, Told::Type];
    let mut tallies = tally(snapshot, &windows, &told)?.into_iter();
    let (present, past) = (tallies.next().unwrap_or_default(), tallies.next());
    let of = |by| breakdown_from(snapshot, spec, by, present.rows(by), present.total);
    let (categories, clusters, families) = (of(Dimension::Category), of(Dimension::Cluster), of(Dimension::Family));
    let past_of = |by| past.as_ref().map(|past: &Tally| past.rows(by));
    let shown = [&clusters, &families].map(|rows| (rows, past_of(rows.by)));
    let [cluster_places, family_places] = places(snapshot, spec, shown, ROWS, covered)?;
    let whole = match view.columns {
        HeatColumns::Of(Dimension::Cluster) => by_values(snapshot, spec, categories.clone(), clusters.clone())?,
        HeatColumns::Of(columns) => by_values(snapshot, spec, categories.clone(), breakdown(snapshot, spec, columns)?)?,
        HeatColumns::Time => by_time(snapshot, spec, categories.clone(), covered)?,
    };
    Ok(Places {
        clusters: cluster_places,
        families: family_places,
        heat: heat_week::of_view(snapshot, spec, view, whole, covered)?,
        movers: movers_between(snapshot, spec, past.as_ref().map(|past| (&present, past))),
        trend: trend_within(snapshot, spec, view.by, view.metric, covered)?,
        present,
        past,
        categories,
    })
}

fn what_stands(snapshot: &Snapshot<'_>, spec: &Spec, covered: &Spans) -> Result<WhatStands, QueryError> {
    let mut asked = vec![Standing::Open, Standing::Left(spec.now)];
    asked.extend(seen_before(spec, covered).map(Standing::OpenAt));
    let standing = standing(snapshot, &spec.filter, &asked)?;
    Ok(WhatStands {
        active_now: standing[0],
        active_before: standing.get(2).copied(),
        sequence_members: members(snapshot, spec)?,
        radar: radar_with(snapshot, spec, standing[1])?,
    })
}

fn head(snapshot: &Snapshot<'_>, spec: &Spec, interval: Duration) -> Result<Head, QueryError> {
    let sources = source_statuses(snapshot, spec.now, interval)?;
    let looked = sources.iter().any(|source| source.last_success_at.is_some()) || anything(snapshot)?;
    Ok(Head { headline: headline(snapshot, spec, &sources, looked)?, sources, looked })
}

fn families_affected(tally: &Tally) -> i64 {
    i64::try_from(named_rows(tally.rows(Dimension::Family))).unwrap_or(i64::MAX)
}

fn anything(snapshot: &Snapshot<'_>) -> Result<bool, QueryError> {
    snapshot.row("SELECT EXISTS (FROM finding)", [], |row| Ok(row.get(0)?))
}

fn headline(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    sources: &[SourceStatus],
    looked: bool,
) -> Result<Headline, QueryError> {
    let since = spec.now.checked_sub(SignedDuration::from_hours(24)).unwrap_or(spec.now);
    let mut filter = severe(&spec.filter);
    filter.status = Some(StatusChoice::Active);
    let day = Spec { filter, from: Some(since), ..spec.clone() };
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
        new_high: looked.then_some(tally.total.findings),
        families: i64::try_from(named_rows(by_family)).unwrap_or(i64::MAX),
        unattributed: without_family.map_or(0, |(_, counts)| counts.findings),
        synced_at: all.and_then(|times| times.into_iter().min()),
        sources_failing: sources.iter().filter(failing).count(),
        sources_total: sources.len(),
        watch: fleet::watch(snapshot, spec)?,
    })
}

fn named_rows(rows: &[(String, Counts)]) -> usize {
    rows.iter().filter(|(key, _)| key != NONE_KEY).count()
}

/// The filter for what is open now, whenever it was created.
fn ever_open(filter: &Filter) -> Filter {
    let mut open = filter.first_page();
    open.status = Some(StatusChoice::Active);
    open.range = TimeRange::Last(Span::All);
    open
}

/// When the window began; `None`: it has no beginning, or nobody looked then.
fn seen_before(spec: &Spec, covered: &Spans) -> Option<Timestamp> {
    let just_before = |from: Timestamp| from.checked_sub(SignedDuration::from_secs(1)).unwrap_or(from);
    spec.from.filter(|from| coverage::contains(covered, just_before(*from), *from))
}

fn kpis(
    spec: &Spec,
    looked: bool,
    (present, past): (&Tally, Option<&Tally>),
    (active_now, active_before): (i64, Option<i64>),
) -> Vec<Kpi> {
    let here = |filter: &Filter| filter.first_page().to_query();
    let kpi = |kind, value: i64, previous, query| Kpi { kind, value: looked.then_some(value), previous, query };
    let compared = |kind, of: fn(&Tally) -> i64, query| kpi(kind, of(present), past.map(of), query);
    vec![
        compared(KpiKind::New, |tally| tally.total.findings, here(&spec.filter)),
        compared(KpiKind::NewHigh, |tally| tally.severe, here(&severe(&spec.filter))),
        kpi(KpiKind::Active, active_now, active_before, here(&ever_open(&spec.filter))),
        compared(KpiKind::Occurrences, |tally| tally.total.occurrences, here(&spec.filter)),
        compared(KpiKind::FamiliesAffected, families_affected, here(&spec.filter)),
    ]
}

/// Rows of a breakdown, and what its keys had before; `None`: nobody looked then.
pub(super) type WithPast<'a> = (&'a Breakdown, Option<&'a [(String, Counts)]>);

/// The first rows of breakdowns with their sparklines and their past.
pub(super) fn places<const N: usize>(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    asked: [WithPast<'_>; N],
    most: usize,
    covered: &Spans,
) -> Result<[Vec<Place>; N], QueryError> {
    let shown = |rows: &Breakdown| rows.rows[..rows.rows.len().min(most)].to_vec();
    let keys = |rows: &Breakdown| (rows.by, shown(rows).into_iter().map(|row| row.key).collect());
    let mut lines = lines(snapshot, spec, &asked.map(|(rows, _)| keys(rows)), covered)?.into_iter();
    let before =
        |past: &[(String, Counts)], key: &str| past.iter().find(|row| row.0 == key).map_or(0, |row| row.1.findings);
    Ok(asked.map(|(rows, past)| {
        let mut lines = lines.next().unwrap_or_default();
        let place = |row: BreakdownRow| Place {
            spark: lines.remove(&row.key).unwrap_or_default(),
            previous: past.map(|past| before(past, &row.key)),
            row,
        };
        shown(rows).into_iter().map(place).collect()
    }))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

    use jiff::tz::TimeZone;

    use super::*;
    use crate::query::tests::{INTERVAL, now, seeded_in};
    use crate::store::tests::documents::{batch, guardduty};
    use crate::store::tests::in_memory;

    /// A page is of one version of the data, whoever comes in between.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_reader_of_other_data_leaves_the_pieces_to_the_first() {
        let store = seeded_in(in_memory(), |_, _| ()).await;
        let spec = Spec::resolve(&Filter::default(), now(), &TimeZone::UTC).unwrap();
        let asked = Arc::new(AskedOverview::new(spec.clone(), OverviewView::default(), INTERVAL));

        let (first, newer) = (Arc::clone(&asked), store.clone());
        let read = store.stream(move |snapshot| {
            first.data_version.get_or_init(|| snapshot.data_version());
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            runtime.block_on(newer.ingest(batch(vec![guardduty(9999, 0, 1)]))).unwrap();
            let second = Arc::clone(&first);
            let left = newer.read(move |snapshot| {
                second.answer_what_is_left(snapshot).unwrap();
                Ok((snapshot.data_version(), second.next.load(Ordering::Relaxed)))
            });
            let (version, begun) = runtime.block_on(left).unwrap();
            assert_ne!(version, snapshot.data_version());
            assert_eq!(begun, 0);
            assert!(first.answer().is_none());
            first.answer_what_is_left(snapshot).unwrap();
            Ok((snapshot.data_version(), overview(snapshot, &spec, OverviewView::default(), INTERVAL).unwrap()))
        });
        let (version, alone) = read.await.unwrap();
        let (answer, _) = asked.answer().unwrap();
        assert_eq!(answer.data_version, version);
        assert_eq!(answer, alone);
    }
}

//! Everything the first page says, of one version of the data.

use std::time::Duration;

use app::model::terms::NONE_KEY;
use app::model::{
    Breakdown, BreakdownRow, Counts, Dimension, Filter, Finding, Headline, HeatColumns, Kpi, KpiKind, Movers, News,
    Overview, OverviewView, Place, Radar, Sort, SourceState, SourceStatus, Span, StatusChoice, TimeRange, Trend,
};
use jiff::SignedDuration;

use super::breakdown::breakdown_from;
use super::coverage::{self, Spans};
use super::findings::latest;
use super::fleet;
use super::heatmap::{by_time, by_values};
use super::movers::movers_between;
use super::news::news_within;
use super::trend::{lines, trend_within};
use super::{FindingList, breakdown, heat_week, members, radar, source_statuses};
use crate::query::horizon;
use crate::query::spec::Spec;
use crate::query::tally::{Tally, Told, severe, tally};
use crate::query::{QueryError, counts, over_time};
use crate::store::Snapshot;

/// Rows of "where" and of the latest findings.
const ROWS: usize = 8;

/// Answers every question of the first page.
pub fn overview(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    view: OverviewView,
    interval: Duration,
) -> Result<Overview, QueryError> {
    let places = where_it_is(snapshot, spec, view)?;
    Ok(joined(spec, places, what_it_is(snapshot, spec, interval)?))
}

/// The half of the first page that counts by place and over time, with what lies at the same edges of windows. Both halves
/// take about as long, so that two readers answer in half the time; they fit together where they saw the same data.
pub struct Where {
    present: Tally,
    past: Option<Tally>,
    categories: Breakdown,
    clusters: Vec<Place>,
    families: Vec<Place>,
    heat: heat_week::HeatOfView,
    movers: Movers,
    trend: Trend,
    data_version: u64,
}

/// The other half: what there is by itself.
pub struct What {
    looked: bool,
    headline: Headline,
    active_now: i64,
    active_before: Option<i64>,
    sequence_members: i64,
    latest_high: Vec<Finding>,
    news: News,
    news_total: usize,
    radar: Radar,
    sources: Vec<SourceStatus>,
    data_version: u64,
}

/// Counts by category, cluster, family and type, now and before, and the trend.
pub fn where_it_is(snapshot: &Snapshot<'_>, spec: &Spec, view: OverviewView) -> Result<Where, QueryError> {
    let spec = &horizon::looked_at(snapshot, spec)?;
    let covered = coverage::covered(snapshot, &spec.filter)?;
    let previous = coverage::watched_before(&covered, spec);
    let windows: Vec<&Spec> = [Some(spec), previous.as_ref()].into_iter().flatten().collect();
    let told = [Told::Category, Told::Cluster, Told::Family, Told::Type];
    let mut tallies = tally(snapshot, &windows, &told)?.into_iter();
    let (present, past) = (tallies.next().unwrap_or_default(), tallies.next());
    let of = |by| breakdown_from(snapshot, spec, by, present.rows(by), present.total);
    let (categories, clusters, families) = (of(Dimension::Category), of(Dimension::Cluster), of(Dimension::Family));
    let place = |rows: &Breakdown| {
        let past = past.as_ref().map(|past| past.rows(rows.by));
        places(snapshot, spec, rows, past, ROWS, &covered)
    };
    let whole = match view.columns {
        HeatColumns::Of(Dimension::Cluster) => by_values(snapshot, spec, categories.clone(), clusters.clone())?,
        HeatColumns::Of(columns) => by_values(snapshot, spec, categories.clone(), breakdown(snapshot, spec, columns)?)?,
        HeatColumns::Time => by_time(snapshot, spec, categories.clone(), &covered)?,
    };
    Ok(Where {
        clusters: place(&clusters)?,
        families: place(&families)?,
        heat: heat_week::of_view(snapshot, spec, view, whole, &covered)?,
        movers: movers_between(snapshot, spec, past.as_ref().map(|past| (&present, past))),
        trend: trend_within(snapshot, spec, view.by, view.metric, &covered)?,
        present,
        past,
        categories,
        data_version: snapshot.data_version(),
    })
}

/// The sentence, what is open, what is new, and how fresh all of it is.
pub fn what_it_is(snapshot: &Snapshot<'_>, spec: &Spec, interval: Duration) -> Result<What, QueryError> {
    let spec = &horizon::looked_at(snapshot, spec)?;
    let sources = source_statuses(snapshot, spec.now, interval)?;
    let looked = sources.iter().any(|source| source.last_success_at.is_some()) || anything(snapshot)?;
    let covered = coverage::covered(snapshot, &spec.filter)?;
    let (news, news_total) = news_within(snapshot, spec, &covered, ROWS)?;
    Ok(What {
        headline: headline(snapshot, spec, &sources, looked)?,
        active_now: counts::totals_ever(snapshot, &ever_open(&spec.filter))?.findings,
        active_before: open_before(snapshot, spec, &covered)?,
        sequence_members: members(snapshot, spec)?,
        latest_high: latest_high(snapshot, spec)?,
        radar: radar(snapshot, spec)?,
        looked,
        news,
        news_total,
        sources,
        data_version: snapshot.data_version(),
    })
}

/// The halves as a page; `None`: the data changed between them.
pub fn joined_if_alike(spec: &Spec, places: Where, things: What) -> Option<Overview> {
    (places.data_version == things.data_version).then(|| joined(spec, places, things))
}

fn joined(spec: &Spec, places: Where, things: What) -> Overview {
    let Where { present, past, heat, .. } = places;
    let What { looked, .. } = things;
    Overview {
        window: spec.window(),
        kpis: kpis(spec, looked, (&present, past.as_ref()), (things.active_now, things.active_before)),
        headline: things.headline,
        sequence_members: looked.then_some(things.sequence_members),
        trend: places.trend,
        clusters_total: named_rows(present.rows(Dimension::Cluster)),
        clusters: places.clusters,
        families_total: named_rows(present.rows(Dimension::Family)),
        families: places.families,
        latest_high: things.latest_high,
        sources: things.sources,
        heatmap: heat.heatmap,
        heat_weeks: heat.weeks,
        heat_week: heat.week,
        categories: places.categories,
        movers: places.movers,
        news: things.news,
        news_total: things.news_total,
        radar: things.radar,
        as_of: spec.now,
        data_version: places.data_version,
    }
}

fn latest_high(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Vec<Finding>, QueryError> {
    let mut high = spec.clone();
    high.filter = severe(&spec.filter);
    high.filter.limit = u32::try_from(ROWS).ok();
    high.filter.sort = Some(Sort::Created);
    let list = FindingList::of(&high.filter)?;
    // Most lists are full after a day or a week, and older places on disk stay unread.
    for days in [1, 7] {
        let from = spec.to.checked_sub(SignedDuration::from_hours(24 * days)).ok();
        if from.is_none_or(|from| spec.from.is_some_and(|begin| from <= begin)) {
            break;
        }
        let found = latest(snapshot, &Spec { from, ..high.clone() }, &list)?;
        if found.len() == ROWS {
            return Ok(found);
        }
    }
    latest(snapshot, &high, &list)
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

/// What was open when the window began; `None`: it has no beginning, or nobody looked then.
fn open_before(snapshot: &Snapshot<'_>, spec: &Spec, covered: &Spans) -> Result<Option<i64>, QueryError> {
    let Some(from) = spec.from else { return Ok(None) };
    let filter = Filter { status: None, ..spec.filter.clone() };
    let just_before = from.checked_sub(SignedDuration::from_secs(1)).unwrap_or(from);
    let looked = coverage::contains(covered, just_before, from);
    looked.then(|| over_time::open_at(snapshot, &filter, from)).transpose()
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

/// The first rows with their sparklines and their past.
pub(super) fn places(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    rows: &Breakdown,
    past: Option<&[(String, Counts)]>,
    most: usize,
    covered: &Spans,
) -> Result<Vec<Place>, QueryError> {
    let shown = &rows.rows[..rows.rows.len().min(most)];
    let keys: Vec<String> = shown.iter().map(|row| row.key.clone()).collect();
    let mut lines = lines(snapshot, spec, rows.by, &keys, covered)?;
    let before =
        |past: &[(String, Counts)], key: &str| past.iter().find(|row| row.0 == key).map_or(0, |row| row.1.findings);
    let place = |row: &BreakdownRow| Place {
        spark: lines.remove(&row.key).unwrap_or_default(),
        previous: past.map(|past| before(past, &row.key)),
        row: row.clone(),
    };
    Ok(shown.iter().map(place).collect())
}

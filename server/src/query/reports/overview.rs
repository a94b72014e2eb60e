//! Everything the first page says, from one snapshot.

use std::time::Duration;

use app::model::terms::NONE_KEY;
use app::model::{
    Breakdown, BreakdownRow, Counts, Dimension, Filter, Finding, Headline, HeatColumns, Kpi, KpiKind, Overview,
    OverviewView, Place, Sort, SourceState, SourceStatus, Span, StatusChoice, TimeRange,
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
use crate::query::{QueryError, counts};
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
    let spec = &horizon::looked_at(snapshot, spec)?;
    let sources = source_statuses(snapshot, spec.now, interval)?;
    let looked = sources.iter().any(|source| source.last_success_at.is_some()) || anything(snapshot)?;
    let covered = coverage::covered(snapshot, &spec.filter)?;
    let previous = coverage::watched_before(&covered, spec);
    let windows: Vec<&Spec> = [Some(spec), previous.as_ref()].into_iter().flatten().collect();
    let tallies = tally(snapshot, &windows, &[Told::Cluster, Told::Family, Told::Type])?;
    let present = tallies.first().cloned().unwrap_or_default();
    let past = tallies.get(1);
    let of = |by| breakdown_from(snapshot, spec, by, present.rows(by), present.total);
    let (categories, clusters, families) = (of(Dimension::Category), of(Dimension::Cluster), of(Dimension::Family));
    let place = |rows: &Breakdown| places(snapshot, spec, rows, past.map(|past| past.rows(rows.by)), ROWS, &covered);
    let whole = match view.columns {
        HeatColumns::Of(Dimension::Cluster) => by_values(snapshot, spec, categories.clone(), clusters.clone())?,
        HeatColumns::Of(columns) => by_values(snapshot, spec, categories.clone(), breakdown(snapshot, spec, columns)?)?,
        HeatColumns::Time => by_time(snapshot, spec, categories.clone(), &covered)?,
    };
    let heat = heat_week::of_view(snapshot, spec, view, whole, &covered)?;
    let (news, news_total) = news_within(snapshot, spec, &covered, ROWS)?;
    Ok(Overview {
        window: spec.window(),
        headline: headline(snapshot, spec, &sources, looked)?,
        kpis: kpis(snapshot, spec, looked, (&present, past), &covered)?,
        sequence_members: looked.then(|| members(snapshot, spec)).transpose()?,
        trend: trend_within(snapshot, spec, view.by, view.metric, &covered)?,
        clusters_total: named_rows(present.rows(Dimension::Cluster)),
        clusters: place(&clusters)?,
        families_total: named_rows(present.rows(Dimension::Family)),
        families: place(&families)?,
        latest_high: latest_high(snapshot, spec)?,
        sources,
        heatmap: heat.heatmap,
        heat_weeks: heat.weeks,
        heat_week: heat.week,
        categories,
        movers: movers_between(snapshot, spec, past.map(|past| (&present, past))),
        news,
        news_total,
        radar: radar(snapshot, spec)?,
        as_of: spec.now,
        data_version: snapshot.data_version(),
    })
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

fn kpis(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    looked: bool,
    (present, past): (&Tally, Option<&Tally>),
    covered: &Spans,
) -> Result<Vec<Kpi>, QueryError> {
    let mut open = spec.filter.first_page();
    open.status = Some(StatusChoice::Active);
    open.range = TimeRange::Last(Span::All);
    let active_now = counts::totals_ever(snapshot, &open)?.findings;
    let active_before = match spec.from {
        None => None,
        Some(from) => {
            let mut filter = spec.filter.clone();
            filter.status = None;
            let just_before = from.checked_sub(SignedDuration::from_secs(1)).unwrap_or(from);
            let looked = coverage::contains(covered, just_before, from);
            looked.then(|| counts::open_at(snapshot, &filter, from)).transpose()?
        }
    };
    let here = |filter: &Filter| filter.first_page().to_query();
    let kpi = |kind, value: i64, previous, query| Kpi { kind, value: looked.then_some(value), previous, query };
    let compared = |kind, of: fn(&Tally) -> i64, query| kpi(kind, of(present), past.map(of), query);
    Ok(vec![
        compared(KpiKind::New, |tally| tally.total.findings, here(&spec.filter)),
        compared(KpiKind::NewHigh, |tally| tally.severe, here(&severe(&spec.filter))),
        kpi(KpiKind::Active, active_now, active_before, here(&open)),
        compared(KpiKind::Occurrences, |tally| tally.total.occurrences, here(&spec.filter)),
        compared(KpiKind::FamiliesAffected, families_affected, here(&spec.filter)),
    ])
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

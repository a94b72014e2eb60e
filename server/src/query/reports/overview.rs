//! Everything the first page says, from one snapshot.

use std::time::Duration;

use app::model::terms::NONE_KEY;
use app::model::{
    Breakdown, BreakdownRow, Counts, Dimension, Field, Filter, Headline, Kpi, KpiKind, Overview, OverviewView, Place,
    Severity, Sort, SourceState, SourceStatus, Span, StatusChoice, TimeRange,
};
use jiff::{SignedDuration, Timestamp};

use super::breakdown::breakdown_of;
use super::findings::latest;
use super::trend::lines;
use super::{FindingList, breakdown, coverage, heat_week, members, movers, news, radar, source_statuses, trend};
use crate::query::spec::Spec;
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
    let sources = source_statuses(snapshot, spec.now, interval)?;
    let looked = sources.iter().any(|source| source.last_success_at.is_some()) || anything(snapshot)?;
    let present = Period::of(snapshot, spec)?;
    let past = match spec.previous() {
        Some(previous) if looked_at(snapshot, &spec.filter, previous.from, previous.to)? => {
            Some(Period::of(snapshot, &previous)?)
        }
        _ => None,
    };
    let mut high = spec.clone();
    high.filter = severe(&spec.filter);
    high.filter.limit = u32::try_from(ROWS).ok();
    high.filter.sort = Some(Sort::Created);
    let heat = heat_week::heatmap_of(snapshot, spec, view)?;
    let past_clusters = past.as_ref().map(|past| &past.clusters);
    let past_families = past.as_ref().map(|past| &past.families);
    Ok(Overview {
        window: spec.window(),
        headline: headline(snapshot, spec, &sources, looked)?,
        kpis: kpis(snapshot, spec, looked, &present, past.as_ref())?,
        sequence_members: looked.then(|| members(snapshot, spec)).transpose()?,
        trend: trend(snapshot, spec, view.by, view.metric)?,
        categories: breakdown(snapshot, spec, Dimension::Category)?,
        clusters_total: named_rows(&present.clusters),
        clusters: places(snapshot, spec, &present.clusters, past_clusters, ROWS)?,
        families_total: named_rows(&present.families),
        families: places(snapshot, spec, &present.families, past_families, ROWS)?,
        latest_high: latest(snapshot, &high, &FindingList::of(&high.filter)?)?,
        sources,
        heatmap: heat.heatmap,
        heat_weeks: heat.weeks,
        heat_week: heat.week,
        movers: movers(snapshot, spec)?,
        news: news(snapshot, spec)?,
        radar: radar(snapshot, spec)?,
        as_of: spec.now,
        data_version: snapshot.data_version(),
    })
}

/// What is compared between a window and the one before.
struct Period {
    totals: Counts,
    high: i64,
    clusters: Breakdown,
    families: Breakdown,
}

impl Period {
    fn of(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Self, QueryError> {
        let totals = counts::totals(snapshot, spec)?;
        let severe = Spec { filter: severe(&spec.filter), ..spec.clone() };
        Ok(Self {
            totals,
            high: counts::totals(snapshot, &severe)?.findings,
            clusters: breakdown_of(snapshot, spec, Dimension::Cluster, Some(totals))?,
            families: breakdown_of(snapshot, spec, Dimension::Family, Some(totals))?,
        })
    }

    fn families_affected(&self) -> i64 {
        i64::try_from(named_rows(&self.families)).unwrap_or(i64::MAX)
    }
}

fn anything(snapshot: &Snapshot<'_>) -> Result<bool, QueryError> {
    Ok(snapshot.connection().query_row("SELECT EXISTS (FROM finding)", [], |row| row.get(0))?)
}

/// The filter narrowed to high and critical, unless it chose severities itself.
fn severe(filter: &Filter) -> Filter {
    let mut severe = filter.first_page();
    severe.fields.entry(Field::Severity).or_insert_with(|| app::model::Selection {
        include: vec![Severity::High.as_str().to_owned(), Severity::Critical.as_str().to_owned()],
        exclude: Vec::new(),
    });
    severe
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
    let by_family = breakdown(snapshot, &day, Dimension::Family)?;
    let without_family = by_family.rows.iter().find(|row| row.key == NONE_KEY);
    let synced = sources.iter().filter(|source| source.state != SourceState::NotEnabled);
    let all: Option<Vec<_>> = synced.map(|source| source.last_success_at).collect();
    let failing = |source: &&SourceStatus| {
        matches!(source.state, SourceState::Failing | SourceState::Denied | SourceState::Stale | SourceState::Never)
    };
    Ok(Headline {
        since,
        new_high: looked.then_some(by_family.total.findings),
        families: i64::try_from(named_rows(&by_family)).unwrap_or(i64::MAX),
        unattributed: without_family.map_or(0, |row| row.findings),
        synced_at: all.and_then(|times| times.into_iter().min()),
        sources_failing: sources.iter().filter(failing).count(),
        sources_total: sources.len(),
    })
}

fn named_rows(breakdown: &Breakdown) -> usize {
    breakdown.rows.iter().filter(|row| row.key != NONE_KEY).count()
}

/// Whether every moment of a span was looked at: a figure of a span seen in part is no figure to compare with.
pub(super) fn looked_at(
    snapshot: &Snapshot<'_>,
    filter: &Filter,
    from: Option<Timestamp>,
    to: Timestamp,
) -> Result<bool, QueryError> {
    let Some(from) = from else { return Ok(false) };
    Ok(coverage::contains(&coverage::covered(snapshot, filter)?, from, to))
}

fn kpis(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    looked: bool,
    present: &Period,
    past: Option<&Period>,
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
            let looked = looked_at(snapshot, &spec.filter, Some(just_before), from)?;
            looked.then(|| counts::open_at(snapshot, &filter, from)).transpose()?
        }
    };
    let here = |filter: &Filter| filter.first_page().to_query();
    let kpi = |kind, value: i64, previous, query| Kpi { kind, value: looked.then_some(value), previous, query };
    let compared = |kind, of: fn(&Period) -> i64, query| kpi(kind, of(present), past.map(of), query);
    Ok(vec![
        compared(KpiKind::New, |period| period.totals.findings, here(&spec.filter)),
        compared(KpiKind::NewHigh, |period| period.high, here(&severe(&spec.filter))),
        kpi(KpiKind::Active, active_now, active_before, here(&open)),
        compared(KpiKind::Occurrences, |period| period.totals.occurrences, here(&spec.filter)),
        compared(KpiKind::FamiliesAffected, Period::families_affected, here(&spec.filter)),
    ])
}

/// The first rows with their sparklines and their past.
pub(super) fn places(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    rows: &Breakdown,
    past: Option<&Breakdown>,
    most: usize,
) -> Result<Vec<Place>, QueryError> {
    let shown = &rows.rows[..rows.rows.len().min(most)];
    let keys: Vec<String> = shown.iter().map(|row| row.key.clone()).collect();
    let mut lines = lines(snapshot, spec, rows.by, &keys)?;
    let before =
        |past: &Breakdown, key: &str| past.rows.iter().find(|row| row.key == key).map_or(0, |row| row.findings);
    let place = |row: &BreakdownRow| Place {
        spark: lines.remove(&row.key).unwrap_or_default(),
        previous: past.map(|past| before(past, &row.key)),
        row: row.clone(),
    };
    Ok(shown.iter().map(place).collect())
}

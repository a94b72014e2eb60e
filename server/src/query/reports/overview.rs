//! Everything the first page says, from one snapshot.

use std::time::Duration;

use app::model::{
    Breakdown, Dimension, Field, Filter, Headline, Kpi, KpiKind, Metric, Overview, OverviewView, Place, Severity, Sort,
    SourceState, SourceStatus, Span, StatusChoice, TimeRange, Trend,
};
use duckdb::params_from_iter;
use jiff::{SignedDuration, Timestamp};

use super::{
    FindingList, breakdown, coverage, findings, heatmap, movers, news, radar, source_statuses, totals,
    totals_and_members, trend,
};
use crate::query::QueryError;
use crate::query::compile::{any_time, in_window};
use crate::query::spec::Spec;
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
    let clusters = breakdown(snapshot, spec, Dimension::Cluster)?;
    let families = breakdown(snapshot, spec, Dimension::Family)?;
    let mut high = spec.clone();
    high.filter = severe(&spec.filter);
    high.filter.limit = u32::try_from(ROWS).ok();
    high.filter.sort = Some(Sort::Created);
    Ok(Overview {
        window: spec.window(),
        headline: headline(snapshot, spec, &sources, looked)?,
        kpis: kpis(snapshot, spec, looked, &families)?,
        sequence_members: looked.then_some(totals_and_members(snapshot, &in_window(spec))?.1),
        trend: trend(snapshot, spec, view.by, view.metric)?,
        categories: breakdown(snapshot, spec, Dimension::Category)?,
        clusters_total: named_rows(&clusters),
        clusters: places(snapshot, spec, clusters, ROWS)?,
        families_total: named_rows(&families),
        families: places(snapshot, spec, families, ROWS)?,
        latest_high: findings(snapshot, &high, &FindingList::of(&high.filter)?)?.findings,
        sources,
        heatmap: heatmap(snapshot, spec, Dimension::Category, view.columns)?,
        movers: movers(snapshot, spec)?,
        news: news(snapshot, spec)?,
        radar: radar(snapshot, spec)?,
        as_of: spec.now,
        data_version: snapshot.data_version(),
    })
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
    let conditions = in_window(&day);
    let found = totals(snapshot, &conditions)?.findings;
    let unattributed = totals(snapshot, &conditions.clone().and("len(f.families) = 0", []))?.findings;
    let synced = sources.iter().filter(|source| source.state != SourceState::NotEnabled);
    let all: Option<Vec<_>> = synced.map(|source| source.last_success_at).collect();
    let failing = |source: &&SourceStatus| {
        matches!(source.state, SourceState::Failing | SourceState::Denied | SourceState::Stale | SourceState::Never)
    };
    Ok(Headline {
        since,
        new_high: looked.then_some(found),
        families: families_affected(snapshot, &day)?,
        unattributed,
        synced_at: all.and_then(|times| times.into_iter().min()),
        sources_failing: sources.iter().filter(failing).count(),
        sources_total: sources.len(),
    })
}

fn families_affected(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<i64, QueryError> {
    let conditions = in_window(spec);
    let sql = format!(
        "SELECT count(DISTINCT family) FROM (SELECT unnest(f.families) AS family FROM finding f WHERE {})",
        conditions.sql()
    );
    Ok(snapshot.connection().query_row(&sql, params_from_iter(conditions.values), |row| row.get(0))?)
}

fn named_rows(breakdown: &Breakdown) -> usize {
    breakdown.rows.iter().filter(|row| row.key != app::model::terms::NONE_KEY).count()
}

/// Whether every moment of a span was looked at: a figure of a span seen in part is no figure to compare with.
fn looked_at(snapshot: &Snapshot<'_>, filter: &Filter, from: Timestamp, to: Timestamp) -> Result<bool, QueryError> {
    Ok(coverage::contains(&coverage::covered(snapshot, filter)?, from, to))
}

fn kpis(snapshot: &Snapshot<'_>, spec: &Spec, looked: bool, families: &Breakdown) -> Result<Vec<Kpi>, QueryError> {
    let previous = spec.previous();
    let before = |of: &dyn Fn(&Spec) -> Result<i64, QueryError>| -> Result<Option<i64>, QueryError> {
        let Some(previous) = &previous else { return Ok(None) };
        let Some(from) = previous.from else { return Ok(None) };
        looked_at(snapshot, &previous.filter, from, previous.to)?.then(|| of(previous)).transpose()
    };
    let new = |spec: &Spec| Ok(totals(snapshot, &in_window(spec))?.findings);
    let new_high = |spec: &Spec| new(&Spec { filter: severe(&spec.filter), ..spec.clone() });
    let occurrences = |spec: &Spec| Ok(totals(snapshot, &in_window(spec))?.occurrences);
    let affected = |spec: &Spec| families_affected(snapshot, spec);

    let mut open = spec.filter.first_page();
    open.status = Some(StatusChoice::Active);
    open.range = TimeRange::Last(Span::All);
    let active_now = totals(snapshot, &any_time(&open))?.findings;
    let active_before = match spec.from {
        None => None,
        Some(from) => {
            let mut filter = spec.filter.clone();
            filter.status = None;
            let conditions = any_time(&filter)
                .and("f.created_at < ?", [crate::store::sql_time(from)])
                .and("(f.closed_at IS NULL OR f.closed_at >= ?)", [crate::store::sql_time(from)]);
            let just_before = from.checked_sub(SignedDuration::from_secs(1)).unwrap_or(from);
            let looked = looked_at(snapshot, &spec.filter, just_before, from)?;
            looked.then(|| Ok::<_, QueryError>(totals(snapshot, &conditions)?.findings)).transpose()?
        }
    };
    let here = |filter: &Filter| filter.first_page().to_query();
    let kpi = |kind, value: i64, previous, query| Kpi { kind, value: looked.then_some(value), previous, query };
    let affected_now = i64::try_from(named_rows(families)).unwrap_or(i64::MAX);
    Ok(vec![
        kpi(KpiKind::New, new(spec)?, before(&new)?, here(&spec.filter)),
        kpi(KpiKind::NewHigh, new_high(spec)?, before(&new_high)?, here(&severe(&spec.filter))),
        kpi(KpiKind::Active, active_now, active_before, here(&open)),
        kpi(KpiKind::Occurrences, occurrences(spec)?, before(&occurrences)?, here(&spec.filter)),
        kpi(KpiKind::FamiliesAffected, affected_now, before(&affected)?, here(&spec.filter)),
    ])
}

/// The first rows with their sparklines and their past.
pub(super) fn places(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    rows: Breakdown,
    most: usize,
) -> Result<Vec<Place>, QueryError> {
    let by = rows.by;
    let lines: Trend = trend(snapshot, spec, by, Metric::New)?;
    let previous = match spec.previous() {
        Some(Spec { from: Some(from), to, filter, .. }) if looked_at(snapshot, &filter, from, to)? => {
            spec.previous().map(|previous| breakdown(snapshot, &previous, by)).transpose()?
        }
        _ => None,
    };
    let place = |row: app::model::BreakdownRow| {
        let spark = lines.series.iter().find(|series| series.key == row.key).map(|series| series.values.clone());
        let before = previous
            .as_ref()
            .map(|past| past.rows.iter().find(|past| past.key == row.key).map_or(0, |past| past.findings));
        Place { spark: spark.unwrap_or_default(), previous: before, row }
    };
    Ok(rows.rows.into_iter().take(most).map(place).collect())
}

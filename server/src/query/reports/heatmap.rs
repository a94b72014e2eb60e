//! Findings of a window by two dimensions, or by one and time.

use app::model::{
    Breakdown, BreakdownRow, Category, Dimension, Grain, HeatColumn, HeatColumns, HeatRow, Heatmap, Metric, Severity,
};

use super::breakdown;
use super::coverage::{self, Spans};
use super::trend::trend_within;
use crate::query::horizon;
use crate::query::spec::Spec;
use crate::query::{QueryError, counts};
use crate::store::Snapshot;

/// Most rows, and most columns of values: the totals say how many there are.
const MOST: usize = 200;

/// Totals are those of the breakdown and of the trend; cells of time are the trend's values.
pub fn heatmap(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    rows: Dimension,
    columns: HeatColumns,
) -> Result<Heatmap, QueryError> {
    let spec = &horizon::looked_at(snapshot, spec)?;
    let rows = breakdown(snapshot, spec, rows)?;
    match columns {
        HeatColumns::Of(columns) => by_values(snapshot, spec, rows, breakdown(snapshot, spec, columns)?),
        HeatColumns::Time => by_time(snapshot, spec, rows, &coverage::covered(snapshot, &spec.filter)?),
    }
}

/// The same where rows and columns are known.
pub(super) fn by_values(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    rows: Breakdown,
    columns: Breakdown,
) -> Result<Heatmap, QueryError> {
    let (rows_by, cols_by) = (rows.by, columns.by);
    let cells = counts::cells(snapshot, spec, (rows_by, cols_by))?;
    let watched = rows.watched;
    let (rows_total, columns_total, total) = (rows.rows.len(), columns.rows.len(), rows.total.findings);
    let columns = ordered(columns);
    let rows = ordered(rows).into_iter().map(|row| HeatRow {
        cells: columns
            .iter()
            .map(|column| cells.get(&(row.key.clone(), column.key.clone())).copied().unwrap_or(0))
            .map(|count| coverage::known(count, watched))
            .collect(),
        key: row.key,
        label: row.label,
        findings: row.findings,
    });
    Ok(Heatmap {
        rows_by,
        cols_by: HeatColumns::Of(cols_by),
        grain: None,
        time_zone: spec.zone_name(),
        rows: rows.collect(),
        columns: columns
            .into_iter()
            .map(|column| HeatColumn { key: column.key, label: column.label, findings: Some(column.findings) })
            .collect(),
        columns_total,
        rows_total,
        total,
        watched,
        as_of: spec.now,
        data_version: snapshot.data_version(),
    })
}

/// The same where the rows are known, and what was looked at.
pub(super) fn by_time(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    rows: Breakdown,
    covered: &Spans,
) -> Result<Heatmap, QueryError> {
    let rows_by = rows.by;
    let mut weekly = spec.clone();
    weekly.filter.grain.get_or_insert(Grain::Week);
    let trend = trend_within(snapshot, &weekly, rows_by, Metric::New, covered)?;
    let (rows_total, total, watched) = (rows.rows.len(), rows.total.findings, rows.watched);
    let quiet: Vec<Option<i64>> = trend.totals.iter().map(|total| total.map(|_| 0)).collect();
    let rows = ordered(rows).into_iter().map(|row| {
        let values = trend.series.iter().find(|series| series.key == row.key).map(|series| series.values.clone());
        let cells = values.unwrap_or_else(|| quiet.clone());
        HeatRow { key: row.key, label: row.label, findings: row.findings, cells }
    });
    let columns: Vec<HeatColumn> = trend
        .buckets
        .iter()
        .zip(&trend.totals)
        .map(|(bucket, total)| HeatColumn { key: bucket.clone(), label: bucket.clone(), findings: *total })
        .collect();
    Ok(Heatmap {
        rows_by,
        cols_by: HeatColumns::Time,
        grain: Some(trend.grain),
        time_zone: trend.time_zone,
        rows: rows.collect(),
        columns_total: columns.len(),
        columns,
        rows_total,
        total,
        watched,
        as_of: spec.now,
        data_version: snapshot.data_version(),
    })
}

/// Closed vocabularies in their own order, others with the largest first, and no more than can be shown.
fn ordered(breakdown: Breakdown) -> Vec<BreakdownRow> {
    let rank = |row: &BreakdownRow| match breakdown.by {
        Dimension::Category => Category::ALL.iter().position(|category| category.as_str() == row.key),
        Dimension::Severity => Severity::ALL.iter().rev().position(|severity| severity.as_str() == row.key),
        _ => None,
    };
    let mut rows = breakdown.rows.clone();
    rows.sort_by_key(|row| rank(row).unwrap_or(usize::MAX));
    rows.truncate(MOST);
    rows
}

//! Findings of a window by two dimensions, or by one and time.

use std::collections::HashMap;

use app::model::{
    Breakdown, BreakdownRow, Category, Dimension, Grain, HeatColumn, HeatColumns, HeatRow, Heatmap, Metric, Severity,
};
use duckdb::params_from_iter;

use super::{breakdown, trend};
use crate::query::QueryError;
use crate::query::compile::{in_window, key_of};
use crate::query::spec::Spec;
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
    match columns {
        HeatColumns::Of(columns) => by_values(snapshot, spec, rows, columns),
        HeatColumns::Time => by_time(snapshot, spec, rows),
    }
}

fn by_values(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    rows_by: Dimension,
    cols_by: Dimension,
) -> Result<Heatmap, QueryError> {
    let rows = breakdown(snapshot, spec, rows_by)?;
    let columns = breakdown(snapshot, spec, cols_by)?;
    let cells = cells(snapshot, spec, rows_by, cols_by)?;
    let (rows_total, columns_total, total) = (rows.rows.len(), columns.rows.len(), rows.total.findings);
    let columns = ordered(columns);
    let rows = ordered(rows).into_iter().map(|row| HeatRow {
        cells: columns
            .iter()
            .map(|column| Some(cells.get(&(row.key.clone(), column.key.clone())).copied().unwrap_or(0)))
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
        as_of: spec.now,
        data_version: snapshot.data_version(),
    })
}

fn by_time(snapshot: &Snapshot<'_>, spec: &Spec, rows_by: Dimension) -> Result<Heatmap, QueryError> {
    let mut weekly = spec.clone();
    weekly.filter.grain.get_or_insert(Grain::Week);
    let trend = trend(snapshot, &weekly, rows_by, Metric::New)?;
    let rows = breakdown(snapshot, spec, rows_by)?;
    let (rows_total, total) = (rows.rows.len(), rows.total.findings);
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

/// Counts of the cells that have any, by row and column.
fn cells(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    rows: Dimension,
    columns: Dimension,
) -> Result<HashMap<(String, String), i64>, QueryError> {
    let conditions = in_window(spec);
    let sql = include_str!("../sql/heatmap.sql")
        .replace("{conditions}", &conditions.sql())
        .replace("{row}", key_of(rows))
        .replace("{column}", key_of(columns));
    let mut statement = snapshot.connection().prepare(&sql)?;
    let cells = statement.query_map(params_from_iter(conditions.values), |row| {
        Ok(((row.get::<_, String>(0)?, row.get::<_, String>(1)?), row.get::<_, i64>(2)?))
    })?;
    Ok(cells.collect::<Result<_, _>>()?)
}

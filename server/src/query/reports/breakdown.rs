//! Findings of a window split by one dimension.

use app::model::{Breakdown, BreakdownRow, Counts, Dimension, Field, FilterValues};
use duckdb::params_from_iter;

use crate::query::QueryError;
use crate::query::compile::{Conditions, in_window, key_of};
use crate::query::spec::Spec;
use crate::store::Snapshot;

/// Rows with the most findings first.
pub fn breakdown(snapshot: &Snapshot<'_>, spec: &Spec, by: Dimension) -> Result<Breakdown, QueryError> {
    let conditions = in_window(spec);
    let total = totals(snapshot, &conditions)?;
    let sql =
        include_str!("../sql/breakdown.sql").replace("{conditions}", &conditions.sql()).replace("{key}", key_of(by));
    let mut statement = snapshot.connection().prepare(&sql)?;
    let rows = statement.query_map(params_from_iter(conditions.values), |row| {
        Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?))
    })?;
    let rows = rows
        .map(|row| {
            row.map(|(key, findings, occurrences)| BreakdownRow {
                label: super::label(by, &key),
                key,
                findings,
                occurrences,
            })
        })
        .collect::<Result<_, _>>()?;
    Ok(Breakdown { by, rows, total, as_of: spec.now, data_version: snapshot.data_version() })
}

/// Every selected finding counted once.
pub fn totals(snapshot: &Snapshot<'_>, conditions: &Conditions) -> Result<Counts, QueryError> {
    Ok(totals_and_members(snapshot, conditions)?.0)
}

/// Every selected finding counted once, and those of them that belong to an attack sequence.
pub fn totals_and_members(snapshot: &Snapshot<'_>, conditions: &Conditions) -> Result<(Counts, i64), QueryError> {
    let sql = format!(
        "SELECT count(*), coalesce(sum(f.occurrences), 0)::BIGINT, count(*) FILTER (f.sequence = 'member')
         FROM finding f WHERE {}",
        conditions.sql()
    );
    let counts = snapshot.connection().query_row(&sql, params_from_iter(conditions.values.clone()), |row| {
        Ok((Counts { findings: row.get(0)?, occurrences: row.get(1)? }, row.get(2)?))
    })?;
    Ok(counts)
}

/// The values of every dimension. A dimension's own selection does not hide its other values.
pub fn filter_values(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<FilterValues, QueryError> {
    let dimensions = [
        (Dimension::Category, Field::Category),
        (Dimension::Severity, Field::Severity),
        (Dimension::Cluster, Field::Cluster),
        (Dimension::Family, Field::Family),
        (Dimension::Service, Field::Service),
        (Dimension::Account, Field::Account),
        (Dimension::Region, Field::Region),
        (Dimension::Type, Field::Type),
        (Dimension::Source, Field::Source),
        (Dimension::Workflow, Field::Workflow),
    ];
    let dimensions = dimensions.into_iter().map(|(dimension, field)| {
        let widened = Spec { filter: spec.filter.without(field), ..spec.clone() };
        breakdown(snapshot, &widened, dimension)
    });
    Ok(FilterValues {
        dimensions: dimensions.collect::<Result<_, _>>()?,
        as_of: spec.now,
        data_version: snapshot.data_version(),
    })
}

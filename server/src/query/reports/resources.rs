//! Resources to filter by. There may be as many as there are findings, so the database looks for them and only the ones
//! with the most findings leave it.

use app::model::{BreakdownRow, Field, FoundValues, resource_label};
use duckdb::types::Value;

use crate::query::compile::in_window;
use crate::query::spec::Spec;
use crate::query::{QueryError, horizon};
use crate::store::Snapshot;

/// Those whose id holds a text, in whatever case.
pub fn resources(snapshot: &Snapshot<'_>, spec: &Spec, text: &str) -> Result<FoundValues, QueryError> {
    let spec = &horizon::looked_at(snapshot, spec)?;
    let conditions = in_window(spec);
    let sql = include_str!("../sql/resources.sql")
        .replace("{most}", &FoundValues::MOST.to_string())
        .replace("{conditions}", &conditions.sql());
    let values = conditions.values.into_iter().chain([Value::Text(text.trim().to_owned())]);
    let mut rows_total = 0;
    let rows = snapshot.rows(&sql, values, |row| {
        rows_total = row.get(3)?;
        let key: String = row.get(0)?;
        let label = resource_label(&key).to_owned();
        Ok::<_, QueryError>(BreakdownRow { key, label, findings: row.get(1)?, occurrences: row.get(2)? })
    })?;
    let (as_of, data_version) = (spec.now, snapshot.data_version());
    Ok(FoundValues { by: Field::Resource, rows, rows_total, as_of, data_version })
}

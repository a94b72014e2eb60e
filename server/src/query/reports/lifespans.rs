//! When the findings of each revision, image or type were first and last seen.

use app::model::{Dimension, LifespanRow, Lifespans};
use duckdb::params_from_iter;

use super::coverage;
use crate::query::compile::{all_in_window, key_of};
use crate::query::dictionary::{Part, filled};
use crate::query::spec::Spec;
use crate::query::{QueryError, horizon};
use crate::store::{Snapshot, read_time};

/// Rows with the newest first sight first.
pub fn lifespans(snapshot: &Snapshot<'_>, spec: &Spec, by: Dimension) -> Result<Lifespans, QueryError> {
    let spec = &horizon::looked_at(snapshot, spec)?;
    let conditions = all_in_window(snapshot, spec);
    let sql = match Part::to_count(snapshot, by) {
        Some(part) => filled(include_str!("../sql/lifespans_numbered.sql"), part, by),
        None => include_str!("../sql/lifespans.sql").replace("{key}", key_of(by)),
    };
    let mut statement = snapshot.connection().prepare(&sql.replace("{conditions}", &conditions.sql()))?;
    let mut rows = statement.query(params_from_iter(conditions.values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let key: String = row.get(0)?;
        found.push(LifespanRow {
            label: super::label(by, &key),
            key,
            findings: row.get(1)?,
            occurrences: row.get(2)?,
            active: row.get(3)?,
            first_seen: read_time(row, 4)?,
            last_seen: read_time(row, 5)?,
        });
    }
    let watched = coverage::watched(snapshot, spec)?;
    Ok(Lifespans { by, rows: found, watched, as_of: spec.now, data_version: snapshot.data_version() })
}

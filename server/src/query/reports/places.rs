//! All places with findings in the window.

use app::model::{Dimension, PlaceList};

use super::{breakdown, overview};
use crate::query::QueryError;
use crate::query::spec::Spec;
use crate::store::Snapshot;

/// More rows than this are a list nobody reads; the breakdown has them all.
const MOST: usize = 500;

/// Rows with the most findings first, each with its trend and its past.
pub fn places(snapshot: &Snapshot<'_>, spec: &Spec, by: Dimension) -> Result<PlaceList, QueryError> {
    let rows = breakdown(snapshot, spec, by)?;
    let past = match spec.previous() {
        Some(previous) if overview::looked_at(snapshot, &spec.filter, previous.from, previous.to)? => {
            Some(breakdown(snapshot, &previous, by)?)
        }
        _ => None,
    };
    Ok(PlaceList {
        window: spec.window(),
        by,
        rows: overview::places(snapshot, spec, &rows, past.as_ref(), MOST)?,
        total: rows.total,
        as_of: spec.now,
        data_version: snapshot.data_version(),
    })
}

//! All places with findings in the window.

use app::model::{Dimension, PlaceList};

use super::{breakdown, coverage, overview};
use crate::query::horizon;
use crate::query::spec::Spec;
use crate::query::{QueryError, counts};
use crate::store::Snapshot;

/// More rows than this are a list nobody reads; the breakdown has them all.
const MOST: usize = 500;

/// Rows with the most findings first, each with its trend and its past.
pub fn places(snapshot: &Snapshot<'_>, spec: &Spec, by: Dimension) -> Result<PlaceList, QueryError> {
    let spec = &horizon::looked_at_with_past(snapshot, spec)?;
    let rows = breakdown(snapshot, spec, by)?;
    let covered = coverage::covered(snapshot, &spec.filter)?;
    let previous = coverage::watched_before(&covered, spec);
    let past = previous.map(|previous| counts::by_key(snapshot, &previous, by)).transpose()?;
    let [places] = overview::places(snapshot, spec, [(&rows, past.as_deref())], MOST, &covered)?;
    Ok(PlaceList {
        window: spec.window(),
        by,
        rows: places,
        total: rows.total,
        watched: rows.watched,
        as_of: spec.now,
        data_version: snapshot.data_version(),
    })
}

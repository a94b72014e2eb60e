//! Which time somebody looked at: what lies outside is unknown, not zero.

use app::model::{Filter, Kind, Source};
use duckdb::params_from_iter;
use jiff::Timestamp;

use crate::query::QueryError;
use crate::store::{Snapshot, read_time};

/// Covered spans of the sources that could have told about what the filter selects.
pub fn covered(snapshot: &Snapshot<'_>, filter: &Filter) -> Result<Vec<(Timestamp, Timestamp)>, QueryError> {
    // Only Security Hub knows configuration and packages.
    let only_hub = !filter.kinds.is_empty() && !filter.kinds.contains(&Kind::Threat);
    let source = only_hub.then_some(Source::SecurityHub.as_str());
    let mut statement = snapshot.connection().prepare(
        "SELECT covered_from, covered_to FROM sync_covered WHERE source = coalesce(?, source) ORDER BY covered_from",
    )?;
    let mut rows = statement.query(params_from_iter([source]))?;
    let mut spans = Vec::new();
    while let Some(row) = rows.next()? {
        spans.push((read_time(row, 0)?, read_time(row, 1)?));
    }
    Ok(spans)
}

/// Whether every moment of `[from, to)` was looked at. `spans` are ordered by their beginning.
pub fn contains(spans: &[(Timestamp, Timestamp)], from: Timestamp, to: Timestamp) -> bool {
    let mut reached = from;
    for (start, end) in spans {
        if *start > reached {
            break;
        }
        reached = reached.max(*end);
    }
    reached >= to
}

/// Whether any part of `[from, to)` was looked at.
pub fn touches(spans: &[(Timestamp, Timestamp)], from: Option<Timestamp>, to: Timestamp) -> bool {
    spans.iter().any(|(start, end)| *start < to && from.is_none_or(|from| *end > from))
}

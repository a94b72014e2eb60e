//! Which time somebody looked at: what lies outside is unknown, not zero.

use app::model::{Filter, Kind, Source};
use duckdb::types::Value;
use jiff::Timestamp;

use crate::query::QueryError;
use crate::query::spec::Spec;
use crate::store::{Snapshot, read_time};

/// Time that was looked at, ordered by its beginning.
pub type Spans = [(Timestamp, Timestamp)];

/// Covered spans of the sources that could have told about what the filter selects.
pub fn covered(snapshot: &Snapshot<'_>, filter: &Filter) -> Result<Vec<(Timestamp, Timestamp)>, QueryError> {
    // Only Security Hub knows configuration and packages.
    let only_hub = !filter.kinds.is_empty() && !filter.kinds.contains(&Kind::Threat);
    let source = only_hub.then_some(Source::SecurityHub.as_str());
    let told = if source.is_some() { "WHERE source = ?" } else { "" };
    let spans = format!("SELECT covered_from, covered_to FROM sync_covered {told} ORDER BY covered_from");
    let source = source.map(|source| Value::Text(source.to_owned()));
    snapshot.rows(&spans, source, |row| Ok((read_time(row, 0)?, read_time(row, 1)?)))
}

/// Whether every moment of `[from, to)` was looked at.
pub fn contains(spans: &Spans, from: Timestamp, to: Timestamp) -> bool {
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
pub fn touches(spans: &Spans, from: Option<Timestamp>, to: Timestamp) -> bool {
    spans.iter().any(|(start, end)| *start < to && from.is_none_or(|from| *end > from))
}

/// Whether any part of the window was looked at.
pub fn watched(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<bool, QueryError> {
    Ok(touches(&covered(snapshot, &spec.filter)?, spec.from, spec.to))
}

/// What was counted where somebody looked. Findings that are known are known in any case; that there is none is not.
pub fn known(count: i64, watched: bool) -> Option<i64> {
    (count != 0 || watched).then_some(count)
}

/// The window before, where every moment of it was looked at: a window seen in part is none to compare with.
pub fn watched_before(spans: &Spans, spec: &Spec) -> Option<Spec> {
    let previous = spec.previous()?;
    contains(spans, previous.from?, previous.to).then_some(previous)
}

/// Since when every moment before the window was looked at.
pub fn watched_since(spans: &Spans, spec: &Spec) -> Option<Timestamp> {
    let until = spec.from?;
    spans.iter().map(|(start, _)| *start).find(|start| *start < until && contains(spans, *start, until))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use super::*;

    #[test]
    fn a_gap_ends_what_was_watched() {
        let at = |hour: i64| Timestamp::from_second(hour * 3600).unwrap();
        let spans = [(at(0), at(4)), (at(3), at(6)), (at(8), at(9))];
        assert!(contains(&spans, at(0), at(6)) && !contains(&spans, at(0), at(9)));
        assert!(contains(&spans, at(8), at(9)) && !touches(&spans, Some(at(6)), at(8)));
        assert_eq!([known(0, false), known(0, true), known(2, false)], [None, Some(0), Some(2)]);
    }
}

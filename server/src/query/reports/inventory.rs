//! How many findings of each kind and severity are held: what metrics show.

use app::model::{Breakdown, Dimension, Filter, Kind, Span, TimeRange};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::breakdown;
use crate::query::QueryError;
use crate::query::spec::Spec;
use crate::store::Snapshot;

/// Every finding but samples, whenever created: the breakdown by severity that the API gives for each kind.
pub fn inventory(snapshot: &Snapshot<'_>, now: Timestamp) -> Result<Vec<(Kind, Breakdown)>, QueryError> {
    let of = |kind: Kind| {
        let filter = Filter { range: TimeRange::Last(Span::All), kinds: vec![kind], ..Filter::default() };
        let spec = Spec::resolve(&filter, now, &TimeZone::UTC)?;
        Ok((kind, breakdown(snapshot, &spec, Dimension::Severity)?))
    };
    Kind::ALL.iter().copied().map(of).collect()
}

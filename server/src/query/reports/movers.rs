//! What changed most against the window of equal length before, in both directions.

use std::collections::HashMap;

use app::model::terms::NONE_KEY;
use app::model::{Dimension, Mover, Movers};

use super::{breakdown, coverage};
use crate::query::QueryError;
use crate::query::spec::Spec;
use crate::store::Snapshot;

/// What can move.
const DIMENSIONS: [Dimension; 3] = [Dimension::Cluster, Dimension::Family, Dimension::Type];
/// Most rows of each dimension.
const MOST: usize = 100;

/// Compares breakdowns. A window that was watched in part is no window to compare with.
pub fn movers(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Movers, QueryError> {
    let rows = match coverage::watched_before(snapshot, spec)? {
        None => None,
        Some(previous) => {
            let mut rows = Vec::new();
            for by in DIMENSIONS {
                rows.extend(moved(snapshot, spec, &previous, by)?);
            }
            rows.sort_by(greatest_first);
            Some(rows)
        }
    };
    Ok(Movers { window: spec.window(), rows, as_of: spec.now, data_version: snapshot.data_version() })
}

fn greatest_first(one: &Mover, two: &Mover) -> std::cmp::Ordering {
    let size = |mover: &Mover| mover.change().abs();
    // Of equal changes what grew comes first.
    size(two).cmp(&size(one)).then(two.change().cmp(&one.change())).then_with(|| one.key.cmp(&two.key))
}

fn moved(snapshot: &Snapshot<'_>, spec: &Spec, previous: &Spec, by: Dimension) -> Result<Vec<Mover>, QueryError> {
    let now = breakdown(snapshot, spec, by)?;
    let before = breakdown(snapshot, previous, by)?;
    let mut past: HashMap<String, (String, i64)> =
        before.rows.into_iter().map(|row| (row.key, (row.label, row.findings))).collect();
    let mut movers: Vec<Mover> = now
        .rows
        .into_iter()
        .map(|row| {
            let previous = past.remove(&row.key).map_or(0, |(_, findings)| findings);
            Mover { by, key: row.key, label: row.label, findings: row.findings, previous }
        })
        .collect();
    movers.extend(past.into_iter().map(|(key, (label, previous))| Mover { by, key, label, findings: 0, previous }));
    movers.retain(|mover| mover.change() != 0 && mover.key != NONE_KEY);
    movers.sort_by(greatest_first);
    movers.truncate(MOST);
    Ok(movers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_change_comes_first_whatever_its_direction() {
        let mover = |key: &str, findings, previous| Mover {
            by: Dimension::Type,
            key: key.to_owned(),
            label: key.to_owned(),
            findings,
            previous,
        };
        let mut movers = [mover("quiet", 4, 3), mover("down", 0, 9), mover("up", 12, 3), mover("small", 1, 0)];
        movers.sort_by(greatest_first);
        assert_eq!(movers.each_ref().map(|mover| mover.key.as_str()), ["up", "down", "quiet", "small"]);
    }
}

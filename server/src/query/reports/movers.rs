//! What changed most against the window of equal length before, in both directions.

use std::collections::HashMap;

use app::model::terms::NONE_KEY;
use app::model::{Counts, Dimension, Mover, Movers};

use super::coverage;
use crate::query::QueryError;
use crate::query::horizon;
use crate::query::spec::Spec;
use crate::query::tally::{Tally, Told, tally};
use crate::store::Snapshot;

/// What can move.
const DIMENSIONS: [(Dimension, Told); 3] =
    [(Dimension::Cluster, Told::Cluster), (Dimension::Family, Told::Family), (Dimension::Type, Told::Type)];
/// Most rows of each dimension.
const MOST: usize = 100;

/// Compares the window with the one before. A past that was watched in part is none to compare with, and where nobody looked
/// at the window, what is not found has not gone.
pub fn movers(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Movers, QueryError> {
    let spec = &horizon::looked_at_with_past(snapshot, spec)?;
    let covered = coverage::covered(snapshot, &spec.filter)?;
    let previous = coverage::watched_before(&covered, spec);
    let tallies = match previous.filter(|_| coverage::touches(&covered, spec.from, spec.to)) {
        None => Vec::new(),
        Some(previous) => tally(snapshot, &[spec, &previous], &DIMENSIONS.map(|(_, told)| told))?,
    };
    Ok(movers_between(snapshot, spec, tallies.first().zip(tallies.get(1))))
}

/// The same where the window and the one before have been counted by everything that can move; `None`: they cannot be
/// compared.
pub(super) fn movers_between(snapshot: &Snapshot<'_>, spec: &Spec, tallies: Option<(&Tally, &Tally)>) -> Movers {
    let rows = tallies.map(|(now, before)| {
        let moved = |(by, _)| moved(now.rows(by), before.rows(by), by);
        let mut rows: Vec<Mover> = DIMENSIONS.into_iter().flat_map(moved).collect();
        rows.sort_by(greatest_first);
        rows
    });
    Movers { window: spec.window(), rows, as_of: spec.now, data_version: snapshot.data_version() }
}

fn greatest_first(one: &Mover, two: &Mover) -> std::cmp::Ordering {
    let size = |mover: &Mover| mover.change().abs();
    // Of equal changes what grew comes first.
    size(two).cmp(&size(one)).then(two.change().cmp(&one.change())).then_with(|| one.key.cmp(&two.key))
}

fn moved(now: &[(String, Counts)], before: &[(String, Counts)], by: Dimension) -> Vec<Mover> {
    let mut past: HashMap<&str, i64> = before.iter().map(|(key, counts)| (key.as_str(), counts.findings)).collect();
    let mover = |key: &str, findings, previous| Mover {
        by,
        key: key.to_owned(),
        label: super::label(by, key),
        findings,
        previous,
    };
    let mut movers: Vec<Mover> =
        now.iter().map(|(key, counts)| mover(key, counts.findings, past.remove(key.as_str()).unwrap_or(0))).collect();
    movers.extend(past.into_iter().map(|(key, previous)| mover(key, 0, previous)));
    movers.retain(|mover| mover.change() != 0 && mover.key != NONE_KEY);
    movers.sort_by(greatest_first);
    movers.truncate(MOST);
    movers
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

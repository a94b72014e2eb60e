//! What looks would have seen in the days before the demo began: AWS keeps no history of coverage, so nobody could ask
//! for it, and a line without a past would show little.
//!
//! The documents are those that the simulator would have answered then, read by the production code.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::documents;
use super::fleet::Unit;
use super::world::World;
use crate::fleet::{Look, Part, Statistics, read};

/// How far back.
const DAYS: i64 = 14;
/// Between two looks of the past, so that the start of a demo does not take long.
pub const BETWEEN: SignedDuration = SignedDuration::from_hours(24);

/// Every look, oldest first; the last one is of `now`.
pub fn looks(world: &World, now: Timestamp) -> Vec<Look> {
    // The database keeps microseconds: of a finer moment two looks a day apart would be more than a day apart.
    let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let steps = DAYS * 24 / BETWEEN.as_hours();
    let moment = |step: i64| now - SignedDuration::from_hours(BETWEEN.as_hours() * step);
    (0..=steps).rev().flat_map(|step| round(world, moment(step))).collect()
}

/// One look at every account and Region that may be asked, the administrator's first.
fn round(world: &World, at: Timestamp) -> Vec<Look> {
    let mut places: BTreeMap<(bool, &str, &str), Vec<&Unit>> = BTreeMap::new();
    for unit in world.everywhere().filter(|unit| !world.is_ecs_denied(&unit.account, &unit.region)) {
        let is_member = unit.account != world.administrator();
        places.entry((is_member, &unit.account, &unit.region)).or_default().push(unit);
    }
    let look = |((is_member, account, region), units): ((bool, &str, &str), Vec<&Unit>)| {
        let detector = units.first().map(|unit| read::features(&documents::features(unit.agents_since())));
        let tasks = units.iter().flat_map(|unit| {
            unit.running(at).into_iter().filter_map(|place| read::task(&documents::task(unit, &place)))
        });
        let (verdicts, statistics) = if is_member { (Part::Off, Part::Off) } else { judged(world, region, at) };
        Look {
            account: account.to_owned(),
            region: region.to_owned(),
            at,
            detector: detector.map_or(Part::NotEnabled, Part::Seen),
            verdicts,
            statistics,
            clusters: Part::Seen(
                by_cluster(units.iter().copied())
                    .values()
                    .filter_map(|units| read::cluster(&documents::cluster(units, at)?))
                    .collect(),
            ),
            services: Part::Off,
            tasks: Part::Seen(tasks.collect()),
            hub: Part::Off,
            requests: 0,
            throttles: 0,
            took_ms: 0,
        }
    };
    places.into_iter().map(look).collect()
}

fn by_cluster<'a>(units: impl Iterator<Item = &'a Unit>) -> BTreeMap<String, Vec<&'a Unit>> {
    let mut clusters: BTreeMap<String, Vec<&Unit>> = BTreeMap::new();
    for unit in units {
        clusters.entry(unit.cluster_arn()).or_default().push(unit);
    }
    clusters
}

/// What the administrator is told of a Region.
fn judged(world: &World, region: &str, at: Timestamp) -> (Part<Vec<crate::fleet::ClusterVerdict>>, Part<Statistics>) {
    let clusters = by_cluster(world.everywhere().filter(|unit| unit.region == region));
    let told = clusters.values().filter_map(|units| documents::coverage(world.administrator(), units, at));
    let verdicts: Vec<_> = told.filter_map(|document| read::verdict(&document)).collect();
    let count = |word: &str| {
        i64::try_from(verdicts.iter().filter(|verdict| verdict.status == word).count()).unwrap_or(i64::MAX)
    };
    let statistics = Statistics { healthy: count("HEALTHY"), unhealthy: count("UNHEALTHY") };
    (Part::Seen(verdicts), Part::Seen(statistics))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]
    use super::*;

    #[test]
    fn what_the_database_keeps_of_two_looks_is_as_far_apart_as_they_are() {
        let now: Timestamp = "2026-11-23T12:00:00.123456789Z".parse().unwrap();
        let looks = looks(&World::build(1, now).unwrap(), now);
        let mut moments: Vec<Timestamp> = looks.iter().map(|look| look.at).collect();
        moments.dedup();
        assert_eq!(moments.len(), 15);
        for pair in moments.windows(2) {
            let kept = Timestamp::from_microsecond(pair[0].as_microsecond()).unwrap();
            assert_eq!(pair[1].duration_since(kept), BETWEEN);
        }
    }
}

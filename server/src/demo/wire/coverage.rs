//! GuardDuty: the detector's features, and coverage of clusters.
//!
//! <https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ListCoverage.html>

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::{Answer, cut, page_size};
use super::guardduty::BAD;
use super::{Call, unknown};
use crate::demo::documents;
use crate::demo::fleet::Unit;
use crate::demo::world::World;

const LARGEST_PAGE: usize = 50;

pub fn answer(call: &Call<'_>) -> Answer {
    let world = call.shared.world();
    let now = call.shared.clock.now();
    match call.operation {
        "GetDetector" => {
            let since = world.everywhere().next().map_or(now, Unit::agents_since);
            Ok(documents::features(since))
        }
        "ListCoverage" => {
            let size = page_size(call.body.get("maxResults"), LARGEST_PAGE, LARGEST_PAGE, BAD)?;
            let (page, next) = cut(resources(call, &world, now), size, call.body.get("nextToken"), BAD)?;
            Ok(json!({"resources": page, "nextToken": next}))
        }
        "GetCoverageStatistics" => {
            let resources = resources(call, &world, now);
            let count = |word: &str| resources.iter().filter(|one| one["coverageStatus"] == word).count();
            let counts = json!({"HEALTHY": count("HEALTHY"), "UNHEALTHY": count("UNHEALTHY")});
            Ok(json!({"coverageStatistics": {"countByCoverageStatus": counts}}))
        }
        _ => Err(unknown(call)),
    }
}

/// Clusters of the Region that the caller sees; there is nothing but ECS.
fn resources(call: &Call<'_>, world: &World, now: Timestamp) -> Vec<Value> {
    let criteria = call.body.pointer("/filterCriteria/filterCriterion").and_then(Value::as_array);
    let is_about_type = |one: &&Value| one["criterionKey"] == "RESOURCE_TYPE";
    let wanted =
        criteria.and_then(|all| all.iter().find(is_about_type)?.pointer("/filterCondition/equals")?.as_array());
    if wanted.is_some_and(|types| !types.contains(&json!("ECS"))) {
        return Vec::new();
    }
    let sees = call.sees(world);
    let mut clusters: BTreeMap<String, Vec<&Unit>> = BTreeMap::new();
    let here = |unit: &&Unit| unit.region == call.caller.region && sees.is_none_or(|account| account == unit.account);
    for unit in world.everywhere().filter(here) {
        clusters.entry(unit.cluster_arn()).or_default().push(unit);
    }
    clusters.values().filter_map(|units| documents::coverage(&call.caller.account, units, now)).collect()
}

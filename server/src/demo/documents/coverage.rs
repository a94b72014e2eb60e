//! GuardDuty's verdicts about clusters, in the words that its guide documents.
//!
//! <https://docs.aws.amazon.com/guardduty/latest/ug/ecs-runtime-monitoring-coverage.html>

use jiff::Timestamp;
use serde_json::{Value, json};

use super::ecs::UNPULLED;
use super::epoch;
use crate::demo::estate::Trouble;
use crate::demo::fleet::Unit;
use crate::demo::record::detector;

/// The verdict about a cluster, described by the units that run in it. `asked` is whose detector tells.
pub fn coverage(asked: &str, units: &[&Unit], now: Timestamp) -> Option<Value> {
    let first = units.first()?;
    let mut told: Vec<(&str, String)> =
        units.iter().filter_map(|unit| Some(sentence(unit, unit.trouble(now)?, now))).collect();
    let is_left_out = first.managed == Some(false);
    if is_left_out && !told.is_empty() {
        told.clear();
    }
    if is_left_out {
        let text = "Agent not provisioned: tasks in this cluster run with the exclusion tag GuardDutyManaged:false";
        told.push(("Agent not provisioned", text.to_owned()));
    }
    let headline = told.first().map(|(headline, _)| *headline);
    let (watched, hosts) = first.hosts.unwrap_or((0, 0));
    let is_healthy = told.is_empty() && watched == hosts;
    let newest = units.iter().filter_map(|unit| unit.deployments().last()).max()?;
    let number = format!("{:032x}", xxhash_rust::xxh3::xxh3_128(first.cluster_arn().as_bytes()));
    Some(json!({"resourceId": number, "detectorId": detector(asked, &first.region), "accountId": first.account,
    "coverageStatus": if is_healthy { "HEALTHY" } else { "UNHEALTHY" },
    "issue": headline.unwrap_or(if is_healthy { "" } else { "Agent not reporting on some container instances" }),
    "updatedAt": epoch(*newest),
    "resourceDetails": {"resourceType": "ECS", "ecsClusterDetails": {
        "clusterName": first.cluster,
        "fargateDetails": {
            "issues": told.into_iter().map(|(_, text)| text).collect::<Vec<_>>(),
            "managementType": if is_left_out { "DISABLED" } else { "AUTO_MANAGED" },
        },
        "containerInstanceDetails": {"coveredContainerInstances": watched, "compatibleContainerInstances": hosts},
    }}}))
}

/// Headline and detail of a trouble.
fn sentence(unit: &Unit, trouble: Trouble, now: Timestamp) -> (&'static str, String) {
    let name = &unit.family.name;
    let definition = format!("TaskDefinition - '{name}:{}'", unit.revision(now));
    let missing = "Agent not provisioned";
    match trouble {
        Trouble::Before | Trouble::SomeBefore => (
            missing,
            format!(
                "Tasks in service(s) - '{name}' were started before enabling Runtime Monitoring. A new deployment is required."
            ),
        ),
        Trouble::WhileExcluded => (
            missing,
            format!(
                "Tasks in service(s) - '{name}' were started while the cluster had the exclusion tag. A new deployment is required."
            ),
        ),
        Trouble::Role => (missing, format!("TaskExecutionRole missing for tasks in {definition}")),
        Trouble::Network => (missing, format!("Missing network configuration for tasks in {definition}")),
        Trouble::Endpoint => {
            ("VPC Endpoint Creation Failed", format!("VPC Endpoint Creation Failed for tasks in {definition}"))
        }
        Trouble::Silent => ("Agent not reporting", format!("Agent not reporting for tasks in {definition}")),
        Trouble::Exited | Trouble::ExitsSoon => (
            "Agent exited",
            format!(
                "Agent exited: ExitCode: '137', Reason: 'OutOfMemoryError: Container killed due to memory usage' for tasks in {definition}"
            ),
        ),
        Trouble::Unpulled => ("Agent exited", format!("Agent exited: Reason: '{UNPULLED}' for tasks in {definition}")),
        Trouble::Invoker => (missing, format!("Unsupported invoking service for tasks in {definition}")),
        Trouble::Architecture => (missing, format!("Unsupported CPU architecture for tasks in {definition}")),
        Trouble::Unidentified => ("Others", format!("Unidentified issue for tasks in {definition}")),
    }
}

/// The detector and its features.
pub fn features(since: Timestamp) -> Value {
    let feature = |name: &str, more: Value| json!({"name": name, "status": "ENABLED", "updatedAt": epoch(since), "additionalConfiguration": more});
    let management = json!([
        {"name": "ECS_FARGATE_AGENT_MANAGEMENT", "status": "ENABLED", "updatedAt": epoch(since)},
        {"name": "EC2_AGENT_MANAGEMENT", "status": "DISABLED", "updatedAt": epoch(since)},
    ]);
    json!({"status": "ENABLED", "findingPublishingFrequency": "FIFTEEN_MINUTES",
        "createdAt": super::text(since), "updatedAt": super::text(since), "tags": {},
        "features": [feature("CLOUD_TRAIL", json!([])), feature("RUNTIME_MONITORING", management)]})
}

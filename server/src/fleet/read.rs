//! What ECS and GuardDuty answered, read.
//!
//! ECS: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html>, times as epoch seconds. GuardDuty:
//! <https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CoverageResource.html>.

use jiff::Timestamp;
use serde_json::Value;

use super::{Agent, Cluster, ClusterVerdict, Enabled, Feature, Service, Statistics, Task};

/// Names of the agent's container begin with this, and its image's repository with it, too.
const AGENT: &str = "aws-guardduty-agent";
/// The tag that leaves a cluster in or out
/// (<https://docs.aws.amazon.com/guardduty/latest/ug/runtime-monitoring-ecs-fargate.html>).
const MANAGED_TAG: &str = "GuardDutyManaged";

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn whole(value: &Value, name: &str) -> Option<i64> {
    value.get(name).and_then(Value::as_i64)
}

fn items<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Epoch seconds with a fraction, or a text.
fn time(value: &Value, name: &str) -> Option<Timestamp> {
    match value.get(name)? {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => {
            let millis = number.as_f64()? * 1000.0;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a time far outside of the range saturates and is refused"
            )]
            Timestamp::from_millisecond(millis.round() as i64).ok()
        }
        _ => None,
    }
}

/// A task of `DescribeTasks` that runs; `None` for what does not run or is no task of a definition.
pub fn task(document: &Value) -> Option<Task> {
    if document.get("lastStatus").and_then(Value::as_str) != Some("RUNNING") {
        return None;
    }
    let definition = text(document, "taskDefinitionArn")?;
    let (family, revision) = family_of(&definition)?;
    let (agent, container) = agent(document);
    let attribute = |wanted: &str| {
        let named = |one: &&Value| one.get("name").and_then(Value::as_str) == Some(wanted);
        items(document, "attributes").iter().find(named).and_then(|one| text(one, "value"))
    };
    let size = |name: &str| document.get(name).and_then(Value::as_str).and_then(|size| size.trim().parse().ok());
    Some(Task {
        cluster_arn: text(document, "clusterArn")?,
        arn: text(document, "taskArn")?,
        family,
        revision,
        service: text(document, "group").and_then(|group| group.strip_prefix("service:").map(str::to_owned)),
        // Without one a capacity provider's kind is not told; ECS fills it in for Fargate and Managed Instances.
        launch_type: text(document, "launchType").unwrap_or_else(|| "UNKNOWN".to_owned()),
        platform_version: text(document, "platformVersion"),
        platform_family: text(document, "platformFamily"),
        architecture: attribute("ecs.cpu-architecture"),
        cpu_units: size("cpu"),
        memory_mib: size("memory"),
        started_at: time(document, "startedAt"),
        agent,
        agent_exit_code: container.and_then(|container| whole(container, "exitCode")),
        agent_reason: container.and_then(|container| text(container, "reason")),
        image_digests: items(document, "containers")
            .iter()
            .filter(|container| !is_agent(container))
            .filter_map(|container| text(container, "imageDigest"))
            .collect(),
    })
}

/// A service of `DescribeServices`.
pub fn service(document: &Value) -> Option<Service> {
    let network = document.pointer("/networkConfiguration/awsvpcConfiguration").unwrap_or(&Value::Null);
    let groups = items(network, "securityGroups").iter().filter_map(Value::as_str);
    Some(Service {
        cluster_arn: text(document, "clusterArn")?,
        arn: text(document, "serviceArn")?,
        name: text(document, "serviceName")?,
        family: text(document, "taskDefinition").and_then(|definition| Some(family_of(&definition)?.0)),
        security_groups: groups.map(str::to_owned).collect(),
        load_balancers: document
            .get("loadBalancers")
            .and_then(Value::as_array)
            .and_then(|balancers| i64::try_from(balancers.len()).ok()),
        public_ip: match network.get("assignPublicIp").and_then(Value::as_str) {
            Some("ENABLED") => Some(true),
            Some("DISABLED") => Some(false),
            _ => None,
        },
    })
}

/// A subscription of `GetEnabledStandards`.
pub fn standard(document: &Value) -> Option<Enabled> {
    let arn = text(document, "StandardsArn")?;
    // Whatever the Region: `standards/…` or `ruleset/…`.
    let name = arn.splitn(6, ':').nth(5).unwrap_or(&arn).trim_start_matches('/').to_owned();
    Some(Enabled { what: "standard", name, status: text(document, "StandardsStatus") })
}

/// A subscription of `ListEnabledProductsForImport`: an ARN that ends in `product-subscription/aws/inspector`.
pub fn product(arn: &Value) -> Option<Enabled> {
    let (_, name) = arn.as_str()?.rsplit_once("product-subscription/")?;
    Some(Enabled { what: "product", name: name.to_owned(), status: None })
}

/// Family and revision of a task definition's ARN. AWS's issues name it in the same form or without the ARN.
pub fn family_of(definition: &str) -> Option<(String, String)> {
    let name = definition.rsplit('/').next().unwrap_or(definition).trim();
    let (family, revision) = name.rsplit_once(':').unwrap_or((name, ""));
    (!family.is_empty()).then(|| (family.to_owned(), revision.to_owned()))
}

fn agent(document: &Value) -> (Agent, Option<&Value>) {
    let containers = items(document, "containers");
    if containers.is_empty() {
        return (Agent::Unknown, None);
    }
    let Some(container) = containers.iter().find(|container| is_agent(container)) else { return (Agent::Absent, None) };
    let state = match container.get("lastStatus").and_then(Value::as_str) {
        Some("RUNNING") => Agent::Running,
        Some("STOPPED") => Agent::Stopped,
        _ => Agent::Starting,
    };
    (state, Some(container))
}

fn is_agent(container: &Value) -> bool {
    let name = container.get("name").and_then(Value::as_str).unwrap_or_default();
    name.strip_prefix(AGENT).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// A cluster of `DescribeClusters`.
pub fn cluster(document: &Value) -> Option<Cluster> {
    let is_managed = |tag: &&Value| tag.get("key").and_then(Value::as_str) == Some(MANAGED_TAG);
    Some(Cluster {
        arn: text(document, "clusterArn")?,
        name: text(document, "clusterName")?,
        managed: items(document, "tags").iter().find(is_managed).and_then(|tag| text(tag, "value")),
        services: whole(document, "activeServicesCount"),
        hosts: whole(document, "registeredContainerInstancesCount"),
        trouble: None,
    })
}

/// AWS's verdict about a resource of `ListCoverage`; `None` for what is no cluster of ECS.
pub fn verdict(document: &Value) -> Option<ClusterVerdict> {
    let details = document.get("resourceDetails")?;
    let ecs = details.get("ecsClusterDetails").filter(|details| details.is_object())?;
    let fargate = ecs.get("fargateDetails").unwrap_or(&Value::Null);
    let hosts = ecs.get("containerInstanceDetails").unwrap_or(&Value::Null);
    Some(ClusterVerdict {
        account: text(document, "accountId")?,
        cluster: text(ecs, "clusterName")?,
        status: text(document, "coverageStatus").unwrap_or_else(|| "UNKNOWN".to_owned()),
        issue: text(document, "issue"),
        issues: items(fargate, "issues").iter().filter_map(|issue| issue.as_str().map(str::to_owned)).collect(),
        management: text(fargate, "managementType"),
        covered_hosts: whole(hosts, "coveredContainerInstances"),
        compatible_hosts: whole(hosts, "compatibleContainerInstances"),
        updated_at: time(document, "updatedAt"),
    })
}

/// Features of `GetDetector`, additional configurations among them.
pub fn features(document: &Value) -> Vec<Feature> {
    let feature = |of: &Value| {
        let (name, status) = (text(of, "name")?, text(of, "status")?);
        Some(Feature { name, status, updated_at: time(of, "updatedAt") })
    };
    let detector = text(document, "status").map(|status| Feature {
        name: "DETECTOR".to_owned(),
        status,
        updated_at: time(document, "updatedAt"),
    });
    let named = items(document, "features").iter().flat_map(|of| {
        let more = items(of, "additionalConfiguration").iter().filter_map(feature);
        feature(of).into_iter().chain(more).collect::<Vec<_>>()
    });
    detector.into_iter().chain(named).collect()
}

/// Counts of `GetCoverageStatistics`.
pub fn statistics(document: &Value) -> Option<Statistics> {
    let counts = document.pointer("/coverageStatistics/countByCoverageStatus")?;
    let count = |word| whole(counts, word).unwrap_or(0);
    counts.is_object().then(|| Statistics { healthy: count("HEALTHY"), unhealthy: count("UNHEALTHY") })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]
    use serde_json::json;

    use super::*;

    fn running(containers: Value) -> Value {
        json!({"taskArn": "arn:aws:ecs:us-east-1:1:task/c/1", "clusterArn": "arn:aws:ecs:us-east-1:1:cluster/c",
            "taskDefinitionArn": "arn:aws:ecs:us-east-1:1:task-definition/api:7", "lastStatus": "RUNNING",
            "group": "service:api", "launchType": "FARGATE", "cpu": "512", "memory": "1024",
            "startedAt": 1_764_000_000.25, "containers": containers,
            "attributes": [{"name": "ecs.cpu-architecture", "value": "arm64"}]})
    }

    #[test]
    fn a_task_is_read_with_its_agent() {
        let container = json!([{"name": "api", "lastStatus": "RUNNING", "imageDigest": "sha256:00"},
            {"name": "aws-guardduty-agent-1a2b", "lastStatus": "STOPPED", "exitCode": 137, "reason": "OutOfMemoryError"}]);
        let task = task(&running(container)).unwrap();
        assert_eq!((task.family.as_str(), task.revision.as_str(), task.service.as_deref()), ("api", "7", Some("api")));
        assert_eq!((task.agent, task.agent_exit_code), (Agent::Stopped, Some(137)));
        assert_eq!((task.cpu_units, task.architecture.as_deref()), (Some(512), Some("arm64")));
        assert_eq!(task.image_digests, ["sha256:00"]);
        assert_eq!(task.started_at, Some("2025-11-24T16:00:00.25Z".parse().unwrap()));
    }

    #[test]
    fn a_service_tells_what_it_runs_and_in_which_groups() {
        let service = service(&json!({"serviceArn": "arn:aws:ecs:us-east-1:1:service/c/api", "serviceName": "api",
            "clusterArn": "arn:aws:ecs:us-east-1:1:cluster/c", "taskDefinition": "arn:aws:ecs:us-east-1:1:task-definition/api:7",
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1", "sg-2"]}}}));
        let service = service.unwrap();
        assert_eq!((service.family.as_deref(), service.security_groups.len()), (Some("api"), 2));
        assert_eq!(super::service(&json!({"serviceName": "api"})), None);
    }

    #[test]
    fn what_security_hub_looks_at_is_named_by_the_end_of_its_arn() {
        let of_region = json!({"StandardsArn": "arn:aws:securityhub:us-east-1::standards/aws-foundational-security-best-practices/v/1.0.0",
            "StandardsStatus": "READY"});
        let standard = standard(&of_region).unwrap();
        assert_eq!(standard.name, "standards/aws-foundational-security-best-practices/v/1.0.0");
        let old = json!({"StandardsArn": "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0"});
        assert_eq!(super::standard(&old).unwrap().name, "ruleset/cis-aws-foundations-benchmark/v/1.2.0");
        let product = product(&json!("arn:aws:securityhub:us-east-1:1:product-subscription/aws/inspector")).unwrap();
        assert_eq!(product.name, "aws/inspector");
    }

    #[test]
    fn only_the_agents_own_name_counts() {
        for (name, agent) in [
            ("aws-guardduty-agent", Agent::Running),
            ("aws-guardduty-agent-x", Agent::Running),
            ("aws-guardduty-agentless", Agent::Absent),
            ("my-aws-guardduty-agent-x", Agent::Absent),
        ] {
            let read = task(&running(json!([{"name": name, "lastStatus": "RUNNING"}]))).unwrap();
            assert_eq!(read.agent, agent, "{name}");
        }
        assert_eq!(task(&running(json!([]))).unwrap().agent, Agent::Unknown);
    }

    #[test]
    fn what_does_not_run_is_no_task() {
        let mut stopping = running(json!([]));
        stopping["lastStatus"] = json!("DEPROVISIONING");
        assert_eq!(task(&stopping), None);
    }

    #[test]
    fn additional_configurations_are_features_of_their_own() {
        let document = json!({"status": "ENABLED", "features": [{"name": "RUNTIME_MONITORING", "status": "ENABLED",
            "updatedAt": 1_764_000_000, "additionalConfiguration": [
                {"name": "ECS_FARGATE_AGENT_MANAGEMENT", "status": "DISABLED", "updatedAt": 1_764_000_001}]}]});
        let names: Vec<_> = features(&document).into_iter().map(|one| (one.name, one.status)).collect();
        let pair = |name: &str, status: &str| (name.to_owned(), status.to_owned());
        assert_eq!(
            names,
            [
                pair("DETECTOR", "ENABLED"),
                pair("RUNTIME_MONITORING", "ENABLED"),
                pair("ECS_FARGATE_AGENT_MANAGEMENT", "DISABLED")
            ]
        );
    }
}

//! Clusters, services, tasks and task definitions as ECS describes them.
//!
//! Shapes: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Types.html>

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::epoch;
use crate::demo::fleet::{Agent, Place, Unit};

const PLATFORM: &str = "1.4.0";
pub(super) const UNPULLED: &str =
    "CannotPullContainerError: pull image manifest has been retried 1 time(s): 403 Forbidden";

/// A cluster, described by the units that run in it.
pub fn cluster(units: &[&Unit], now: Timestamp) -> Option<Value> {
    let first = units.first()?;
    let running: usize = units.iter().map(|unit| unit.running(now).len()).sum();
    let services = units.iter().filter(|unit| !unit.family.schedule).count();
    let mut tags = vec![json!({"key": "team", "value": first.account_name})];
    if let Some(managed) = first.managed {
        tags.push(json!({"key": "GuardDutyManaged", "value": managed.to_string()}));
    }
    let hosts = first.hosts.map_or(0, |(_, hosts)| hosts);
    Some(json!({"clusterArn": first.cluster_arn(), "clusterName": first.cluster, "status": "ACTIVE",
        "registeredContainerInstancesCount": hosts, "runningTasksCount": running, "pendingTasksCount": 0,
        "activeServicesCount": services, "capacityProviders": ["FARGATE"],
        "tags": tags}))
}

/// A service.
pub fn service(unit: &Unit, now: Timestamp) -> Value {
    let revision = unit.revision(now);
    let (definition, deployed) = (unit.definition_arn(revision), unit.deployed(revision));
    let (wanted, running) = (unit.family.tasks, unit.running(now).len());
    let public = if unit.family.public { "ENABLED" } else { "DISABLED" };
    let group = format!("targetgroup/{}/{:016x}", unit.family.name, 0x5eed);
    let group = format!("arn:aws:elasticloadbalancing:{}:{}:{group}", unit.region, unit.account);
    let balancer = json!({"targetGroupArn": group, "containerName": unit.family.name, "containerPort": 8080});
    let balancers = if unit.family.balanced { vec![balancer] } else { Vec::new() };
    let mut service = json!({"serviceArn": unit.service_arn(), "serviceName": unit.family.name, "clusterArn": unit.cluster_arn(),
        "status": "ACTIVE", "desiredCount": wanted, "runningCount": running, "pendingCount": 0, "launchType": "FARGATE",
        "platformVersion": PLATFORM, "platformFamily": "Linux", "taskDefinition": definition,
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": [format!("subnet-0{:016x}", 0x5eed)],
            "securityGroups": [unit.security_group()], "assignPublicIp": public}},
        "loadBalancers": balancers,
        "schedulingStrategy": "REPLICA", "createdAt": epoch(unit.deployments()[0]),
        "deployments": [{"id": format!("ecs-svc/{revision:019}"), "status": "PRIMARY", "taskDefinition": definition,
            "desiredCount": wanted, "runningCount": running, "createdAt": epoch(deployed), "updatedAt": epoch(deployed),
            "launchType": "FARGATE", "platformVersion": PLATFORM, "rolloutState": "COMPLETED"}]});
    // In the bridge of a host there is no network of the service.
    if unit.family.launch.as_deref() == Some("EC2")
        && let Some(service) = service.as_object_mut()
    {
        service.remove("networkConfiguration");
    }
    service
}

/// A running task. GuardDuty's agent runs beside the container where the task is covered.
pub fn task(unit: &Unit, place: &Place) -> Value {
    let container = |name: &str, image: &str, digest: &str, number: usize| {
        json!({"containerArn": unit.arn(&format!("container/{}/{}-{number}", unit.cluster, place.container_id)),
            "taskArn": place.task, "name": name, "image": image, "imageDigest": digest,
            "runtimeId": format!("{}-{number}", place.container_id), "lastStatus": "RUNNING", "healthStatus": "UNKNOWN"})
    };
    let agent = unit.agent(place);
    let mut containers = vec![container(&place.container, &place.image, &place.digest, 0)];
    if agent != Agent::None {
        let repository = format!("593207742271.dkr.ecr.{}.amazonaws.com/aws-guardduty-agent-fargate", unit.region);
        let digest = format!("sha256:{:064x}", 0x9a7d);
        let name = format!("aws-guardduty-agent-{:.7}", place.container_id);
        let mut beside = container(&name, &format!("{repository}:v1.9.0"), &digest, 1);
        match agent {
            Agent::Ended => {
                beside["lastStatus"] = json!("STOPPED");
                beside["exitCode"] = json!(137);
                beside["reason"] = json!("OutOfMemoryError: Container killed due to memory usage");
            }
            Agent::Unpulled => {
                beside["lastStatus"] = json!("STOPPED");
                beside["reason"] = json!(UNPULLED);
            }
            Agent::Runs | Agent::None => {}
        }
        containers.push(beside);
    }
    let started = place.started + SignedDuration::from_secs(20);
    let family = &unit.family;
    let mut task = json!({"taskArn": place.task, "clusterArn": place.cluster, "taskDefinitionArn": place.definition,
        "group": place.group(), "startedBy": place.started_by(), "launchType": family.launch.as_deref().unwrap_or("FARGATE"),
        "cpu": family.cpu.to_string(), "memory": family.memory.to_string(),
        "lastStatus": "RUNNING", "desiredStatus": "RUNNING", "connectivity": "CONNECTED", "healthStatus": "UNKNOWN",
        "availabilityZone": format!("{}a", unit.region), "createdAt": epoch(place.started), "startedAt": epoch(started),
        "attributes": [{"name": "ecs.cpu-architecture", "value": family.architecture.as_deref().unwrap_or("x86_64")}],
        "version": 3, "containers": containers});
    if family.launch.is_none() {
        task["platformVersion"] = json!(family.platform.as_deref().unwrap_or(PLATFORM));
        task["platformFamily"] = json!(family.system.as_deref().unwrap_or("Linux"));
    }
    task
}

/// A revision of a task definition.
pub fn definition(unit: &Unit, revision: usize) -> Value {
    let (image, _) = unit.image(revision);
    let role = |name: &str| format!("arn:aws:iam::{}:role/{name}", unit.account);
    json!({"taskDefinitionArn": unit.definition_arn(revision), "family": unit.family.name, "revision": revision,
        "status": "ACTIVE", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
        "compatibilities": ["EC2", "FARGATE"], "cpu": unit.family.cpu.to_string(),
        "memory": unit.family.memory.to_string(), "executionRoleArn": role("ecsTaskExecutionRole"),
        "taskRoleArn": role(&unit.family.name), "registeredAt": epoch(unit.deployed(revision)),
        "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        "containerDefinitions": [{"name": unit.family.name, "image": image, "essential": true, "cpu": 0,
            "portMappings": [{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}], "environment": [],
            "readonlyRootFilesystem": false}]})
}

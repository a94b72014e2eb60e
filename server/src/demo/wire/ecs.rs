//! ECS: clusters, services, tasks and task definitions of the caller's own account.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Operations.html>

use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, cut, page_size};
use super::{Call, unknown};
use crate::demo::documents;
use crate::demo::fleet::{Place, Unit};
use crate::demo::world::World;

const INVALID: &str = "InvalidParameterException";
/// Largest pages and batches.
const LIST: usize = 100;
const LIST_SERVICES: usize = 100;
const USUAL_SERVICES: usize = 10;
const DESCRIBE: usize = 100;
const DESCRIBE_SERVICES: usize = 10;

pub fn answer(call: &Call<'_>) -> Answer {
    let world = call.shared.world();
    if world.is_ecs_denied(&call.caller.account, &call.caller.region) {
        let (arn, operation) = (&call.caller.arn, call.operation);
        let message = format!("User: {arn} is not authorized to perform: ecs:{operation} on resource: *");
        return Err(Refusal::bad("AccessDeniedException", message));
    }
    let estate = Estate { call, world: &world, now: call.shared.clock.now() };
    match call.operation {
        "ListClusters" => estate.list_clusters(),
        "DescribeClusters" => estate.describe_clusters(),
        "ListServices" => estate.list_services(),
        "DescribeServices" => estate.describe_services(),
        "ListTasks" => estate.list_tasks(),
        "DescribeTasks" => estate.describe_tasks(),
        "DescribeTaskDefinition" => estate.describe_definition(),
        _ => Err(unknown(call)),
    }
}

/// What the caller can see here and now.
struct Estate<'a> {
    call: &'a Call<'a>,
    world: &'a World,
    now: Timestamp,
}

impl<'a> Estate<'a> {
    fn units(&self) -> impl Iterator<Item = &'a Unit> {
        self.world.units(&self.call.caller.account, &self.call.caller.region)
    }

    fn word(&self, name: &str) -> Option<&'a str> {
        self.call.body.get(name).and_then(Value::as_str)
    }

    /// Names or ARNs of a batch.
    fn batch(&self, name: &str, most: usize) -> Result<Vec<&'a str>, Refusal> {
        let all = self.call.body.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if all.len() > most {
            return Err(Refusal::bad(INVALID, format!("{name} can have at most {most} items.")));
        }
        Ok(all.iter().filter_map(Value::as_str).collect())
    }

    fn page(&self, name: &str, all: Vec<String>, usual: usize, most: usize) -> Answer {
        let size = page_size(self.call.body.get("maxResults"), usual, most, INVALID)?;
        let (page, next) = cut(all, size, self.call.body.get("nextToken"), INVALID)?;
        let mut document = json!({name: page});
        // ECS leaves the token of the last page out.
        if !next.is_empty() {
            document["nextToken"] = json!(next);
        }
        Ok(document)
    }

    /// The units of the request's cluster, by name or ARN; without one it is `default`.
    fn in_cluster(&self) -> Result<Vec<&'a Unit>, Refusal> {
        let wanted = self.word("cluster").unwrap_or("default");
        let units: Vec<&Unit> = self.units().filter(|unit| is_cluster(unit, wanted)).collect();
        if units.is_empty() {
            return Err(Refusal::bad("ClusterNotFoundException", "Cluster not found."));
        }
        Ok(units)
    }

    fn list_clusters(&self) -> Answer {
        let mut arns: Vec<String> = self.units().map(Unit::cluster_arn).collect();
        arns.dedup();
        self.page("clusterArns", arns, LIST, LIST)
    }

    fn describe_clusters(&self) -> Answer {
        let mut wanted = self.batch("clusters", DESCRIBE)?;
        if wanted.is_empty() {
            wanted.push("default");
        }
        let (mut clusters, mut failures) = (Vec::new(), Vec::new());
        for name in wanted {
            let units: Vec<&Unit> = self.units().filter(|unit| is_cluster(unit, name)).collect();
            match documents::cluster(&units, self.now) {
                Some(cluster) => clusters.push(cluster),
                None => failures.push(missing(name)),
            }
        }
        Ok(json!({"clusters": clusters, "failures": failures}))
    }

    fn list_services(&self) -> Answer {
        let units = self.in_cluster()?;
        let services = units.iter().filter(|unit| !unit.family.schedule).map(|unit| unit.service_arn()).collect();
        self.page("serviceArns", services, USUAL_SERVICES, LIST_SERVICES)
    }

    fn describe_services(&self) -> Answer {
        let wanted = self.batch("services", DESCRIBE_SERVICES)?;
        if wanted.is_empty() {
            return Err(Refusal::bad(INVALID, "Services cannot be empty."));
        }
        let units = self.in_cluster()?;
        let (mut services, mut failures) = (Vec::new(), Vec::new());
        for name in wanted {
            let is_it =
                |unit: &&&Unit| !unit.family.schedule && (unit.service_arn() == name || unit.family.name == name);
            match units.iter().find(is_it) {
                Some(unit) => services.push(documents::service(unit, self.now)),
                None => failures.push(missing(name)),
            }
        }
        Ok(json!({"services": services, "failures": failures}))
    }

    fn list_tasks(&self) -> Answer {
        let (family, service) = (self.word("family"), self.word("serviceName"));
        let stopped = self.word("desiredStatus") == Some("STOPPED");
        let tasks = self
            .in_cluster()?
            .into_iter()
            .filter(|unit| family.is_none_or(|family| family == unit.family.name))
            .filter(|unit| service.is_none_or(|service| is_service(unit, service)))
            .flat_map(|unit| unit.running(self.now))
            .map(|place| place.task)
            .filter(|_| !stopped)
            .collect();
        self.page("taskArns", tasks, LIST, LIST)
    }

    fn describe_tasks(&self) -> Answer {
        let wanted = self.batch("tasks", DESCRIBE)?;
        if wanted.is_empty() {
            return Err(Refusal::bad(INVALID, "Tasks cannot be empty."));
        }
        let running: Vec<(&Unit, Place)> = self
            .in_cluster()?
            .into_iter()
            .flat_map(|unit| unit.running(self.now).into_iter().map(move |place| (unit, place)))
            .collect();
        let (mut tasks, mut failures) = (Vec::new(), Vec::new());
        for name in wanted {
            let is_it = |(_, place): &&(&Unit, Place)| place.task == name || place.task.ends_with(&format!("/{name}"));
            match running.iter().find(is_it) {
                Some((unit, place)) => tasks.push(documents::task(unit, place)),
                None => failures.push(missing(name)),
            }
        }
        Ok(json!({"tasks": tasks, "failures": failures}))
    }

    fn describe_definition(&self) -> Answer {
        let wanted = self.word("taskDefinition").unwrap_or_default();
        let name = wanted.rsplit('/').next().unwrap_or(wanted);
        let (family, revision) = match name.split_once(':') {
            Some((family, revision)) => (family, revision.parse().ok()),
            None => (name, None),
        };
        let none = || Refusal::bad("ClientException", "Unable to describe task definition.");
        // A family may run in several clusters; each has its own revisions here, the first one that fits answers.
        let found = self.units().filter(|unit| unit.family.name == family).find_map(|unit| {
            let revision = if name.contains(':') { revision? } else { unit.revision(self.now) };
            unit.revisions().contains(&revision).then(|| documents::definition(unit, revision))
        });
        Ok(json!({"taskDefinition": found.ok_or_else(none)?, "tags": []}))
    }
}

fn is_cluster(unit: &Unit, name_or_arn: &str) -> bool {
    unit.cluster == name_or_arn || unit.cluster_arn() == name_or_arn
}

fn is_service(unit: &Unit, name_or_arn: &str) -> bool {
    !unit.family.schedule && (unit.family.name == name_or_arn || unit.service_arn() == name_or_arn)
}

fn missing(arn: &str) -> Value {
    json!({"arn": arn, "reason": "MISSING"})
}

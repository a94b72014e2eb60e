//! ECS identities: clusters, families, revisions, services, tasks, images.
//!
//! ARN formats: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html#ecs-resource-ids>

use app::model::Named;

use super::tidy;
use crate::ingest::observation::{Attribution, ResourceTag};

/// An ECS ARN cut into its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EcsArn<'a> {
    pub partition: &'a str,
    pub region: &'a str,
    pub account: &'a str,
    /// `cluster`, `task`, `service`, `task-definition`, `container-instance`, …
    pub kind: &'a str,
    /// What follows the kind.
    pub path: &'a str,
}

impl<'a> EcsArn<'a> {
    /// Cuts an ARN of ECS.
    pub fn parse(arn: &'a str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':');
        let (Some("arn"), Some(partition), Some("ecs"), Some(region), Some(account), Some(rest)) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        let (kind, path) = rest.split_once('/')?;
        Some(Self { partition, region, account, kind, path })
    }

    /// The cluster's name, where tasks and services carry it (not in the old, short format).
    fn cluster(&self) -> Option<&'a str> {
        self.path.split_once('/').map(|(cluster, _)| cluster)
    }
}

/// Collects what a document says about ECS, then gives it in order and without repetition.
#[derive(Debug, Default)]
pub struct Places {
    partition: Option<String>,
    found: Attribution,
}

impl Places {
    /// Starts with the finding's own account and Region, which names without an ARN belong to.
    pub fn new(account: Option<String>, region: Option<String>, partition: Option<String>) -> Self {
        Self { partition, found: Attribution { account, region, ..Attribution::default() } }
    }

    fn home(&self) -> (String, String) {
        let or_unknown = |value: &Option<String>| value.clone().unwrap_or_else(|| "unknown".to_owned());
        (or_unknown(&self.found.account), or_unknown(&self.found.region))
    }

    /// A cluster by ARN or by name.
    pub fn cluster(&mut self, arn_or_name: &str) {
        let key = if arn_or_name.starts_with("arn:") {
            arn_or_name.to_owned()
        } else {
            let (account, region) = self.home();
            let partition = self.partition.as_deref().unwrap_or("aws");
            format!("arn:{partition}:ecs:{region}:{account}:cluster/{arn_or_name}")
        };
        self.found.clusters.push(Named::from_key(key));
    }

    /// A task by ARN; it may name its cluster.
    pub fn task(&mut self, arn: &str) {
        self.found.task_arns.push(arn.to_owned());
        if let Some(parts) = EcsArn::parse(arn)
            && let Some(cluster) = parts.cluster()
        {
            self.cluster(&format!("arn:{}:ecs:{}:{}:cluster/{cluster}", parts.partition, parts.region, parts.account));
        }
    }

    /// A task definition by ARN or as `family:revision`. The revision may be absent or no number.
    pub fn definition(&mut self, arn_or_name: &str) {
        let (account, region, name) = match EcsArn::parse(arn_or_name) {
            Some(parts) if parts.kind == "task-definition" => {
                (parts.account.to_owned(), parts.region.to_owned(), parts.path)
            }
            Some(_) => return,
            None if arn_or_name.starts_with("arn:") => return,
            None => {
                let (account, region) = self.home();
                (account, region, arn_or_name)
            }
        };
        let (family, revision) = match name.rsplit_once(':') {
            Some((family, revision)) => (family, Some(revision)),
            None => (name, None),
        };
        self.found.families.push(Named { key: format!("{account}/{region}/{family}"), label: family.to_owned() });
        if let Some(revision) = revision {
            let label = format!("{family}:{revision}");
            self.found.revisions.push(Named { key: format!("{account}/{region}/{label}"), label });
        }
    }

    /// A task's group: `service:<name>` or `family:<name>`. Call it after the clusters are known.
    pub fn group(&mut self, group: &str) {
        if let Some(service) = group.strip_prefix("service:") {
            let (account, region) = self.home();
            let cluster = self.found.clusters.first().map_or("unknown", |cluster| cluster.label.as_str());
            let key = format!("{account}/{region}/{cluster}/{service}");
            self.found.services.push(Named { key, label: service.to_owned() });
        }
        if let Some(family) = group.strip_prefix("family:") {
            self.definition(family);
        }
    }

    /// A service by ARN. The same service in a task's group has no ARN; it is replaced by this one.
    pub fn service(&mut self, arn: &str) {
        if let Some(parts) = EcsArn::parse(arn)
            && let Some(cluster) = parts.cluster()
        {
            self.cluster(&format!("arn:{}:ecs:{}:{}:cluster/{cluster}", parts.partition, parts.region, parts.account));
        }
        self.found.services.push(Named::from_key(arn));
    }

    pub fn launch_type(&mut self, launch_type: &str) {
        self.found.launch_types.push(launch_type.to_owned());
    }

    pub fn container(&mut self, name: &str) {
        self.found.containers.push(name.to_owned());
    }

    /// An image as written, with its digest if it carries one.
    pub fn image(&mut self, image: &str) {
        self.found.images.push(image.to_owned());
        if let Some((_, digest)) = image.rsplit_once('@') {
            self.digest(digest);
        }
    }

    pub fn digest(&mut self, digest: &str) {
        if digest.starts_with("sha256:") {
            self.found.image_digests.push(digest.to_owned());
        }
    }

    /// Any ARN of a resource: takes what it says about ECS or an image.
    pub fn arn(&mut self, arn: &str) {
        if let Some(parts) = EcsArn::parse(arn) {
            match parts.kind {
                "cluster" => self.cluster(arn),
                "task" => self.task(arn),
                "service" => self.service(arn),
                "task-definition" => self.definition(arn),
                _ => {}
            }
        } else if let Some((repository, digest)) = arn.split_once("/sha256:")
            && arn.contains(":ecr:")
        {
            // arn:aws:ecr:region:account:repository/name/sha256:digest
            let digest = format!("sha256:{digest}");
            if let Some((_, name)) = repository.split_once(":repository/") {
                self.found.images.push(format!("{name}@{digest}"));
            }
            self.digest(&digest);
        }
    }

    /// The main resource of the finding.
    pub fn resource(&mut self, resource_type: Option<String>, id: Option<String>) {
        self.found.resource_type = resource_type;
        self.found.resource_id = id;
    }

    /// A tag of a resource.
    pub fn tag(&mut self, resource: &str, key: &str, value: &str) {
        let tag = ResourceTag { resource: resource.to_owned(), key: key.to_owned(), value: value.to_owned() };
        self.found.tags.push(tag);
    }

    /// Everything found, in order.
    pub fn finish(self) -> Attribution {
        let found = self.found;
        let mut services = tidy(found.services);
        // A service known by ARN needs no second entry by name.
        let by_arn: Vec<String> =
            services.iter().filter(|named| named.key.starts_with("arn:")).map(|named| named.label.clone()).collect();
        services.retain(|named| named.key.starts_with("arn:") || !by_arn.contains(&named.label));
        Attribution {
            account: found.account,
            region: found.region,
            clusters: tidy(found.clusters),
            families: tidy(found.families),
            revisions: tidy(found.revisions),
            services,
            task_arns: tidy(found.task_arns),
            launch_types: tidy(found.launch_types),
            containers: tidy(found.containers),
            images: tidy(found.images),
            image_digests: tidy(found.image_digests),
            resource_type: found.resource_type,
            resource_id: found.resource_id,
            tags: tidy(found.tags),
        }
    }
}

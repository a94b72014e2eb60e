//! The estate that is simulated, read from `seed-data`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Accounts, clusters and families.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estate {
    pub regions: Vec<String>,
    pub home_region: Option<String>,
    /// Name of the role Yagura may assume in every account.
    pub role: String,
    /// Path of the first process, by stack.
    pub stack: BTreeMap<String, String>,
    pub account: Vec<Account>,
    pub cluster: Vec<Cluster>,
    /// Clusters in which nothing ever happens: they are there to be watched, or not.
    pub quiet_cluster: Vec<Cluster>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub id: String,
    pub name: String,
    /// Asked of whoever assumes the role.
    pub external_id: Option<String>,
    /// Regions where a policy lets nobody ask ECS.
    #[serde(default)]
    pub ecs_denied: Vec<String>,
    /// Regions where Security Hub checks no standard and takes nothing from Inspector.
    #[serde(default)]
    pub hub_idle: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    pub name: String,
    pub account: String,
    pub region: String,
    pub families: Vec<Family>,
    /// The value of the tag `GuardDutyManaged`.
    pub managed: Option<bool>,
    /// EC2 instances with an agent, of those that could have one.
    pub hosts: Option<(u32, u32)>,
}

/// A task family and how it runs.
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each a word of the file")]
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    pub name: String,
    pub stack: String,
    pub tasks: u32,
    pub cpu: u32,
    pub memory: u32,
    /// A daily job without a service.
    #[serde(default)]
    pub schedule: bool,
    /// Whether GuardDuty's agent runs beside it.
    #[serde(default = "watched")]
    pub agent: bool,
    /// Why the agent does not watch it, or not all of it.
    pub trouble: Option<Trouble>,
    /// Whether a load balancer stands before its service.
    #[serde(default)]
    pub balanced: bool,
    /// Whether its tasks get public addresses.
    #[serde(default)]
    pub public: bool,
    /// Whether the bucket of its account and Region is tagged with its name.
    #[serde(default)]
    pub bucket: bool,
    /// Instead of Fargate.
    pub launch: Option<String>,
    /// Instead of the newest platform version.
    pub platform: Option<String>,
    /// Instead of Linux.
    pub system: Option<String>,
    /// Instead of `x86_64`.
    pub architecture: Option<String>,
}

/// What keeps the agent from watching a family, one for each issue that AWS documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// Its tasks are older than agent management, until they are deployed anew.
    Before,
    /// Every second one is.
    SomeBefore,
    /// Its tasks started while the cluster was left out, until they are deployed anew.
    WhileExcluded,
    Role,
    Network,
    Endpoint,
    /// The agent runs and is not heard.
    Silent,
    Exited,
    /// The agent runs until it ends while somebody looks.
    ExitsSoon,
    Unpulled,
    Invoker,
    Architecture,
    Unidentified,
}

fn watched() -> bool {
    true
}

/// What Security Hub knows beyond threats.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Posture {
    pub control: Vec<Control>,
    pub account_control: Vec<Control>,
    pub vulnerability: Vec<Vulnerability>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    pub id: String,
    pub severity: String,
    pub title: String,
    /// ASFF resource type.
    pub resource: String,
    /// Of a hundred resources.
    pub failing: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vulnerability {
    pub id: String,
    pub severity: String,
    pub package: String,
    /// Stacks whose images contain it.
    pub images: Vec<String>,
    /// The version that repairs it.
    pub fixed: String,
}

impl Estate {
    pub fn load() -> Result<Self, String> {
        toml::from_str(include_str!("../../../seed-data/estate.toml")).map_err(|error| format!("estate.toml: {error}"))
    }

    /// An account of the estate.
    pub fn account(&self, id: &str) -> Option<&Account> {
        self.account.iter().find(|account| account.id == id)
    }
}

impl Posture {
    pub fn load() -> Result<Self, String> {
        toml::from_str(include_str!("../../../seed-data/posture.toml"))
            .map_err(|error| format!("posture.toml: {error}"))
    }
}

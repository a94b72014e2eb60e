//! What runs, and whether GuardDuty's agent runs beside it. Pure: documents in, verdicts and hours out.
//!
//! `read` takes what ECS and GuardDuty answered, `issue` takes AWS's sentences about clusters apart, `verdict` judges
//! tasks and what they are part of, `hours` counts the time between two looks. Nothing here asks AWS or a database, and
//! nothing is called covered without an agent that was seen running.

pub mod hours;
pub mod issue;
pub mod read;
pub mod verdict;

use app::model::coverage::{GapReason, Verdict};
use jiff::Timestamp;

/// How a part of a look went. A part that failed leaves what was known before.
#[derive(Debug, Clone, PartialEq)]
pub enum Part<T> {
    Seen(T),
    /// AWS did not answer, or refused.
    Failed(Trouble),
    /// The service is not in use here.
    NotEnabled,
    /// Not asked for, by choice.
    Off,
}

impl<T> Part<T> {
    /// What was seen.
    pub const fn seen(&self) -> Option<&T> {
        match self {
            Self::Seen(seen) => Some(seen),
            _ => None,
        }
    }

    /// The word in `coverage_part.outcome`.
    pub const fn outcome(&self) -> &'static str {
        match self {
            Self::Seen(_) => "ok",
            Self::Failed(trouble) => trouble.outcome,
            Self::NotEnabled => "not-enabled",
            Self::Off => "off",
        }
    }

    /// Why nothing was seen.
    pub fn error(&self) -> Option<&str> {
        match self {
            Self::Failed(trouble) => Some(&trouble.error),
            _ => None,
        }
    }
}

/// Why AWS gave nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// `failed` or `denied`.
    pub outcome: &'static str,
    /// Safe to show.
    pub error: String,
}

/// One look at an account in a Region.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// Whose credentials asked.
    pub account: String,
    pub region: String,
    pub at: Timestamp,
    pub detector: Part<Vec<Feature>>,
    pub verdicts: Part<Vec<ClusterVerdict>>,
    pub statistics: Part<Statistics>,
    pub clusters: Part<Vec<Cluster>>,
    pub services: Part<Vec<Service>>,
    /// Running ones. A cluster whose tasks could not be listed says so itself.
    pub tasks: Part<Vec<Task>>,
    /// What Security Hub is told to look at.
    pub hub: Part<Vec<Enabled>>,
    pub requests: u64,
    pub throttles: u64,
    pub took_ms: i64,
}

impl Look {
    /// Why the tasks of this look are not all that run.
    pub fn tasks_trouble(&self) -> Option<&Trouble> {
        match &self.tasks {
            Part::Failed(trouble) => Some(trouble),
            _ => self.clusters.seen()?.iter().find_map(|cluster| cluster.trouble.as_ref()),
        }
    }
}

/// A feature of GuardDuty's detector; `DETECTOR` is the detector itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    pub name: String,
    pub status: String,
    /// Since when.
    pub updated_at: Option<Timestamp>,
}

/// AWS's verdict about a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterVerdict {
    pub account: String,
    /// A name.
    pub cluster: String,
    pub status: String,
    pub issue: Option<String>,
    pub issues: Vec<String>,
    pub management: Option<String>,
    pub covered_hosts: Option<i64>,
    pub compatible_hosts: Option<i64>,
    pub updated_at: Option<Timestamp>,
}

/// AWS's own count of clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statistics {
    pub healthy: i64,
    pub unhealthy: i64,
}

/// A cluster of ECS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    pub arn: String,
    pub name: String,
    /// The tag `GuardDutyManaged`.
    pub managed: Option<String>,
    pub services: Option<i64>,
    pub hosts: Option<i64>,
    /// Why its tasks could not be listed.
    pub trouble: Option<Trouble>,
}

/// What the agent's container does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agent {
    Running,
    Stopped,
    /// There, and neither running nor stopped.
    Starting,
    Absent,
    /// ECS told of no containers.
    Unknown,
}

impl Agent {
    /// The word in `ecs_task.agent`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Starting => "starting",
            Self::Absent => "absent",
            Self::Unknown => "unknown",
        }
    }
}

/// A service of ECS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub cluster_arn: String,
    pub arn: String,
    pub name: String,
    /// What it runs; `None` where another controller than ECS decides.
    pub family: Option<String>,
    /// Ids of the security groups its tasks are in; none in a network of the host.
    pub security_groups: Vec<String>,
    /// Load balancers it is registered with; `None`: ECS did not tell.
    pub load_balancers: Option<i64>,
    /// Whether its tasks get public IP addresses; `None`: ECS did not tell.
    pub public_ip: Option<bool>,
}

/// A standard Security Hub checks, or a product whose findings it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enabled {
    /// `standard` or `product`.
    pub what: &'static str,
    /// The end of its ARN, such as `aws/inspector`.
    pub name: String,
    /// Of a standard, as Security Hub says.
    pub status: Option<String>,
}

/// A running task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub cluster_arn: String,
    pub arn: String,
    pub family: String,
    /// Empty where the definition's ARN has none.
    pub revision: String,
    pub service: Option<String>,
    pub launch_type: String,
    pub platform_version: Option<String>,
    pub platform_family: Option<String>,
    pub architecture: Option<String>,
    pub cpu_units: Option<i64>,
    pub memory_mib: Option<i64>,
    pub started_at: Option<Timestamp>,
    pub agent: Agent,
    pub agent_exit_code: Option<i64>,
    pub agent_reason: Option<String>,
    /// Of the images of its own containers, as far as ECS knows them.
    pub image_digests: Vec<String>,
}

/// A task with our verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    pub verdict: Verdict,
    /// `None` where it is covered.
    pub reason: Option<GapReason>,
}

//! Whether GuardDuty's agent runs where tasks run.
//!
//! AWS's verdict is about clusters; ours is about tasks, and from them about families, services and clusters. Both are
//! told side by side and never mixed. What nobody could tell is `unknown`, which is neither covered nor a gap.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::finding::Named;
use super::report::Window;
use super::terms::{UnknownTerm, vocabulary};

vocabulary! {
    /// Our verdict about tasks, or about what they are part of.
    Verdict = "verdict" {
        /// An agent was seen running in every running task.
        Covered => "covered",
        /// In some of them.
        Partly => "partly",
        /// In none that could have one.
        Gap => "gap",
        /// Left out by choice: the cluster's tag `GuardDutyManaged` is `false`.
        Excluded => "excluded",
        /// GuardDuty has no agent for tasks of this kind.
        Unsupported => "unsupported",
        /// Nobody could tell.
        Unknown => "unknown",
    }
}

vocabulary! {
    /// Why tasks are not covered, or why nobody can tell.
    GapReason = "reason" {
        /// There is no agent, and nothing tells why.
        AgentMissing => "agent-missing",
        /// The task is older than agent management: it gets an agent only when it starts anew.
        StartedBefore => "started-before-enabling",
        /// The task started while its cluster was left out.
        StartedExcluded => "started-while-excluded",
        /// Nobody adds agents to Fargate tasks here.
        ManagementOff => "agent-management-off",
        RuntimeMonitoringOff => "runtime-monitoring-off",
        GuardDutyOff => "guardduty-off",
        /// Fargate before platform version 1.4.0.
        OldPlatform => "old-platform",
        /// The agent ended while the task went on.
        AgentExited => "agent-exited",
        /// The image of the agent could not be pulled.
        ImageNotPulled => "agent-image-not-pulled",
        /// The agent is there and not running yet.
        AgentStarting => "agent-starting",
        /// AWS hears nothing of the agent.
        NotReporting => "agent-not-reporting",
        EndpointFailed => "vpc-endpoint-failed",
        RoleMissing => "execution-role-missing",
        NetworkMissing => "network-configuration-missing",
        /// AWS names an issue it does not know itself.
        Unidentified => "unidentified-issue",
        ExcludedByTag => "excluded-by-tag",
        /// ECS Managed Instances and ECS Anywhere.
        LaunchType => "launch-type-unsupported",
        /// Windows.
        PlatformFamily => "platform-unsupported",
        Architecture => "architecture-unsupported",
        Invoker => "invoking-service-unsupported",
        OldArn => "old-arn-format",
        /// On EC2 the agent runs on the instance, where ECS does not show it.
        OnHost => "agent-on-instance",
        /// No credentials for this account.
        NotAsked => "not-asked",
        /// AWS did not answer, or not enough.
        NotTold => "not-told",
    }
}

vocabulary! {
    /// What of the internet reaches tasks, as far as ECS tells; the most exposed first.
    Exposure = "exposure" {
        /// Tasks have public IP addresses.
        PublicIp => "public-ip",
        /// Behind a load balancer. ECS does not tell whether that one is public.
        LoadBalancer => "load-balancer",
        /// ECS did not tell, or tasks run without a service, whose network it does not tell.
        Unknown => "unknown",
        /// Neither a public address nor a load balancer.
        Neither => "neither",
    }
}

impl Exposure {
    /// Of something that consists of these; of nothing it is unknown.
    pub fn of_all(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().min_by_key(|one| one.rank()).unwrap_or(Self::Unknown)
    }

    /// The most exposed first. What is not known is no comfort: it comes before what is known to be shut.
    pub fn rank(self) -> usize {
        Self::ALL.iter().position(|known| *known == self).unwrap_or(usize::MAX)
    }
}

/// Why something is not covered, in AWS's words where there are any, and in ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub kind: GapReason,
    /// What AWS says, as it says it.
    pub aws: Option<String>,
    /// In English; pages say it in the reader's language.
    pub meaning: String,
    pub fix: String,
    /// What to expect after it.
    pub effect: String,
    /// To read and to run oneself.
    pub commands: Vec<String>,
    /// Running tasks it is true of; 0 where AWS names a family of which nothing is known to run.
    pub tasks: i64,
}

/// Running tasks by verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskCounts {
    pub running: i64,
    pub covered: i64,
    pub gap: i64,
    pub excluded: i64,
    pub unsupported: i64,
    pub unknown: i64,
    /// CPU units of ECS, 1024 to a vCPU, over tasks that tell their size.
    pub cpu_units: i64,
    pub covered_cpu_units: i64,
}

impl TaskCounts {
    /// Of all tasks, in percent; `None` where nothing runs or nobody can tell of any.
    pub fn covered_percent(&self) -> Option<f64> {
        share(self.covered, self.running - self.unknown)
    }

    /// vCPUs of ECS.
    #[expect(clippy::cast_precision_loss, reason = "counts and seconds of a fleet are far below 2^52")]
    pub fn vcpus(units: i64) -> f64 {
        units as f64 / 1024.0
    }
}

impl std::ops::AddAssign for TaskCounts {
    fn add_assign(&mut self, other: Self) {
        self.running += other.running;
        self.covered += other.covered;
        self.gap += other.gap;
        self.excluded += other.excluded;
        self.unsupported += other.unsupported;
        self.unknown += other.unknown;
        self.cpu_units += other.cpu_units;
        self.covered_cpu_units += other.covered_cpu_units;
    }
}

/// Percent; `None` of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts and seconds of a fleet are far below 2^52")]
pub fn share(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| part as f64 * 100.0 / whole as f64)
}

/// How many there are of each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictCounts {
    pub covered: i64,
    pub partly: i64,
    pub gap: i64,
    pub excluded: i64,
    pub unsupported: i64,
    pub unknown: i64,
}

impl VerdictCounts {
    /// Counts one.
    pub const fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Covered => self.covered += 1,
            Verdict::Partly => self.partly += 1,
            Verdict::Gap => self.gap += 1,
            Verdict::Excluded => self.excluded += 1,
            Verdict::Unsupported => self.unsupported += 1,
            Verdict::Unknown => self.unknown += 1,
        }
    }

    /// Of one verdict.
    pub const fn of(&self, verdict: Verdict) -> i64 {
        match verdict {
            Verdict::Covered => self.covered,
            Verdict::Partly => self.partly,
            Verdict::Gap => self.gap,
            Verdict::Excluded => self.excluded,
            Verdict::Unsupported => self.unsupported,
            Verdict::Unknown => self.unknown,
        }
    }

    pub const fn total(&self) -> i64 {
        self.covered + self.partly + self.gap + self.excluded + self.unsupported + self.unknown
    }
}

/// Time of tasks in a window, over the time we looked: two tasks for an hour are 7200 seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskTime {
    pub task_seconds: i64,
    /// Of them with an agent.
    pub covered_task_seconds: i64,
    /// Of them nobody could tell.
    pub unknown_task_seconds: i64,
}

impl TaskTime {
    /// Findings per thousand covered task-hours; `None` where less than an hour was covered.
    #[expect(clippy::cast_precision_loss, reason = "counts and seconds of a fleet are far below 2^52")]
    pub fn rate(&self, findings: i64) -> Option<f64> {
        (self.covered_task_seconds >= 3600)
            .then(|| findings as f64 * 1000.0 * 3600.0 / self.covered_task_seconds as f64)
    }
}

impl std::ops::AddAssign for TaskTime {
    fn add_assign(&mut self, other: Self) {
        self.task_seconds += other.task_seconds;
        self.covered_task_seconds += other.covered_task_seconds;
        self.unknown_task_seconds += other.unknown_task_seconds;
    }
}

vocabulary! {
    /// AWS's verdict about a cluster.
    AwsVerdict = "coverage status" {
        Healthy => "healthy",
        Unhealthy => "unhealthy",
        /// AWS gave none, or nobody could ask.
        Unknown => "unknown",
    }
}

/// A cluster, as AWS judges it and as we see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClusterCoverage {
    /// ARN.
    pub key: String,
    pub label: String,
    pub account: String,
    pub region: String,
    /// AWS's verdict.
    pub aws: AwsVerdict,
    /// AWS's headline.
    pub issue: Option<String>,
    /// AWS's details.
    pub issues: Vec<String>,
    /// `AUTO_MANAGED` or `DISABLED`, as AWS says.
    pub management: Option<String>,
    /// Since when we see AWS's verdict so.
    pub aws_since: Option<Timestamp>,
    /// Ours; `None` where nothing runs.
    pub verdict: Option<Verdict>,
    pub tasks: TaskCounts,
    pub families: VerdictCounts,
    pub reasons: Vec<Reason>,
    /// Of its most exposed service.
    pub exposure: Exposure,
    /// Open findings of the filter here.
    pub open_findings: i64,
    /// Findings of the window.
    pub findings: i64,
    #[serde(flatten)]
    pub time: TaskTime,
}

/// A task family of an account and Region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FamilyCoverage {
    /// `account/region/family`.
    pub key: String,
    pub label: String,
    pub account: String,
    pub region: String,
    pub verdict: Verdict,
    /// Since when we see it so; `None` where we never looked.
    pub since: Option<Timestamp>,
    pub reasons: Vec<Reason>,
    pub clusters: Vec<Named>,
    /// Names of services that run it.
    pub services: Vec<String>,
    pub launch_types: Vec<String>,
    /// Of running tasks.
    pub platform_versions: Vec<String>,
    /// Of the most exposed service that runs it.
    pub exposure: Exposure,
    pub tasks: TaskCounts,
    /// Open findings of the filter here.
    pub open_findings: i64,
    /// Of them, high or critical.
    pub open_severe: i64,
    /// Findings of the window.
    pub findings: i64,
    #[serde(flatten)]
    pub time: TaskTime,
}

/// A service of ECS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceCoverage {
    /// ARN, or `account/region/cluster/service` where nobody told one.
    pub key: String,
    pub label: String,
    pub account: String,
    pub region: String,
    /// `None` where nothing of it runs.
    pub verdict: Option<Verdict>,
    pub reasons: Vec<Reason>,
    pub cluster: Named,
    /// Families it runs or is defined to run.
    pub families: Vec<Named>,
    pub launch_types: Vec<String>,
    pub exposure: Exposure,
    pub tasks: TaskCounts,
    /// Open findings of the filter here.
    pub open_findings: i64,
    /// Of them, high or critical.
    pub open_severe: i64,
    /// Findings of the window.
    pub findings: i64,
}

/// How one API answered the last time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoveragePart {
    /// `detector`, `verdicts`, `statistics`, `clusters`, `services` or `tasks`.
    pub part: String,
    /// `ok`, `failed`, `denied`, `not-enabled` or `off`.
    pub outcome: String,
    /// Safe to show.
    pub error: Option<String>,
    pub last_attempt_at: Timestamp,
    pub last_success_at: Option<Timestamp>,
}

/// One account in one Region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegionCoverage {
    pub account: String,
    pub region: String,
    /// Clusters AWS judges healthy.
    pub healthy: i64,
    pub unhealthy: i64,
    /// Clusters AWS gave no verdict about.
    pub unknown: i64,
    /// AWS's own percentage: healthy of all it judged; `None` where it judged none.
    pub aws_percent: Option<f64>,
    pub tasks: TaskCounts,
    pub families: VerdictCounts,
    /// Since when agents are added to Fargate tasks; `None`: they are not, or nobody could tell.
    pub managed_since: Option<Timestamp>,
    /// The status of agent management as AWS says, `None` where nobody could ask.
    pub management: Option<String>,
    pub parts: Vec<CoveragePart>,
    /// Requests of the last look.
    pub requests: i64,
    pub took_ms: i64,
}

/// A family that is less watched than it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostCoverage {
    pub key: String,
    pub label: String,
    pub account: String,
    pub region: String,
    pub cluster: Named,
    pub was: Verdict,
    pub is: Verdict,
    pub at: Timestamp,
}

/// A span of the history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoverageBucket {
    /// Start, RFC 3339 with the zone's offset.
    pub start: String,
    /// Of the time of tasks, in percent; `None` where nobody looked or nothing ran.
    pub covered_percent: Option<f64>,
    pub task_seconds: i64,
    pub covered_task_seconds: i64,
    pub unknown_task_seconds: i64,
    /// How long was looked, over accounts and Regions.
    pub observed_seconds: i64,
}

/// Clusters, for a sentence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterWatch {
    /// In which something runs, or nobody can tell.
    pub all: i64,
    /// With tasks that no agent watches.
    pub lacking: i64,
    /// Of which nobody can tell.
    pub unknown: i64,
}

/// How much of the fleet is watched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    pub window: Window,
    /// Clusters, by AWS's verdict.
    pub clusters: i64,
    pub healthy: i64,
    pub unhealthy: i64,
    pub unknown: i64,
    /// Clusters, worst first.
    pub rows: Vec<ClusterCoverage>,
    /// Families by our verdict.
    pub families: VerdictCounts,
    pub tasks: TaskCounts,
    pub regions: Vec<RegionCoverage>,
    /// Coverage lost in the last 24 hours.
    pub lost: Vec<LostCoverage>,
    pub history: Vec<CoverageBucket>,
    /// The oldest look that this speaks of; `None`: nobody ever looked.
    pub looked_at: Option<Timestamp>,
    pub as_of: Timestamp,
    pub data_version: u64,
}

/// Families and their verdicts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FamilyCoverages {
    pub window: Window,
    /// By risk: the worst first.
    pub rows: Vec<FamilyCoverage>,
    /// Over all verdicts, whatever was asked for.
    pub verdicts: VerdictCounts,
    pub looked_at: Option<Timestamp>,
    pub as_of: Timestamp,
    pub data_version: u64,
}

/// Services and their verdicts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServiceCoverages {
    pub window: Window,
    /// By risk: the worst first.
    pub rows: Vec<ServiceCoverage>,
    /// Over all verdicts, whatever was asked for; services of which nothing runs are in none.
    pub verdicts: VerdictCounts,
    /// Of which nothing runs.
    pub idle: i64,
    pub looked_at: Option<Timestamp>,
    pub as_of: Timestamp,
    pub data_version: u64,
}

/// Which families or services to list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct VerdictChoice(pub Vec<Verdict>);

impl VerdictChoice {
    /// Whether this verdict is asked for; without a choice every one is.
    pub fn takes(&self, verdict: Verdict) -> bool {
        self.0.is_empty() || self.0.contains(&verdict)
    }

    /// Comma-separated words.
    pub fn parse(text: &str) -> Result<Self, UnknownTerm> {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        words.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

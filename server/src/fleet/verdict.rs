//! Our verdict: of a task by what was seen of it, of anything larger by its tasks.
//!
//! Only an agent that was seen running makes a task covered, and only covered tasks make anything covered. AWS's verdict
//! about a cluster explains gaps; it never makes a family covered, because a healthy cluster may hold families that
//! started before agents were added.

use app::model::coverage::{GapReason, TaskCounts, Verdict};
use jiff::Timestamp;

use super::issue::Issue;
use super::{Agent, Feature, Judged, Part, Task};

/// The oldest Fargate platform an agent can run on
/// (<https://docs.aws.amazon.com/guardduty/latest/ug/prereq-runtime-monitoring-ecs-support.html>).
const PLATFORM: (u32, u32) = (1, 4);

/// What GuardDuty does for Fargate tasks in an account and Region. `None`: nobody could tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Management {
    pub guardduty: Option<bool>,
    pub runtime: Option<bool>,
    /// Agents are added to tasks.
    pub fargate: Option<bool>,
    /// Since when both are so.
    pub since: Option<Timestamp>,
}

impl Management {
    /// From the detector's features.
    pub fn of(detector: &Part<Vec<Feature>>) -> Self {
        match detector {
            Part::Seen(features) => Self::of_features(features),
            Part::NotEnabled => Self { guardduty: Some(false), ..Self::default() },
            Part::Failed(_) | Part::Off => Self::default(),
        }
    }

    /// From features that were seen; none means that there is no detector.
    pub fn of_features(features: &[Feature]) -> Self {
        let of = |name: &str| features.iter().find(|feature| feature.name == name);
        let is_on = |name: &str| of(name).is_some_and(|feature| feature.status == "ENABLED");
        let since = ["RUNTIME_MONITORING", "ECS_FARGATE_AGENT_MANAGEMENT"];
        Self {
            guardduty: Some(is_on("DETECTOR")),
            runtime: Some(is_on("RUNTIME_MONITORING")),
            fargate: Some(is_on("ECS_FARGATE_AGENT_MANAGEMENT")),
            since: since.into_iter().filter_map(|name| of(name)?.updated_at).max(),
        }
    }
}

/// What is known around a task.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    pub management: Management,
    /// The cluster's tag `GuardDutyManaged`.
    pub managed: Option<&'a str>,
    /// What AWS says about the cluster now.
    pub issues: &'a [Issue],
}

impl<'a> Around<'a> {
    /// The sentence that is about a task.
    pub fn issue_of(&self, task: &Task) -> Option<&'a Issue> {
        let concerns = |issue: &&Issue| {
            issue.reason.is_some() && issue.concerns(&task.family, &task.revision, task.service.as_deref(), &task.arn)
        };
        self.issues.iter().find(concerns)
    }

    fn tag_is(&self, value: &str) -> bool {
        self.managed.is_some_and(|tag| tag.trim().eq_ignore_ascii_case(value))
    }
}

const fn because(verdict: Verdict, reason: GapReason) -> Judged {
    Judged { verdict, reason: Some(reason) }
}

/// The verdict about one running task.
pub fn judge(task: &Task, around: &Around<'_>) -> Judged {
    match task.launch_type.as_str() {
        "FARGATE" => judge_fargate(task, around),
        // The agent runs on the instance, where ECS does not show it: AWS's count of instances speaks for the cluster.
        "EC2" => because(Verdict::Unknown, GapReason::OnHost),
        "MANAGED_INSTANCES" | "EXTERNAL" => because(Verdict::Unsupported, GapReason::LaunchType),
        _ => because(Verdict::Unknown, GapReason::NotTold),
    }
}

fn judge_fargate(task: &Task, around: &Around<'_>) -> Judged {
    match task.agent {
        Agent::Unknown => because(Verdict::Unknown, GapReason::NotTold),
        Agent::Running => {
            // It runs, and AWS hears nothing of it: nobody would see anything.
            let silent = around.issue_of(task).and_then(|issue| issue.reason);
            match silent.filter(|reason| matches!(reason, GapReason::NotReporting | GapReason::EndpointFailed)) {
                Some(reason) => because(Verdict::Gap, reason),
                None => Judged { verdict: Verdict::Covered, reason: None },
            }
        }
        Agent::Stopped => {
            let said = task.agent_reason.as_deref().unwrap_or_default();
            let was_pulled = !said.contains("CannotPull");
            because(Verdict::Gap, if was_pulled { GapReason::AgentExited } else { GapReason::ImageNotPulled })
        }
        // It comes up beside the first tasks of every deployment: a gap only if it stays so, which the next look tells.
        Agent::Starting => because(Verdict::Unknown, GapReason::AgentStarting),
        Agent::Absent => why_absent(task, around),
    }
}

/// Why a task has no agent: what makes one impossible or unwanted first, then what AWS says, then what we can tell.
fn why_absent(task: &Task, around: &Around<'_>) -> Judged {
    let gap = |reason| because(Verdict::Gap, reason);
    let Management { guardduty, runtime, fargate, since } = around.management;
    if around.tag_is("false") {
        return because(Verdict::Excluded, GapReason::ExcludedByTag);
    }
    if task.platform_family.as_deref().is_some_and(|family| family.to_ascii_lowercase().starts_with("windows")) {
        return because(Verdict::Unsupported, GapReason::PlatformFamily);
    }
    if guardduty == Some(false) {
        return gap(GapReason::GuardDutyOff);
    }
    if runtime == Some(false) {
        return gap(GapReason::RuntimeMonitoringOff);
    }
    if fargate == Some(false) && !around.tag_is("true") {
        return gap(GapReason::ManagementOff);
    }
    if let Some(reason) = around.issue_of(task).and_then(|issue| issue.reason) {
        return of_issue(reason);
    }
    if !is_of_cluster(&task.arn) {
        return because(Verdict::Unsupported, GapReason::OldArn);
    }
    if task
        .architecture
        .as_deref()
        .is_some_and(|name| !["x86_64", "arm64"].contains(&name.to_ascii_lowercase().as_str()))
    {
        return because(Verdict::Unsupported, GapReason::Architecture);
    }
    if task.platform_version.as_deref().is_some_and(is_too_old) {
        return gap(GapReason::OldPlatform);
    }
    if let (Some(started), Some(since)) = (task.started_at, since)
        && started < since
    {
        return gap(GapReason::StartedBefore);
    }
    gap(GapReason::AgentMissing)
}

/// The verdict about whom AWS names in an issue.
pub const fn of_issue(reason: GapReason) -> Judged {
    match reason {
        GapReason::Architecture | GapReason::Invoker => because(Verdict::Unsupported, reason),
        _ => because(Verdict::Gap, reason),
    }
}

/// ARNs of the old format do not name the cluster.
fn is_of_cluster(task_arn: &str) -> bool {
    task_arn.rsplit_once(":task/").is_none_or(|(_, rest)| rest.contains('/'))
}

fn is_too_old(version: &str) -> bool {
    let mut parts = version.split('.').map(str::parse::<u32>);
    match (parts.next(), parts.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) < PLATFORM,
        // `LATEST` and what we cannot read.
        _ => false,
    }
}

/// Counts a task.
pub fn count(counts: &mut TaskCounts, verdict: Verdict, cpu_units: Option<i64>) {
    let units = cpu_units.unwrap_or(0);
    counts.running += 1;
    counts.cpu_units += units;
    match verdict {
        Verdict::Covered => {
            counts.covered += 1;
            counts.covered_cpu_units += units;
        }
        Verdict::Partly | Verdict::Gap => counts.gap += 1,
        Verdict::Excluded => counts.excluded += 1,
        Verdict::Unsupported => counts.unsupported += 1,
        Verdict::Unknown => counts.unknown += 1,
    }
}

/// The verdict about what these tasks are part of; `None` where nothing runs.
pub const fn of_tasks(counts: &TaskCounts) -> Option<Verdict> {
    let TaskCounts { running, covered, gap, excluded, unsupported, unknown, .. } = *counts;
    if running == 0 {
        return None;
    }
    Some(if covered == running {
        Verdict::Covered
    } else if covered > 0 && gap + excluded + unsupported > 0 {
        Verdict::Partly
    } else if gap > 0 {
        Verdict::Gap
    } else if unknown > 0 {
        Verdict::Unknown
    } else if excluded > 0 {
        Verdict::Excluded
    } else {
        Verdict::Unsupported
    })
}

#[cfg(test)]
mod tests;

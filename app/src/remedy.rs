//! What keeps GuardDuty's agent away, what to do about it, and what to expect afterwards.
//!
//! Commands are for people to read and to run themselves; Yagura never runs them. Names come from AWS and are quoted for
//! a POSIX shell.

mod en;
mod ja;

use crate::advice::quote;
use crate::model::coverage::GapReason;
use crate::text::Language;

/// What to know about a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remedy {
    pub meaning: &'static str,
    pub fix: &'static str,
    /// What to expect after the fix.
    pub effect: &'static str,
}

/// What to know about a reason, in a language.
pub const fn remedy(reason: GapReason, language: Language) -> Remedy {
    match language {
        Language::English => en::remedy(reason),
        Language::Japanese => ja::remedy(reason),
    }
}

/// Where a reason holds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Where<'a> {
    pub region: &'a str,
    /// Name or ARN; empty where none is known.
    pub cluster: &'a str,
    /// ARN of the cluster, for tags.
    pub cluster_arn: Option<&'a str>,
    pub service: Option<&'a str>,
    pub family: &'a str,
    /// One of its tasks.
    pub task: Option<&'a str>,
}

/// Commands that look into the reason, and those that end it.
pub fn commands(reason: GapReason, place: &Where<'_>) -> Vec<String> {
    let (region, cluster, family) = (quote(place.region), quote(place.cluster), quote(place.family));
    let renew = || match (place.service, place.task) {
        (Some(service), _) => Some(format!(
            "aws ecs update-service --region {region} --cluster {cluster} --service {} --force-new-deployment",
            quote(service)
        )),
        // A job that nothing starts again is for its owner to start.
        (None, Some(task)) => {
            Some(format!("aws ecs stop-task --region {region} --cluster {cluster} --task {}", quote(task)))
        }
        (None, None) => None,
    };
    let read_task = || {
        let task = quote(place.task?);
        Some(format!(
            "aws ecs describe-tasks --region {region} --cluster {cluster} --tasks {task} --query 'tasks[].containers[].[name,lastStatus,exitCode,reason]'"
        ))
    };
    let read_definition = || {
        Some(format!(
            "aws ecs describe-task-definition --region {region} --task-definition {family} --query 'taskDefinition.[executionRoleArn,networkMode,runtimePlatform]'"
        ))
    };
    let endpoints = || {
        Some(format!(
            "aws ec2 describe-vpc-endpoints --region {region} --filters Name=service-name,Values=com.amazonaws.{region}.guardduty-data"
        ))
    };
    let detector = || Some(format!("aws guardduty list-detectors --region {region}"));
    let enable = || {
        Some(format!(
            "aws guardduty update-detector --region {region} --detector-id \"$(aws guardduty list-detectors --region {region} --query 'DetectorIds[0]' --output text)\" --features '[{{\"Name\":\"RUNTIME_MONITORING\",\"Status\":\"ENABLED\",\"AdditionalConfiguration\":[{{\"Name\":\"ECS_FARGATE_AGENT_MANAGEMENT\",\"Status\":\"ENABLED\"}}]}}]'"
        ))
    };
    let untag = || {
        let arn = quote(place.cluster_arn?);
        Some(format!("aws ecs untag-resource --region {region} --resource-arn {arn} --tag-keys GuardDutyManaged"))
    };
    let platform = || {
        Some(format!(
            "aws ecs update-service --region {region} --cluster {cluster} --service {} --platform-version LATEST --force-new-deployment",
            quote(place.service?)
        ))
    };
    let lines = match reason {
        GapReason::StartedBefore | GapReason::StartedExcluded => vec![renew()],
        GapReason::AgentMissing | GapReason::Unidentified => vec![read_task(), read_definition(), renew()],
        GapReason::ManagementOff | GapReason::RuntimeMonitoringOff => vec![enable(), renew()],
        GapReason::GuardDutyOff => vec![detector()],
        GapReason::OldPlatform => vec![platform()],
        GapReason::AgentExited => vec![read_task(), renew()],
        GapReason::ImageNotPulled => vec![read_task(), read_definition()],
        GapReason::NotReporting | GapReason::EndpointFailed => vec![endpoints(), renew()],
        GapReason::RoleMissing | GapReason::NetworkMissing | GapReason::Architecture => vec![read_definition()],
        GapReason::ExcludedByTag => vec![untag(), renew()],
        GapReason::AgentStarting
        | GapReason::LaunchType
        | GapReason::PlatformFamily
        | GapReason::Invoker
        | GapReason::OldArn
        | GapReason::OnHost
        | GapReason::NotAsked
        | GapReason::NotTold => Vec::new(),
    };
    lines.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_explained_in_both_languages() {
        for reason in GapReason::ALL {
            for language in [Language::English, Language::Japanese] {
                let Remedy { meaning, fix, effect } = remedy(*reason, language);
                assert!([meaning, fix, effect].iter().all(|text| text.len() > 15), "{reason}");
            }
        }
    }

    #[test]
    fn names_are_words_of_the_shell() {
        let place =
            Where { region: "us-east-1", cluster: "c; rm", service: Some("$(x)"), family: "f", ..Where::default() };
        let lines = commands(GapReason::StartedBefore, &place);
        let line =
            "aws ecs update-service --region us-east-1 --cluster 'c; rm' --service '$(x)' --force-new-deployment";
        assert_eq!(lines, [line]);
    }
}

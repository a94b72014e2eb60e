//! What to do next: advice by threat category, and commands filled with a finding's own names.
//!
//! Commands are for people to read and to run themselves; Yagura never runs them. Names in a finding may have been
//! chosen by an attacker, so every value is quoted for a POSIX shell.

mod en;
mod ja;

use crate::model::{Category, Finding, Kind};
use crate::text::Language;

/// What to know and to do about findings of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    /// What it usually means.
    pub meaning: &'static str,
    /// In this order.
    pub steps: &'static [&'static str],
}

/// A command line with what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvisedCommand {
    pub purpose: Purpose,
    pub line: String,
}

/// What a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Reads the finding as AWS has it now.
    ReadFinding,
    /// Reads the task: containers, image, network interface.
    ReadTask,
    /// Reads the service that started the task.
    ReadService,
    /// Reads the definition the task was started from.
    ReadDefinition,
    /// Stops the task. A service starts another one.
    StopTask,
    /// Keeps a service from starting more tasks.
    ScaleToZero,
}

impl Purpose {
    /// Whether the command changes something.
    pub const fn changes(self) -> bool {
        matches!(self, Self::StopTask | Self::ScaleToZero)
    }
}

/// Advice for a finding in a language.
pub fn advice(finding: &Finding, language: Language) -> Advice {
    let of = match language {
        Language::English => en::advice,
        Language::Japanese => ja::advice,
    };
    of(topic(finding))
}

/// What advice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    Threat(Category),
    /// A process got out of its container, or tried to.
    Escape,
    /// Logging or detection was switched off or tricked.
    Evasion,
    Posture,
    Vulnerability,
}

fn topic(finding: &Finding) -> Topic {
    match finding.kind {
        Kind::Posture => return Topic::Posture,
        Kind::Vulnerability => return Topic::Vulnerability,
        Kind::Threat => {}
    }
    let name = finding.finding_type.as_str();
    let escapes = ["RuncContainerEscape", "CGroupsReleaseAgentModified", "DockerSocketAccessed", "ContainerMountsHost"];
    if escapes.iter().any(|part| name.contains(part)) {
        return Topic::Escape;
    }
    if name.starts_with("DefenseEvasion:") || name.starts_with("Stealth:") {
        return Topic::Evasion;
    }
    Topic::Threat(finding.category.unwrap_or(Category::Other))
}

/// Commands that fit what the finding names.
pub fn commands(finding: &Finding) -> Vec<AdvisedCommand> {
    let Some(region) = finding.region.as_deref() else { return Vec::new() };
    let region = quote(region);
    let mut commands = Vec::new();
    let mut add = |purpose, line| commands.push(AdvisedCommand { purpose, line });
    if let Some((detector, id)) = guardduty_ids(&finding.arn) {
        add(
            Purpose::ReadFinding,
            format!(
                "aws guardduty get-findings --region {region} --detector-id {} --finding-ids {}",
                quote(detector),
                quote(id)
            ),
        );
    } else if finding.in_securityhub {
        let filter = serde_filter(&finding.arn);
        add(
            Purpose::ReadFinding,
            format!("aws securityhub get-findings --region {region} --filters {}", quote(&filter)),
        );
    }
    if let Some(revision) = finding.revisions.first().map(|revision| quote(&revision.label)) {
        add(
            Purpose::ReadDefinition,
            format!("aws ecs describe-task-definition --region {region} --task-definition {revision}"),
        );
    }
    let Some(cluster) = finding.clusters.first().map(|cluster| quote(&cluster.key)) else { return commands };
    if let Some(task) = finding.task_arns.first().map(|task| quote(task)) {
        add(
            Purpose::ReadTask,
            format!("aws ecs describe-tasks --region {region} --cluster {cluster} --tasks {task} --include TAGS"),
        );
        add(
            Purpose::StopTask,
            format!(
                "aws ecs stop-task --region {region} --cluster {cluster} --task {task} --reason 'security: suspected compromise'"
            ),
        );
    }
    if let Some(service) = finding.services.first().map(|service| quote(&service.label)) {
        add(
            Purpose::ReadService,
            format!("aws ecs describe-services --region {region} --cluster {cluster} --services {service}"),
        );
        add(
            Purpose::ScaleToZero,
            format!(
                "aws ecs update-service --region {region} --cluster {cluster} --service {service} --desired-count 0"
            ),
        );
    }
    // What reads comes before what changes.
    commands.sort_by_key(|command| command.purpose.changes());
    commands
}

/// Detector and finding id of a GuardDuty ARN.
fn guardduty_ids(arn: &str) -> Option<(&str, &str)> {
    if arn.split(':').nth(2) != Some("guardduty") {
        return None;
    }
    let mut parts = arn.split('/');
    match (parts.next()?.ends_with(":detector"), parts.next()?, parts.next()?, parts.next()?) {
        (true, detector, "finding", id) => Some((detector, id)),
        _ => None,
    }
}

/// The filter of Security Hub that selects one id, JSON.
fn serde_filter(id: &str) -> String {
    leptos::serde_json::json!({"Id": [{"Value": id, "Comparison": "EQUALS"}]}).to_string()
}

/// One word for a POSIX shell. Control characters, which a terminal would act on, become `?`.
pub(crate) fn quote(value: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_./:@=+,".contains(character);
    if !value.is_empty() && !value.starts_with('-') && value.chars().all(plain) {
        return value.to_owned();
    }
    let printable = |character: char| if character.is_control() || is_bidi(character) { '?' } else { character };
    format!("'{}'", value.chars().map(printable).collect::<String>().replace('\'', r"'\''"))
}

/// Characters that change the direction of what follows and make a line read as another.
const fn is_bidi(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_leave_their_word() {
        for (value, word) in [
            ("arn:aws:ecs:us-east-1:111122223333:cluster/a", "arn:aws:ecs:us-east-1:111122223333:cluster/a"),
            ("a b", "'a b'"),
            ("$(reboot)", "'$(reboot)'"),
            ("'; reboot; '", r"''\''; reboot; '\'''"),
            ("-rf", "'-rf'"),
            ("", "''"),
            ("a\nb\u{202e}c", "'a?b?c'"),
        ] {
            assert_eq!(quote(value), word);
        }
    }

    #[test]
    fn ids_come_from_guardduty_arns_only() {
        let arn = "arn:aws:guardduty:us-east-1:111122223333:detector/d1/finding/f1";
        assert_eq!(guardduty_ids(arn), Some(("d1", "f1")));
        assert_eq!(guardduty_ids("arn:aws:inspector2:us-east-1:111122223333:finding/f1"), None);
        assert_eq!(guardduty_ids("no arn"), None);
    }

    #[test]
    fn every_topic_has_advice_in_both_languages() {
        let topics = Category::ALL.iter().map(|category| Topic::Threat(*category));
        for topic in topics.chain([Topic::Escape, Topic::Evasion, Topic::Posture, Topic::Vulnerability]) {
            for of in [en::advice, ja::advice] {
                let advice = of(topic);
                assert!(!advice.meaning.is_empty() && advice.steps.len() >= 2, "{topic:?}");
            }
        }
    }
}

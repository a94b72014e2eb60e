//! AWS's sentences about clusters, taken apart.
//!
//! The texts are documented as examples, not as a format
//! (<https://docs.aws.amazon.com/guardduty/latest/ug/ecs-runtime-monitoring-coverage.html>), and were reworded before. So
//! they are read loosely: a few words decide what a sentence is about, and quoted names after words like
//! `TaskDefinition` or `Service` tell whom it concerns. A sentence nothing is known of stays, as AWS's words.

use app::model::coverage::GapReason;

use super::ClusterVerdict;
use super::read::family_of;

/// What a sentence says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// `None`: a sentence we do not know.
    pub reason: Option<GapReason>,
    /// Family and revision, which may be empty; several may be named.
    pub definitions: Vec<(String, String)>,
    pub services: Vec<String>,
    /// Ids or ARNs.
    pub tasks: Vec<String>,
    pub exit_code: Option<i64>,
    /// As AWS says it.
    pub text: String,
}

impl Issue {
    /// Whether it names a family, a service or a task, rather than the cluster as a whole.
    pub const fn names_somebody(&self) -> bool {
        !(self.definitions.is_empty() && self.services.is_empty() && self.tasks.is_empty())
    }

    /// Whether it is about a task of this family and revision, this service, or this task.
    pub fn concerns(&self, family: &str, revision: &str, service: Option<&str>, task_arn: &str) -> bool {
        let of_definition = |(named, of): &(String, String)| named == family && (of.is_empty() || of == revision);
        let id = task_arn.rsplit('/').next().unwrap_or(task_arn);
        self.definitions.iter().any(of_definition)
            || service.is_some_and(|service| self.services.iter().any(|named| last_part(named) == service))
            || self.tasks.iter().any(|named| last_part(named) == id)
    }
}

fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Every sentence of a verdict: the details, and the headline where there are none.
pub fn issues(verdict: &ClusterVerdict) -> Vec<Issue> {
    let headline = verdict.issue.as_deref();
    if verdict.issues.is_empty() {
        return headline.map(|text| issue(text, None)).into_iter().collect();
    }
    verdict.issues.iter().map(|text| issue(text, headline)).collect()
}

/// One sentence. What it does not tell itself the headline may.
pub fn issue(text: &str, headline: Option<&str>) -> Issue {
    let definitions =
        named(text, &["taskdefinition", "task definition"]).iter().filter_map(|name| family_of(name)).collect();
    Issue {
        reason: reason(text).or_else(|| headline.and_then(reason)),
        definitions,
        services: named(text, &["service", "services", "service(s)"]),
        tasks: named(text, &["task", "tasks", "task(s)", "taskid", "task id", "task ids", "taskids"]),
        exit_code: exit_code(text),
        text: text.to_owned(),
    }
}

/// What a sentence is about. The more special words come first: sentences about an agent that exited or does not report
/// name the cause behind it.
fn reason(text: &str) -> Option<GapReason> {
    let text = text.to_lowercase();
    let has = |words: &[&str]| words.iter().all(|word| text.contains(word));
    let any = |groups: &[&[&str]]| groups.iter().any(|words| has(words));
    if any(&[&["cannotpullcontainer"], &["pull", "image"]]) {
        Some(GapReason::ImageNotPulled)
    } else if any(&[&["vpc endpoint"], &["vpc issue"]]) {
        Some(GapReason::EndpointFailed)
    } else if any(&[&["exclusion tag"], &["excluded", "tag"]]) {
        Some(GapReason::StartedExcluded)
    } else if any(&[&["started before"], &["before enabling"], &["new deployment"], &["before", "enabled"]]) {
        Some(GapReason::StartedBefore)
    } else if any(&[&["taskexecutionrole"], &["task execution role"], &["execution role"]]) {
        Some(GapReason::RoleMissing)
    } else if any(&[&["network configuration"], &["networkconfiguration"]]) {
        Some(GapReason::NetworkMissing)
    } else if any(&[&["cpu architecture"], &["cpuarchitecture"]]) {
        Some(GapReason::Architecture)
    } else if any(&[&["invoking service"], &["invocation", "not supported"]]) {
        Some(GapReason::Invoker)
    } else if any(&[&["agent exited"], &["exitcode"], &["exit code"]]) {
        Some(GapReason::AgentExited)
    } else if any(&[&["not reporting"], &["not receiving"]]) {
        Some(GapReason::NotReporting)
    } else if any(&[&["unidentified issue"], &["unidentified"]]) {
        Some(GapReason::Unidentified)
    } else if any(&[&["platform version"]]) {
        Some(GapReason::OldPlatform)
    } else if any(&[&["not provisioned"]]) {
        Some(GapReason::AgentMissing)
    } else {
        None
    }
}

/// Quoted names that follow one of the words: `TaskDefinition - 'api:7'`, `Service(s) - 'a', 'b'`, `task: ["1"]`.
fn named(text: &str, words: &[&str]) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for word in words {
        let mut from = 0;
        while let Some(at) = lower[from..].find(word) {
            let (start, end) = (from + at, from + at + word.len());
            from = end;
            if lower[..start].chars().next_back().is_some_and(char::is_alphanumeric) {
                continue;
            }
            for name in quoted(&text[end..]) {
                if !found.contains(&name) {
                    found.push(name);
                }
            }
        }
    }
    found
}

/// Names in quotes at the beginning of a text, after dashes, colons and brackets, separated by commas or `and`.
fn quoted(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = text;
    loop {
        let separators: &[char] = &[' ', '-', ':', '=', '[', '(', ',', '–', '\u{a0}'];
        rest = rest.trim_start_matches(separators);
        if !names.is_empty() {
            rest = rest.strip_prefix("and").map_or(rest, |rest| rest.trim_start_matches(separators));
        }
        let Some(quote) = rest.chars().next().filter(|first| ['\'', '"', '`', '‘', '’'].contains(first)) else {
            return names;
        };
        let closing = if quote == '‘' { '’' } else { quote };
        let inside = &rest[quote.len_utf8()..];
        let Some(length) = inside.find(closing) else { return names };
        let name = inside[..length].trim();
        if !name.is_empty() {
            names.push(name.to_owned());
        }
        rest = &inside[length + closing.len_utf8()..];
    }
}

fn exit_code(text: &str) -> Option<i64> {
    let lower = text.to_ascii_lowercase();
    let at = ["exitcode", "exit code"].iter().find_map(|word| lower.find(word).map(|at| at + word.len()))?;
    let rest = text[at..].trim_start_matches([' ', ':', '-', '=', '\'', '"', '(']);
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sentences as they are documented, and what is read from them.
    #[test]
    fn every_documented_sentence_is_understood() {
        let api = || vec![("api".to_owned(), "7".to_owned())];
        let cases = [
            ("Agent not reporting for tasks in TaskDefinition - 'api:7'", GapReason::NotReporting),
            ("VPC issue for tasks in TaskDefinition - 'api:7'", GapReason::EndpointFailed),
            (
                "Agent exited: ExitCode: '137' Reason: OutOfMemoryError: container killed for tasks in TaskDefinition - 'api:7'",
                GapReason::AgentExited,
            ),
            (
                "Agent exited: Reason: CannotPullContainerError: pull image manifest has been retried 5 time(s) for TaskDefinition - 'api:7'",
                GapReason::ImageNotPulled,
            ),
            ("VPC Endpoint Creation Failed for tasks in TaskDefinition - 'api:7'", GapReason::EndpointFailed),
            ("Unsupported invoking service for tasks in TaskDefinition - 'api:7'", GapReason::Invoker),
            ("Unsupported CPU architecture for tasks in TaskDefinition - 'api:7'", GapReason::Architecture),
            ("TaskExecutionRole missing from TaskDefinition - 'api:7'", GapReason::RoleMissing),
            ("Missing network configuration for tasks in TaskDefinition - 'api:7'", GapReason::NetworkMissing),
            ("Unidentified issue for tasks in TaskDefinition - 'api:7'", GapReason::Unidentified),
        ];
        for (text, reason) in cases {
            let read = issue(text, Some("Agent not provisioned"));
            assert_eq!((read.reason, read.definitions), (Some(reason), api()), "{text}");
        }
        assert_eq!(issue(cases[2].0, None).exit_code, Some(137));
    }

    #[test]
    fn services_and_tasks_are_named_instead_of_definitions() {
        let read = issue(
            "Tasks in service(s) - 'web', 'cart' were started before enabling Runtime Monitoring; they need a new deployment",
            None,
        );
        assert_eq!(read.reason, Some(GapReason::StartedBefore));
        assert_eq!((read.services.as_slice(), read.tasks.len()), (&["web".to_owned(), "cart".to_owned()][..], 0));
        let read = issue("Task(s) - ['1a2b', '3c4d'] started while the cluster had the exclusion tag", None);
        assert_eq!((read.reason, read.tasks.len()), (Some(GapReason::StartedExcluded), 2));
        assert!(read.concerns("any", "1", None, "arn:aws:ecs:us-east-1:1:task/c/3c4d"));
        assert!(!read.concerns("any", "1", Some("web"), "arn:aws:ecs:us-east-1:1:task/c/5e6f"));
    }

    #[test]
    fn a_definition_without_revision_or_with_an_arn_is_the_same_family() {
        for text in [
            "Agent not reporting for TaskDefinition - 'api'",
            "Agent not reporting for TaskDefinition \"arn:aws:ecs:us-east-1:1:task-definition/api:7\"",
            "agent NOT reporting, task definition: `api:7`",
        ] {
            assert!(issue(text, None).concerns("api", "7", None, "t"), "{text}");
            assert!(!issue(text, None).concerns("other", "7", None, "t"), "{text}");
        }
        assert!(!issue("Agent not reporting for TaskDefinition - 'api:6'", None).concerns("api", "7", None, "t"));
    }

    #[test]
    fn what_is_not_known_keeps_its_words() {
        let read = issue("Something new happened, it's 'odd", None);
        assert_eq!((read.reason, read.names_somebody(), read.text.len()), (None, false, 33));
    }
}

#![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

use proptest::prelude::*;

use super::*;
use crate::fleet::issue::issue;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn task() -> Task {
    Task {
        cluster_arn: "arn:aws:ecs:us-east-1:111122223333:cluster/shop".to_owned(),
        arn: "arn:aws:ecs:us-east-1:111122223333:task/shop/1a2b".to_owned(),
        family: "api".to_owned(),
        revision: "7".to_owned(),
        service: Some("api".to_owned()),
        launch_type: "FARGATE".to_owned(),
        platform_version: Some("1.4.0".to_owned()),
        platform_family: Some("Linux".to_owned()),
        architecture: Some("x86_64".to_owned()),
        cpu_units: Some(512),
        memory_mib: Some(1024),
        started_at: Some(at("2026-11-20T00:00:00Z")),
        agent: Agent::Absent,
        agent_exit_code: None,
        agent_reason: None,
        image_digests: Vec::new(),
    }
}

fn on() -> Management {
    Management {
        guardduty: Some(true),
        runtime: Some(true),
        fargate: Some(true),
        since: Some(at("2026-11-01T00:00:00Z")),
    }
}

fn told(
    task: &Task,
    management: Management,
    managed: Option<&str>,
    sentences: &[&str],
) -> (Verdict, Option<GapReason>) {
    let issues: Vec<_> = sentences.iter().map(|text| issue(text, None)).collect();
    let Judged { verdict, reason } = judge(task, &Around { management, managed, issues: &issues });
    (verdict, reason)
}

#[test]
fn an_agent_that_runs_covers_its_task_whatever_the_tag_says() {
    let running = Task { agent: Agent::Running, ..task() };
    for (management, managed) in [(on(), None), (Management::default(), Some("false"))] {
        assert_eq!(told(&running, management, managed, &[]), (Verdict::Covered, None));
    }
}

#[test]
fn an_agent_that_runs_and_is_not_heard_covers_nothing() {
    let running = Task { agent: Agent::Running, ..task() };
    let silent = ["Agent not reporting for tasks in TaskDefinition - 'api:7'"];
    assert_eq!(told(&running, on(), None, &silent), (Verdict::Gap, Some(GapReason::NotReporting)));
    // Others' troubles, and an agent that exited in a task that has ended, are not this task's.
    for text in [
        "Agent not reporting for tasks in TaskDefinition - 'web:7'",
        "Agent exited: ExitCode: 1 for TaskDefinition - 'api:7'",
    ] {
        assert_eq!(told(&running, on(), None, &[text]), (Verdict::Covered, None), "{text}");
    }
}

#[test]
fn an_agent_that_ended_or_never_came_says_why() {
    let ended = Task { agent: Agent::Stopped, agent_reason: Some("OutOfMemoryError".to_owned()), ..task() };
    assert_eq!(told(&ended, on(), None, &[]), (Verdict::Gap, Some(GapReason::AgentExited)));
    let unpulled = Task { agent_reason: Some("CannotPullContainerError: 403".to_owned()), ..ended };
    assert_eq!(told(&unpulled, on(), None, &[]), (Verdict::Gap, Some(GapReason::ImageNotPulled)));
    let starting = Task { agent: Agent::Starting, ..task() };
    assert_eq!(told(&starting, on(), None, &[]), (Verdict::Unknown, Some(GapReason::AgentStarting)));
}

#[test]
fn without_an_agent_the_reason_is_the_first_that_holds() {
    let gap = |reason| (Verdict::Gap, Some(reason));
    let off = |change: fn(&mut Management)| {
        let mut management = on();
        change(&mut management);
        management
    };
    assert_eq!(told(&task(), on(), None, &[]), gap(GapReason::AgentMissing));
    assert_eq!(told(&task(), on(), Some("false"), &[]), (Verdict::Excluded, Some(GapReason::ExcludedByTag)));
    assert_eq!(told(&task(), off(|of| of.guardduty = Some(false)), None, &[]), gap(GapReason::GuardDutyOff));
    assert_eq!(told(&task(), off(|of| of.runtime = Some(false)), None, &[]), gap(GapReason::RuntimeMonitoringOff));
    assert_eq!(told(&task(), off(|of| of.fargate = Some(false)), None, &[]), gap(GapReason::ManagementOff));
    // A tag brings the agent where management is off, so something else is missing.
    assert_eq!(told(&task(), off(|of| of.fargate = Some(false)), Some("true"), &[]), gap(GapReason::AgentMissing));
    let older = Task { started_at: Some(at("2026-10-31T23:59:59Z")), ..task() };
    assert_eq!(told(&older, on(), None, &[]), gap(GapReason::StartedBefore));
    let platform = Task { platform_version: Some("1.3.0".to_owned()), ..task() };
    assert_eq!(told(&platform, on(), None, &[]), gap(GapReason::OldPlatform));
    for (change, reason) in [
        (Task { platform_family: Some("Windows_Server_2022_Core".to_owned()), ..task() }, GapReason::PlatformFamily),
        (Task { architecture: Some("riscv64".to_owned()), ..task() }, GapReason::Architecture),
        (Task { arn: "arn:aws:ecs:us-east-1:111122223333:task/1a2b".to_owned(), ..task() }, GapReason::OldArn),
        (Task { launch_type: "MANAGED_INSTANCES".to_owned(), ..task() }, GapReason::LaunchType),
        (Task { launch_type: "EXTERNAL".to_owned(), ..task() }, GapReason::LaunchType),
    ] {
        assert_eq!(told(&change, on(), None, &[]), (Verdict::Unsupported, Some(reason)));
    }
}

#[test]
fn what_aws_says_explains_the_gap() {
    for (text, verdict, reason) in [
        ("TaskExecutionRole missing for TaskDefinition - 'api:7'", Verdict::Gap, GapReason::RoleMissing),
        ("VPC Endpoint Creation Failed for TaskDefinition - 'api:7'", Verdict::Gap, GapReason::EndpointFailed),
        ("Missing network configuration, TaskDefinition - 'api'", Verdict::Gap, GapReason::NetworkMissing),
        ("Unsupported invoking service, TaskDefinition - 'api:7'", Verdict::Unsupported, GapReason::Invoker),
        ("Tasks in service - 'api' started with the exclusion tag", Verdict::Gap, GapReason::StartedExcluded),
        ("Unidentified issue for TaskDefinition - 'api:7'", Verdict::Gap, GapReason::Unidentified),
    ] {
        assert_eq!(told(&task(), on(), None, &[text]), (verdict, Some(reason)), "{text}");
    }
}

#[test]
fn what_nobody_can_see_is_unknown() {
    let unseen = Task { agent: Agent::Unknown, ..task() };
    assert_eq!(told(&unseen, on(), None, &[]), (Verdict::Unknown, Some(GapReason::NotTold)));
    let hosted = Task { launch_type: "EC2".to_owned(), ..task() };
    assert_eq!(told(&hosted, on(), None, &[]), (Verdict::Unknown, Some(GapReason::OnHost)));
    let odd = Task { launch_type: "UNKNOWN".to_owned(), ..task() };
    assert_eq!(told(&odd, on(), None, &[]), (Verdict::Unknown, Some(GapReason::NotTold)));
}

#[test]
fn tasks_make_the_verdict_of_what_they_are_part_of() {
    use Verdict::{Covered, Excluded, Gap, Partly, Unknown, Unsupported};
    let of = |verdicts: &[Verdict]| {
        let mut counts = TaskCounts::default();
        for verdict in verdicts {
            count(&mut counts, *verdict, Some(256));
        }
        of_tasks(&counts)
    };
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[Covered, Covered]), Some(Covered));
    assert_eq!(of(&[Covered, Gap]), Some(Partly));
    assert_eq!(of(&[Covered, Excluded]), Some(Partly));
    assert_eq!(of(&[Covered, Unknown]), Some(Unknown), "the rest may have an agent");
    assert_eq!(of(&[Gap, Unknown, Excluded]), Some(Gap));
    assert_eq!(of(&[Excluded, Unsupported]), Some(Excluded));
    assert_eq!(of(&[Unsupported]), Some(Unsupported));
}

fn any_task() -> impl Strategy<Value = Task> {
    let agents =
        prop::sample::select(vec![Agent::Running, Agent::Stopped, Agent::Starting, Agent::Absent, Agent::Unknown]);
    let launch = prop::sample::select(vec!["FARGATE", "EC2", "EXTERNAL", "MANAGED_INSTANCES", "UNKNOWN", ""]);
    let platform = prop::option::of(prop::sample::select(vec!["1.3.0", "1.4.0", "LATEST", "x", "2"]));
    let family = prop::option::of(prop::sample::select(vec!["Linux", "Windows_Server_2022_Core"]));
    let started = prop::option::of(1_700_000_000_i64..1_800_000_000);
    (agents, launch, platform, family, started).prop_map(|(agent, launch, platform, family, started)| Task {
        agent,
        launch_type: launch.to_owned(),
        platform_version: platform.map(str::to_owned),
        platform_family: family.map(str::to_owned),
        started_at: started.map(|second| Timestamp::from_second(second).unwrap()),
        ..task()
    })
}

proptest! {
    #[test]
    fn nothing_is_covered_without_an_agent_that_runs_in_every_task(
        tasks in prop::collection::vec(any_task(), 0..6),
        switches in prop::array::uniform3(prop::option::of(any::<bool>())),
        since in prop::option::of(1_700_000_000_i64..1_800_000_000),
        managed in prop::option::of(prop::sample::select(vec!["true", "false", "TRUE", ""])),
        sentences in prop::collection::vec(".{0,40}TaskDefinition - 'api(:7)?'.{0,20}", 0..3),
    ) {
        let [guardduty, runtime, fargate] = switches;
        let since = since.map(|second| Timestamp::from_second(second).unwrap());
        let management = Management { guardduty, runtime, fargate, since };
        let issues: Vec<_> = sentences.iter().map(|text| issue(text, None)).collect();
        let around = Around { management, managed, issues: &issues };
        let mut counts = TaskCounts::default();
        for task in &tasks {
            let judged = judge(task, &around);
            prop_assert_eq!(judged.verdict == Verdict::Covered, judged.reason.is_none());
            count(&mut counts, judged.verdict, task.cpu_units);
        }
        let evidence = !tasks.is_empty() && tasks.iter().all(|task| task.agent == Agent::Running);
        prop_assert!(of_tasks(&counts) != Some(Verdict::Covered) || evidence);
    }
}

//! A fleet whose names try to leave their place.

use super::world::now;
use crate::model::coverage::{
    AwsVerdict, ClusterCoverage, ClusterWatch, Coverage, CoverageBucket, Exposure, FamilyCoverage, FamilyCoverages,
    GapReason, LostCoverage, Reason, ServiceCoverage, ServiceCoverages, TaskCounts, TaskTime, Verdict, VerdictCounts,
};
use crate::model::{Grain, Named, Window};

const EVIL: &str = "<script>alert(1)</script>";

fn window() -> Window {
    Window { from: None, to: now(), time_zone: "Asia/Tokyo".to_owned(), grain: Grain::Day }
}

fn reason() -> Reason {
    Reason {
        kind: GapReason::AgentExited,
        aws: Some(format!("Agent exited: {EVIL}")),
        meaning: "meaning".to_owned(),
        fix: "fix".to_owned(),
        effect: "effect".to_owned(),
        commands: vec![format!("aws ecs '{EVIL}'")],
        tasks: 1,
    }
}

fn tasks() -> TaskCounts {
    TaskCounts { running: 4, covered: 3, gap: 1, cpu_units: 4096, covered_cpu_units: 3072, ..TaskCounts::default() }
}

/// Three hours and a half; nobody could tell of one.
fn time() -> TaskTime {
    TaskTime { task_seconds: 12_600, covered_task_seconds: 7200, unknown_task_seconds: 3600 }
}

/// Nothing, before anybody looked.
pub fn coverage(nobody_looked: bool) -> Coverage {
    let mut coverage = Coverage {
        window: window(),
        clusters: 0,
        healthy: 0,
        unhealthy: 0,
        unknown: 0,
        rows: Vec::new(),
        families: VerdictCounts::default(),
        tasks: TaskCounts::default(),
        regions: Vec::new(),
        lost: Vec::new(),
        history: Vec::new(),
        looked_at: None,
        as_of: now(),
        data_version: 1,
    };
    if nobody_looked {
        return coverage;
    }
    coverage.looked_at = Some(now());
    (coverage.clusters, coverage.unhealthy) = (1, 1);
    coverage.families.add(Verdict::Partly);
    coverage.tasks = tasks();
    coverage.rows.push(ClusterCoverage {
        key: format!("arn:aws:ecs:us-east-1:111122223333:cluster/{EVIL}"),
        label: EVIL.to_owned(),
        account: "111122223333".to_owned(),
        region: "us-east-1".to_owned(),
        aws: AwsVerdict::Unhealthy,
        issue: Some(EVIL.to_owned()),
        issues: vec![EVIL.to_owned()],
        management: None,
        aws_since: Some(now()),
        verdict: Some(Verdict::Partly),
        tasks: tasks(),
        families: VerdictCounts::default(),
        reasons: vec![reason()],
        exposure: Exposure::PublicIp,
        open_findings: 2,
        findings: 3,
        time: time(),
    });
    coverage.lost.push(LostCoverage {
        key: format!("111122223333/us-east-1/{EVIL}"),
        label: EVIL.to_owned(),
        account: "111122223333".to_owned(),
        region: "us-east-1".to_owned(),
        cluster: Named::from_key("arn:aws:ecs:us-east-1:111122223333:cluster/shop"),
        was: Verdict::Covered,
        is: Verdict::Partly,
        at: now(),
    });
    let bucket = |percent| CoverageBucket {
        start: "2026-11-23T00:00:00+09:00".to_owned(),
        covered_percent: percent,
        task_seconds: 3600,
        covered_task_seconds: 2700,
        unknown_task_seconds: 0,
        observed_seconds: 900,
    };
    coverage.history = vec![bucket(None), bucket(Some(75.0))];
    coverage
}

/// One cluster, not fully watched.
pub fn watch(nobody_looked: bool) -> Option<ClusterWatch> {
    (!nobody_looked).then_some(ClusterWatch { all: 9, lacking: 1, unknown: 0 })
}

/// One family, partly covered.
pub fn families(nobody_looked: bool) -> FamilyCoverages {
    let row = FamilyCoverage {
        key: format!("111122223333/us-east-1/{EVIL}"),
        label: EVIL.to_owned(),
        account: "111122223333".to_owned(),
        region: "us-east-1".to_owned(),
        verdict: Verdict::Partly,
        since: Some(now()),
        reasons: vec![reason()],
        clusters: vec![Named::from_key("arn:aws:ecs:us-east-1:111122223333:cluster/shop")],
        services: vec![EVIL.to_owned()],
        launch_types: vec!["FARGATE".to_owned()],
        platform_versions: vec!["1.4.0".to_owned()],
        exposure: Exposure::Unknown,
        tasks: tasks(),
        open_findings: 2,
        open_severe: 1,
        findings: 3,
        time: time(),
    };
    let mut verdicts = VerdictCounts::default();
    let rows: Vec<FamilyCoverage> = if nobody_looked { Vec::new() } else { vec![row] };
    for row in &rows {
        verdicts.add(row.verdict);
    }
    let looked_at = (!nobody_looked).then(now);
    FamilyCoverages { window: window(), rows, verdicts, looked_at, as_of: now(), data_version: 1 }
}

/// One service, partly covered, and one of which nothing runs.
pub fn services(nobody_looked: bool) -> ServiceCoverages {
    let row = ServiceCoverage {
        key: format!("arn:aws:ecs:us-east-1:111122223333:service/shop/{EVIL}"),
        label: EVIL.to_owned(),
        account: "111122223333".to_owned(),
        region: "us-east-1".to_owned(),
        verdict: Some(Verdict::Partly),
        reasons: vec![reason()],
        cluster: Named::from_key("arn:aws:ecs:us-east-1:111122223333:cluster/shop"),
        families: vec![Named { key: format!("111122223333/us-east-1/{EVIL}"), label: EVIL.to_owned() }],
        launch_types: vec!["FARGATE".to_owned()],
        exposure: Exposure::LoadBalancer,
        tasks: tasks(),
        open_findings: 2,
        open_severe: 1,
        findings: 3,
    };
    let idle = ServiceCoverage {
        key: "arn:aws:ecs:us-east-1:111122223333:service/shop/idle".to_owned(),
        label: "idle".to_owned(),
        verdict: None,
        reasons: Vec::new(),
        tasks: TaskCounts::default(),
        ..row.clone()
    };
    let mut verdicts = VerdictCounts::default();
    let rows = if nobody_looked { Vec::new() } else { vec![row, idle] };
    rows.iter().filter_map(|row| row.verdict).for_each(|verdict| verdicts.add(verdict));
    let looked_at = (!nobody_looked).then(now);
    ServiceCoverages { window: window(), rows, verdicts, idle: 1, looked_at, as_of: now(), data_version: 1 }
}

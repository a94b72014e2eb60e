//! Clusters, with AWS's verdict and ours side by side, and their accounts and Regions.

use std::collections::{BTreeMap, BTreeSet};

use app::model::coverage::{
    AwsVerdict, ClusterCoverage, Exposure, FamilyCoverage, RegionCoverage, TaskCounts, TaskTime, Verdict,
    VerdictCounts, share,
};
use app::model::{Field, Filter};
use app::remedy::Where;

use super::families::{Findings, Grounds, rank, reason};
use super::spent::Spent;
use super::state::{Fleet, Judgement, KnownTask, Scope};
use super::takes;
use crate::fleet::verdict::{count, of_tasks};

/// The ARN of a cluster that is only known by name.
pub(super) fn arn_of(account: &str, region: &str, name: &str) -> String {
    let partition = match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    format!("arn:{partition}:ecs:{region}:{account}:cluster/{name}")
}

/// Account and Region of a cluster's ARN.
pub(super) fn scope_of(cluster_arn: &str) -> Option<Scope> {
    let mut parts = cluster_arn.split(':').skip(3);
    let region = parts.next()?;
    Some((parts.next()?.to_owned(), region.to_owned()))
}

/// Clusters that the filter's places choose, the worst first.
pub(super) fn rows(fleet: &Fleet, findings: &Findings, spent: &Spent, filter: &Filter) -> Vec<ClusterCoverage> {
    let mut tasks: BTreeMap<&str, Vec<&KnownTask>> = BTreeMap::new();
    for task in fleet.tasks() {
        tasks.entry(&task.cluster_arn).or_default().push(task);
    }
    let mut rows = Vec::new();
    let mut told = BTreeSet::new();
    for cluster in fleet.clusters() {
        let key = (cluster.scope.0.clone(), cluster.scope.1.clone(), cluster.name.clone());
        let mut row = of_aws(&cluster.scope, &cluster.arn, &cluster.name, fleet.judgements.get(&key));
        let own = tasks.get(cluster.arn.as_str()).map(Vec::as_slice).unwrap_or_default();
        fill(fleet, &mut row, own);
        if let Some(error) = &cluster.error {
            let kind = app::model::coverage::GapReason::NotTold;
            row.verdict = Some(Verdict::Unknown);
            row.reasons = vec![reason(kind, Some(error.clone()), 0, &Where::default())];
        }
        told.insert(key);
        rows.push(row);
    }
    for (key, judgement) in fleet.judgements.iter().filter(|(key, _)| !told.contains(*key)) {
        let (account, region, name) = key;
        let scope = (account.clone(), region.clone());
        let mut row = of_aws(&scope, &arn_of(account, region, name), name, Some(judgement));
        let (kind, error) = fleet.why_unseen(&scope);
        row.verdict = Some(Verdict::Unknown);
        row.reasons = vec![reason(kind, error, 0, &Where::default())];
        rows.push(row);
    }
    rows.retain(|row| {
        takes(filter, Field::Account, &[&row.account])
            && takes(filter, Field::Region, &[&row.region])
            && takes(filter, Field::Cluster, &[&row.key, &row.label])
    });
    for row in &mut rows {
        row.open_findings = findings.open_in_cluster(&row.key);
        row.findings = findings.new_in_cluster(&row.key);
        row.time = spent.in_cluster(&row.key);
    }
    rows.sort_by(|one, other| {
        let risk = |row: &ClusterCoverage| {
            let ours = row.verdict.map_or(u8::MAX, rank);
            let exposure = row.exposure.rank();
            (row.aws == AwsVerdict::Healthy, ours, -row.open_findings, exposure, -row.tasks.running)
        };
        risk(one).cmp(&risk(other)).then_with(|| one.key.cmp(&other.key))
    });
    rows
}

fn of_aws((account, region): &Scope, arn: &str, name: &str, judgement: Option<&Judgement>) -> ClusterCoverage {
    let verdict = judgement.map(|judgement| &judgement.verdict);
    ClusterCoverage {
        key: arn.to_owned(),
        label: name.to_owned(),
        account: account.clone(),
        region: region.clone(),
        aws: match verdict.map(|verdict| verdict.status.as_str()) {
            Some("HEALTHY") => AwsVerdict::Healthy,
            Some("UNHEALTHY") => AwsVerdict::Unhealthy,
            _ => AwsVerdict::Unknown,
        },
        issue: verdict.and_then(|verdict| verdict.issue.clone()),
        issues: verdict.map(|verdict| verdict.issues.clone()).unwrap_or_default(),
        management: verdict.and_then(|verdict| verdict.management.clone()),
        aws_since: judgement.map(|judgement| judgement.since),
        verdict: None,
        tasks: TaskCounts::default(),
        families: VerdictCounts::default(),
        reasons: Vec::new(),
        exposure: Exposure::Unknown,
        open_findings: 0,
        findings: 0,
        time: TaskTime::default(),
    }
}

fn fill(fleet: &Fleet, row: &mut ClusterCoverage, tasks: &[&KnownTask]) {
    let mut families: BTreeMap<&str, TaskCounts> = BTreeMap::new();
    let mut grounds = Grounds::default();
    for task in tasks {
        count(&mut row.tasks, task.verdict, task.cpu_units);
        count(families.entry(&task.family).or_default(), task.verdict, task.cpu_units);
        grounds.add(fleet, task);
    }
    families.values().filter_map(of_tasks).for_each(|verdict| row.families.add(verdict));
    row.verdict = of_tasks(&row.tasks);
    row.reasons = grounds.reasons();
    let services = fleet.services().filter(|service| service.cluster_arn == row.key).map(|known| known.exposure);
    // What runs without a service has a network that nobody told.
    let single = tasks.iter().filter(|task| task.service.is_none()).map(|_| Exposure::Unknown);
    row.exposure = Exposure::of_all(services.chain(single));
}

/// Accounts and Regions that were asked, or that AWS's verdicts name.
pub(super) fn regions(
    fleet: &Fleet,
    clusters: &[ClusterCoverage],
    families: &[FamilyCoverage],
    filter: &Filter,
) -> Vec<RegionCoverage> {
    let asked = fleet.places.keys().cloned();
    let named = clusters.iter().map(|row| (row.account.clone(), row.region.clone()));
    let mut scopes: BTreeSet<Scope> = asked.chain(named).collect();
    scopes.retain(|(account, region)| {
        takes(filter, Field::Account, &[account]) && takes(filter, Field::Region, &[region])
    });
    scopes.into_iter().map(|scope| of_scope(fleet, &scope, clusters, families)).collect()
}

fn of_scope(fleet: &Fleet, scope: &Scope, clusters: &[ClusterCoverage], families: &[FamilyCoverage]) -> RegionCoverage {
    let (account, region) = scope;
    let here: Vec<&ClusterCoverage> =
        clusters.iter().filter(|row| row.account == *account && row.region == *region).collect();
    let of = |aws| i64::try_from(here.iter().filter(|row| row.aws == aws).count()).unwrap_or(i64::MAX);
    let (healthy, unhealthy) = (of(AwsVerdict::Healthy), of(AwsVerdict::Unhealthy));
    let (mut tasks, mut verdicts) = (TaskCounts::default(), VerdictCounts::default());
    for family in families.iter().filter(|row| row.account == *account && row.region == *region) {
        tasks += family.tasks;
        verdicts.add(family.verdict);
    }
    let management = fleet.management(scope);
    let is_on =
        management.is_some_and(|management| management.runtime == Some(true) && management.fargate == Some(true));
    let status = management.map(|_| if is_on { "ENABLED" } else { "DISABLED" }.to_owned());
    let place = fleet.places.get(scope);
    RegionCoverage {
        account: account.clone(),
        region: region.clone(),
        healthy,
        unhealthy,
        unknown: of(AwsVerdict::Unknown),
        aws_percent: share(healthy, healthy + unhealthy),
        tasks,
        families: verdicts,
        managed_since: management.filter(|_| is_on).and_then(|management| management.since),
        management: status,
        parts: place.map(|place| place.parts.clone()).unwrap_or_default(),
        requests: place.map_or(0, |place| place.requests),
        took_ms: place.map_or(0, |place| place.took_ms),
    }
}

//! Services: every one that ECS told of or that tasks name, and those that are only known by name where nobody could ask.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use app::model::coverage::{Exposure, GapReason, ServiceCoverage, TaskCounts, Verdict};
use app::model::terms::NONE_KEY;
use app::model::{Dimension, Field, Filter, Named};
use app::remedy::Where;

use super::clusters::{arn_of, scope_of};
use super::families::{Grounds, of_open, rank, reason};
use super::state::{Fleet, KnownService, KnownTask, Scope};
use super::takes;
use crate::fleet::verdict::{count, of_issue, of_tasks};
use crate::query::spec::Spec;
use crate::query::tally::severe;
use crate::query::{QueryError, counts};
use crate::store::Snapshot;

/// The ARN of its cluster, and its name.
type Name = (String, String);

/// Findings of the filter, by service.
pub(super) struct Findings {
    open: HashMap<Name, i64>,
    severe: HashMap<Name, i64>,
    new: HashMap<Name, i64>,
}

impl Findings {
    pub fn read(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Self, QueryError> {
        // The same service goes by its ARN in Security Hub and by its name in GuardDuty: a finding has one of the two.
        let counted = |spec: &Spec| {
            let mut sums = HashMap::<Name, i64>::new();
            for (key, counts) in counts::by_key(snapshot, spec, Dimension::Service)? {
                if let Some(name) = name_of(&key) {
                    *sums.entry(name).or_default() += counts.findings;
                }
            }
            Ok::<_, QueryError>(sums)
        };
        Ok(Self {
            open: counted(&of_open(spec, &spec.filter))?,
            severe: counted(&of_open(spec, &severe(&spec.filter)))?,
            new: counted(spec)?,
        })
    }
}

/// Cluster and name in a key: an ARN, or `account/region/cluster/service`. ARNs of the old format name no cluster.
fn name_of(key: &str) -> Option<Name> {
    if key == NONE_KEY {
        return None;
    }
    if let Some((before, rest)) = key.split_once(":service/") {
        let (cluster, service) = rest.split_once('/')?;
        return Some((format!("{before}:cluster/{cluster}"), service.to_owned()));
    }
    let parts: Vec<&str> = key.splitn(4, '/').collect();
    let [account, region, cluster, service] = parts[..] else { return None };
    Some((arn_of(account, region, cluster), service.to_owned()))
}

/// Services that the filter's places choose, by risk.
pub(super) fn rows(fleet: &Fleet, findings: &Findings, filter: &Filter) -> Vec<ServiceCoverage> {
    let mut known: BTreeMap<Name, (Option<&KnownService>, Vec<&KnownTask>)> = BTreeMap::new();
    for service in fleet.services() {
        known.entry((service.cluster_arn.clone(), service.name.clone())).or_default().0 = Some(service);
    }
    for task in fleet.tasks() {
        let Some(service) = &task.service else { continue };
        known.entry((task.cluster_arn.clone(), service.clone())).or_default().1.push(task);
    }
    let mut rows = BTreeMap::new();
    for (name, (service, tasks)) in &known {
        let Some(scope) = scope_of(&name.0) else { continue };
        rows.insert(name.clone(), of_known(fleet, &scope, name, *service, tasks));
    }
    for (name, row) in unseen(fleet, findings) {
        rows.entry(name).or_insert(row);
    }
    let mut rows: Vec<ServiceCoverage> = rows
        .into_iter()
        .map(|(name, row)| {
            let of = |map: &HashMap<Name, i64>| map.get(&name).copied().unwrap_or(0);
            let (open_findings, open_severe) = (of(&findings.open), of(&findings.severe));
            ServiceCoverage { open_findings, open_severe, findings: of(&findings.new), ..row }
        })
        .filter(|row| is_chosen(filter, row))
        .collect();
    rows.sort_by(|one, other| {
        let risk = |row: &ServiceCoverage| {
            let size = row.tasks.cpu_units - row.tasks.covered_cpu_units;
            let verdict = row.verdict.map_or(u8::MAX, rank);
            (verdict, -row.open_severe, -row.open_findings, row.exposure.rank(), -size, -row.tasks.running)
        };
        risk(one).cmp(&risk(other)).then_with(|| one.key.cmp(&other.key))
    });
    rows
}

fn is_chosen(filter: &Filter, row: &ServiceCoverage) -> bool {
    let of_family = || {
        let chosen = |family: &Named| takes(filter, Field::Family, &[&family.key, &family.label]);
        !filter.fields.contains_key(&Field::Family) || row.families.iter().any(chosen)
    };
    takes(filter, Field::Account, &[&row.account])
        && takes(filter, Field::Region, &[&row.region])
        && takes(filter, Field::Cluster, &[&row.cluster.key, &row.cluster.label])
        && takes(filter, Field::Service, &[&row.key, &row.label])
        && of_family()
}

/// A service of which nothing is known yet.
fn of_name((account, region): &Scope, (cluster_arn, service): &Name) -> ServiceCoverage {
    let cluster = Named::from_key(cluster_arn.as_str());
    ServiceCoverage {
        key: format!("{account}/{region}/{}/{service}", cluster.label),
        label: service.clone(),
        account: account.clone(),
        region: region.clone(),
        verdict: Some(Verdict::Unknown),
        reasons: Vec::new(),
        cluster,
        families: Vec::new(),
        launch_types: Vec::new(),
        exposure: Exposure::Unknown,
        tasks: TaskCounts::default(),
        open_findings: 0,
        open_severe: 0,
        findings: 0,
    }
}

fn of_known(
    fleet: &Fleet,
    scope: &Scope,
    name: &Name,
    service: Option<&KnownService>,
    tasks: &[&KnownTask],
) -> ServiceCoverage {
    let (mut counts, mut grounds) = (TaskCounts::default(), Grounds::default());
    for task in tasks {
        count(&mut counts, task.verdict, task.cpu_units);
        grounds.add(fleet, task);
    }
    let told = tasks.iter().map(|task| task.family.as_str());
    let families: BTreeSet<&str> = told.chain(service.and_then(|service| service.family.as_deref())).collect();
    let launch_types: BTreeSet<&str> = tasks.iter().map(|task| task.launch_type.as_str()).collect();
    let (account, region) = scope;
    let mut row = ServiceCoverage {
        verdict: of_tasks(&counts),
        reasons: grounds.reasons(),
        families: families.iter().map(|family| Named::from_key(format!("{account}/{region}/{family}"))).collect(),
        launch_types: launch_types.into_iter().map(str::to_owned).collect(),
        exposure: service.map_or(Exposure::Unknown, |service| service.exposure),
        tasks: counts,
        ..of_name(scope, name)
    };
    if let Some(arn) = service.and_then(|service| service.arn.clone()) {
        row.key = arn;
    }
    if let Some(error) = fleet.trouble(&name.0) {
        row.verdict = Some(Verdict::Unknown);
        row.reasons = vec![reason(GapReason::NotTold, Some(error.to_owned()), 0, &Where::default())];
    }
    row
}

/// Services where nobody could ask what runs: those AWS names in an issue, and those that have findings.
fn unseen(fleet: &Fleet, findings: &Findings) -> BTreeMap<Name, ServiceCoverage> {
    let mut rows = BTreeMap::new();
    for ((account, region, cluster), judgement) in &fleet.judgements {
        let scope = (account.clone(), region.clone());
        if fleet.is_seen(&scope) {
            continue;
        }
        for issue in &judgement.issues {
            let Some(kind) = issue.reason else { continue };
            for service in &issue.services {
                let service = service.rsplit('/').next().unwrap_or(service);
                let name = (arn_of(account, region, cluster), service.to_owned());
                let place = Where { region, cluster, service: Some(service), ..Where::default() };
                let row = ServiceCoverage {
                    verdict: Some(of_issue(kind).verdict),
                    reasons: vec![reason(kind, Some(issue.text.clone()), 0, &place)],
                    ..of_name(&scope, &name)
                };
                rows.entry(name).or_insert(row);
            }
        }
    }
    for name in findings.open.keys().chain(findings.new.keys()) {
        let Some(scope) = scope_of(&name.0).filter(|scope| !fleet.is_seen(scope)) else { continue };
        let (kind, error) = fleet.why_unseen(&scope);
        rows.entry(name.clone()).or_insert_with(|| ServiceCoverage {
            reasons: vec![reason(kind, error, 0, &Where::default())],
            ..of_name(&scope, name)
        });
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_names_of_a_service_are_one() {
        let name = Some(("arn:aws:ecs:us-east-1:1:cluster/shop".to_owned(), "web".to_owned()));
        assert_eq!(name_of("arn:aws:ecs:us-east-1:1:service/shop/web"), name);
        assert_eq!(name_of("1/us-east-1/shop/web"), name);
        assert_eq!(name_of("arn:aws:ecs:us-east-1:1:service/web"), None);
        assert_eq!(name_of(NONE_KEY), None);
    }
}

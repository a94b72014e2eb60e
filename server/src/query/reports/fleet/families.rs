//! Families: every one that runs, and those that are only known by name where nobody could ask.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use app::model::coverage::{Exposure, FamilyCoverage, GapReason, Reason, TaskCounts, TaskTime, Verdict};
use app::model::terms::NONE_KEY;
use app::model::{Counts, Dimension, Field, Filter, Named, Span, StatusChoice, TimeRange};
use app::remedy::{self, Where};
use app::text::Language;

use super::clusters::scope_of;
use super::spent::Spent;
use super::state::{Fleet, KnownTask, Scope};
use super::takes;
use crate::fleet::verdict::{count, of_issue, of_tasks};
use crate::query::spec::Spec;
use crate::query::tally::{Told, severe, tally};
use crate::query::{QueryError, counts};
use crate::store::Snapshot;

/// Findings of the filter, by place.
#[derive(Default)]
pub(super) struct Findings {
    open_by_family: HashMap<String, i64>,
    severe_by_family: HashMap<String, i64>,
    new_by_family: HashMap<String, i64>,
    open_by_cluster: HashMap<String, i64>,
    new_by_cluster: HashMap<String, i64>,
}

impl Findings {
    pub fn read(snapshot: &Snapshot<'_>, spec: &Spec, by: &[Told]) -> Result<Self, QueryError> {
        let counted =
            |spec: &Spec, by: &[Told]| Ok::<_, QueryError>(tally(snapshot, &[spec], by)?.pop().unwrap_or_default());
        let all = counted(&of_open(spec, &spec.filter), by)?;
        let worst = counted(&of_open(spec, &severe(&spec.filter)), &[Told::Family])?;
        let new = counted(spec, by)?;
        Ok(Self {
            open_by_family: by_place(all.rows(Dimension::Family)),
            severe_by_family: by_place(worst.rows(Dimension::Family)),
            new_by_family: by_place(new.rows(Dimension::Family)),
            open_by_cluster: by_place(all.rows(Dimension::Cluster)),
            new_by_cluster: by_place(new.rows(Dimension::Cluster)),
        })
    }

    /// Which families have any, and nothing else of them: all that verdicts depend on.
    pub fn of_names(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Self, QueryError> {
        let of = |spec: &Spec| Ok::<_, QueryError>(by_place(&counts::by_key(snapshot, spec, Dimension::Family)?));
        Ok(Self { open_by_family: of(&of_open(spec, &spec.filter))?, new_by_family: of(spec)?, ..Self::default() })
    }

    pub fn open_in_cluster(&self, arn: &str) -> i64 {
        self.open_by_cluster.get(arn).copied().unwrap_or(0)
    }

    pub fn new_in_cluster(&self, arn: &str) -> i64 {
        self.new_by_cluster.get(arn).copied().unwrap_or(0)
    }

    fn families(&self) -> BTreeSet<&str> {
        self.open_by_family.keys().chain(self.new_by_family.keys()).map(String::as_str).collect()
    }
}

fn by_place(rows: &[(String, Counts)]) -> HashMap<String, i64> {
    rows.iter().filter(|(key, _)| key != NONE_KEY).map(|(key, counts)| (key.clone(), counts.findings)).collect()
}

/// The open ones of a filter, whenever created.
pub(super) fn of_open(spec: &Spec, filter: &Filter) -> Spec {
    let mut filter = filter.first_page();
    filter.status = Some(StatusChoice::Active);
    filter.range = TimeRange::Last(Span::All);
    Spec { filter, from: None, ..spec.clone() }
}

/// What is true of some tasks for one reason.
#[derive(Default)]
struct Ground<'a> {
    tasks: i64,
    aws: Option<String>,
    example: Option<&'a KnownTask>,
}

/// Reasons of a set of tasks, that of the most tasks first.
#[derive(Default)]
pub(super) struct Grounds<'a>(BTreeMap<GapReason, Ground<'a>>);

impl<'a> Grounds<'a> {
    pub fn add(&mut self, fleet: &Fleet, task: &'a KnownTask) {
        let Some(reason) = task.reason else { return };
        let ground = self.0.entry(reason).or_default();
        ground.tasks += 1;
        ground.example.get_or_insert(task);
        if ground.aws.is_none() {
            let issues = fleet.issues(&task.scope, &task.cluster_arn);
            let concerns = |issue: &&crate::fleet::issue::Issue| {
                issue.reason == Some(reason)
                    && issue.concerns(&task.family, &task.revision, task.service.as_deref(), &task.arn)
            };
            let said = issues.iter().find(concerns).map(|issue| issue.text.clone());
            ground.aws = said.or_else(|| task.agent_reason.clone());
        }
    }

    pub fn reasons(&self) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = self
            .0
            .iter()
            .map(|(kind, ground)| {
                let place = ground.example.map_or_else(Where::default, |task| Where {
                    region: &task.scope.1,
                    cluster: task.cluster_arn.rsplit('/').next().unwrap_or_default(),
                    cluster_arn: Some(&task.cluster_arn),
                    service: task.service.as_deref(),
                    family: &task.family,
                    task: Some(&task.arn),
                });
                reason(*kind, ground.aws.clone(), ground.tasks, &place)
            })
            .collect();
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.tasks));
        reasons
    }
}

/// A reason in our words.
pub(super) fn reason(kind: GapReason, aws: Option<String>, tasks: i64, place: &Where<'_>) -> Reason {
    let words = remedy::remedy(kind, Language::English);
    Reason {
        kind,
        aws,
        meaning: words.meaning.to_owned(),
        fix: words.fix.to_owned(),
        effect: words.effect.to_owned(),
        commands: remedy::commands(kind, place),
        tasks,
    }
}

/// Families that the filter's places choose, by risk.
pub(super) fn rows(fleet: &Fleet, findings: &Findings, spent: &Spent, filter: &Filter) -> Vec<FamilyCoverage> {
    let mut rows = running(fleet);
    rows.extend(named(fleet, findings, &rows));
    rows.retain(|row| is_chosen(filter, row));
    for row in &mut rows {
        let of = |map: &HashMap<String, i64>| map.get(&row.key).copied().unwrap_or(0);
        row.open_findings = of(&findings.open_by_family);
        row.open_severe = of(&findings.severe_by_family);
        row.findings = of(&findings.new_by_family);
        row.time = spent.of_family(&row.key);
    }
    rows.sort_by(|one, other| {
        let risk = |row: &FamilyCoverage| {
            let size = row.tasks.cpu_units - row.tasks.covered_cpu_units;
            let exposure = row.exposure.rank();
            (rank(row.verdict), -row.open_severe, -row.open_findings, exposure, -size, -row.tasks.running)
        };
        risk(one).cmp(&risk(other)).then_with(|| one.key.cmp(&other.key))
    });
    rows
}

/// The worst first.
pub(super) const fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Gap => 0,
        Verdict::Partly => 1,
        Verdict::Unknown => 2,
        Verdict::Unsupported => 3,
        Verdict::Excluded => 4,
        Verdict::Covered => 5,
    }
}

fn is_chosen(filter: &Filter, row: &FamilyCoverage) -> bool {
    let of_cluster = || {
        let chosen = |cluster: &Named| takes(filter, Field::Cluster, &[&cluster.key, &cluster.label]);
        !filter.fields.contains_key(&Field::Cluster) || row.clusters.iter().any(chosen)
    };
    takes(filter, Field::Account, &[&row.account])
        && takes(filter, Field::Region, &[&row.region])
        && takes(filter, Field::Family, &[&row.key, &row.label])
        && of_cluster()
}

fn running(fleet: &Fleet) -> Vec<FamilyCoverage> {
    let mut grouped: BTreeMap<(&Scope, &str), Vec<&KnownTask>> = BTreeMap::new();
    for task in fleet.tasks() {
        grouped.entry((&task.scope, &task.family)).or_default().push(task);
    }
    grouped.into_iter().filter_map(|((scope, family), tasks)| of_running(fleet, scope, family, &tasks)).collect()
}

fn of_running(fleet: &Fleet, scope: &Scope, family: &str, tasks: &[&KnownTask]) -> Option<FamilyCoverage> {
    let (mut counts, mut grounds) = (TaskCounts::default(), Grounds::default());
    for task in tasks {
        count(&mut counts, task.verdict, task.cpu_units);
        grounds.add(fleet, task);
    }
    let set = |texts: BTreeSet<&str>| texts.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let clusters: BTreeSet<&str> = tasks.iter().map(|task| task.cluster_arn.as_str()).collect();
    let since = clusters.iter().filter_map(|arn| fleet.since.get(&((*arn).to_owned(), family.to_owned()))).max();
    Some(FamilyCoverage {
        since: since.copied(),
        verdict: of_tasks(&counts)?,
        reasons: grounds.reasons(),
        clusters: clusters.iter().map(|arn| Named::from_key(*arn)).collect(),
        services: set(tasks.iter().filter_map(|task| task.service.as_deref()).collect()),
        launch_types: set(tasks.iter().map(|task| task.launch_type.as_str()).collect()),
        platform_versions: set(tasks.iter().filter_map(|task| task.platform_version.as_deref()).collect()),
        exposure: Exposure::of_all(tasks.iter().map(|task| fleet.exposure(&task.cluster_arn, task.service.as_deref()))),
        tasks: counts,
        ..of_name(scope, family)
    })
}

/// A family of which nothing is known yet.
fn of_name((account, region): &Scope, family: &str) -> FamilyCoverage {
    FamilyCoverage {
        key: format!("{account}/{region}/{family}"),
        label: family.to_owned(),
        account: account.clone(),
        region: region.clone(),
        verdict: Verdict::Unknown,
        since: None,
        reasons: Vec::new(),
        clusters: Vec::new(),
        services: Vec::new(),
        launch_types: Vec::new(),
        platform_versions: Vec::new(),
        exposure: Exposure::Unknown,
        tasks: TaskCounts::default(),
        open_findings: 0,
        open_severe: 0,
        findings: 0,
        time: TaskTime::default(),
    }
}

/// Families where nobody could ask what runs: those AWS names in an issue, those that ran when somebody could, and those
/// that have findings.
fn named(fleet: &Fleet, findings: &Findings, running: &[FamilyCoverage]) -> Vec<FamilyCoverage> {
    let mut rows: BTreeMap<String, FamilyCoverage> = BTreeMap::new();
    for ((account, region, cluster), judgement) in &fleet.judgements {
        let scope = (account.clone(), region.clone());
        if fleet.is_seen(&scope) {
            continue;
        }
        for issue in &judgement.issues {
            let Some(kind) = issue.reason else { continue };
            for (family, _) in &issue.definitions {
                let place = Where { region, cluster, family, ..Where::default() };
                let row = FamilyCoverage {
                    verdict: of_issue(kind).verdict,
                    since: Some(judgement.since),
                    reasons: vec![reason(kind, Some(issue.text.clone()), 0, &place)],
                    clusters: vec![Named::from_key(super::clusters::arn_of(account, region, cluster))],
                    ..of_name(&scope, family)
                };
                rows.entry(row.key.clone()).or_insert(row);
            }
        }
    }
    for (cluster_arn, family) in fleet.since.keys() {
        let Some(scope) = scope_of(cluster_arn) else { continue };
        let (kind, error) = match (fleet.trouble(cluster_arn), fleet.is_seen(&scope)) {
            (Some(error), true) => (GapReason::NotTold, Some(error.to_owned())),
            (None, true) => continue,
            (_, false) => fleet.why_unseen(&scope),
        };
        let of_it: Vec<_> = fleet.services_of(cluster_arn, family).collect();
        let row = FamilyCoverage {
            reasons: vec![reason(kind, error, 0, &Where::default())],
            clusters: vec![Named::from_key(cluster_arn.as_str())],
            services: of_it.iter().map(|service| service.name.clone()).collect(),
            exposure: Exposure::of_all(of_it.iter().map(|service| service.exposure)),
            ..of_name(&scope, family)
        };
        if !running.iter().any(|known| known.key == row.key) {
            rows.entry(row.key.clone()).or_insert(row);
        }
    }
    for key in findings.families() {
        let mut parts = key.splitn(3, '/');
        let (Some(account), Some(region), Some(family)) = (parts.next(), parts.next(), parts.next()) else { continue };
        let scope = (account.to_owned(), region.to_owned());
        if rows.contains_key(key) || fleet.is_seen_whole(&scope) || running.iter().any(|row| row.key == key) {
            continue;
        }
        let (kind, error) = fleet.why_not_whole(&scope);
        let reasons = vec![reason(kind, error, 0, &Where::default())];
        rows.insert(key.to_owned(), FamilyCoverage { reasons, ..of_name(&scope, family) });
    }
    rows.into_values().collect()
}

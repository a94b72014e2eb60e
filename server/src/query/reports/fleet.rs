//! How much of the fleet is watched: clusters as AWS judges them, families and tasks as we see them.
//!
//! The other `coverage` here tells when somebody looked for findings; this one tells where GuardDuty's agent runs.
//! A filter's account, Region, cluster and family choose what runs; the rest of it chooses the findings that are counted
//! beside.

mod clusters;
mod families;
mod history;
mod services;
mod spent;
mod state;

use app::model::coverage::{
    AwsVerdict, ClusterWatch, Coverage, FamilyCoverage, FamilyCoverages, ServiceCoverages, TaskCounts, Verdict,
    VerdictChoice, VerdictCounts,
};
use app::model::{Field, Filter};

use crate::query::QueryError;
use crate::query::spec::{Bucket, Spec};
use crate::query::tally::Told;
use crate::store::Snapshot;
use families::Findings;
use spent::Spent;
use state::Fleet;

/// How much is watched, where not, and since when.
pub fn coverage(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Coverage, QueryError> {
    let fleet = Fleet::read(snapshot, spec.now)?;
    let findings = Findings::read(snapshot, spec, &[Told::Cluster, Told::Family])?;
    let spent = Spent::read(snapshot, spec)?;
    let rows = clusters::rows(&fleet, &findings, &spent, &spec.filter);
    let all = families::rows(&fleet, &findings, &spent, &spec.filter);
    let (mut families, mut tasks) = (VerdictCounts::default(), TaskCounts::default());
    for family in &all {
        families.add(family.verdict);
        tasks += family.tasks;
    }
    let regions = clusters::regions(&fleet, &rows, &all, &spec.filter);
    let count = |aws| i64::try_from(rows.iter().filter(|row| row.aws == aws).count()).unwrap_or(i64::MAX);
    Ok(Coverage {
        window: spec.window(),
        clusters: i64::try_from(rows.len()).unwrap_or(i64::MAX),
        healthy: count(AwsVerdict::Healthy),
        unhealthy: count(AwsVerdict::Unhealthy),
        unknown: count(AwsVerdict::Unknown),
        rows,
        families,
        tasks,
        regions,
        lost: history::lost(snapshot, &fleet, spec)?,
        history: history::history(snapshot, spec)?,
        looked_at: fleet.looked_at(),
        as_of: spec.now,
        data_version: snapshot.data_version(),
    })
}

/// How much of each bucket's time of tasks had an agent, in whole percent; `None` where nobody can tell.
pub(super) fn covered_percent(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    buckets: &[Bucket],
) -> Result<Vec<Option<i64>>, QueryError> {
    let history = history::of_buckets(snapshot, spec, buckets)?;
    #[expect(clippy::cast_possible_truncation, reason = "from 0 to 100")]
    let whole = |percent: f64| percent.floor() as i64;
    Ok(history.into_iter().map(|bucket| bucket.covered_percent.map(whole)).collect())
}

/// Clusters for a sentence; `None`: nobody looked.
pub(super) fn watch(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Option<ClusterWatch>, QueryError> {
    let fleet = Fleet::read(snapshot, spec.now)?;
    if fleet.looked_at().is_none() {
        return Ok(None);
    }
    let mut watch = ClusterWatch::default();
    let rows = clusters::rows(&fleet, &Findings::default(), &Spent::default(), &spec.filter);
    for verdict in rows.into_iter().filter_map(|row| row.verdict) {
        watch.all += 1;
        match verdict {
            Verdict::Covered => {}
            Verdict::Unknown => watch.unknown += 1,
            Verdict::Gap | Verdict::Partly | Verdict::Excluded | Verdict::Unsupported => watch.lacking += 1,
        }
    }
    Ok(Some(watch))
}

/// Families of these verdicts, by risk.
pub fn family_coverage(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    choice: &VerdictChoice,
) -> Result<FamilyCoverages, QueryError> {
    let fleet = Fleet::read(snapshot, spec.now)?;
    let findings = Findings::read(snapshot, spec, &[Told::Family])?;
    let mut rows: Vec<FamilyCoverage> = families::rows(&fleet, &findings, &Spent::read(snapshot, spec)?, &spec.filter);
    let mut verdicts = VerdictCounts::default();
    for row in &rows {
        verdicts.add(row.verdict);
    }
    rows.retain(|row| choice.takes(row.verdict));
    Ok(FamilyCoverages {
        window: spec.window(),
        rows,
        verdicts,
        looked_at: fleet.looked_at(),
        as_of: spec.now,
        data_version: snapshot.data_version(),
    })
}

/// How many families have which verdict.
pub(super) fn family_verdicts(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<VerdictCounts, QueryError> {
    let fleet = Fleet::read(snapshot, spec.now)?;
    let findings = Findings::of_names(snapshot, spec)?;
    let mut verdicts = VerdictCounts::default();
    for row in families::rows(&fleet, &findings, &Spent::default(), &spec.filter) {
        verdicts.add(row.verdict);
    }
    Ok(verdicts)
}

/// Services of these verdicts, by risk. One of which nothing runs has none, and is listed where every verdict is.
pub fn service_coverage(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    choice: &VerdictChoice,
) -> Result<ServiceCoverages, QueryError> {
    let fleet = Fleet::read(snapshot, spec.now)?;
    let findings = services::Findings::read(snapshot, spec)?;
    let mut rows = services::rows(&fleet, &findings, &spec.filter);
    let (mut verdicts, mut idle) = (VerdictCounts::default(), 0);
    for row in &rows {
        match row.verdict {
            Some(verdict) => verdicts.add(verdict),
            None => idle += 1,
        }
    }
    rows.retain(|row| row.verdict.map_or_else(|| choice.0.is_empty(), |verdict| choice.takes(verdict)));
    Ok(ServiceCoverages {
        window: spec.window(),
        rows,
        verdicts,
        idle,
        looked_at: fleet.looked_at(),
        as_of: spec.now,
        data_version: snapshot.data_version(),
    })
}

/// Whether a filter's choice of a field takes something that goes by these names.
fn takes(filter: &Filter, field: Field, names: &[&str]) -> bool {
    let Some(selection) = filter.fields.get(&field) else { return true };
    let is_named = |values: &[String]| values.iter().any(|value| names.contains(&value.as_str()));
    (selection.include.is_empty() || is_named(&selection.include)) && !is_named(&selection.exclude)
}

//! Looks at what runs: what is there now is replaced, what changed is appended, and the time in between is summed.
//!
//! What an API did not tell is left as it was; `coverage_part` says since when.

mod changes;
mod links;
mod rows;
mod spent;

use std::collections::BTreeMap;

use app::model::coverage::{GapReason, TaskCounts, Verdict};
use duckdb::{Connection, params};
use jiff::{SignedDuration, Timestamp};

use super::StoreError;
use super::values::{read_optional_time, sql_optional_time, sql_time};
use crate::fleet::issue::{Issue, issues};
use crate::fleet::verdict::{Around, Management, count, judge, of_tasks};
use crate::fleet::{Cluster, ClusterVerdict, Feature, Judged, Look, Part, Task};

pub use rows::{read_cluster_verdict, read_feature};

/// The setting that grows with every look.
pub(super) const FLEET_VERSION: &str = "fleet_version";

/// Keeps a look. Gives whether anything that people see has changed, beyond the time that passed.
pub(super) fn keep(transaction: &Connection, look: &Look, longest: SignedDuration) -> Result<bool, StoreError> {
    let mut changed = keep_detector(transaction, look)?;
    if let Part::Seen(verdicts) = &look.verdicts {
        changed |= changes::of_clusters(transaction, look, verdicts)?;
    }
    if let Part::Seen(statistics) = &look.statistics {
        changes::of_statistics(transaction, look, *statistics)?;
    }
    let before = parts(transaction, look)?;
    if let (Part::Seen(clusters), Part::Seen(tasks)) = (&look.clusters, &look.tasks) {
        let judged = judge_all(transaction, look, clusters, tasks)?;
        let (earlier, now) = (spent::before(transaction, look)?, spent::seen(&judged));
        if let Some(from) = before.get("tasks").and_then(|part| part.continued(look)) {
            spent::add(transaction, look, (&earlier, &now), from, longest)?;
        }
        changed |= earlier != now;
        changed |= changes::of_families(transaction, look, clusters, &families(&judged))?;
        replace_tasks(transaction, look, &judged)?;
        replace_clusters(transaction, look, clusters)?;
    }
    if let Part::Seen(services) = &look.services {
        transaction.execute(
            "DELETE FROM ecs_service WHERE account_id = ? AND region = ?",
            params![look.account, look.region],
        )?;
        let mut rows = transaction.appender("ecs_service")?;
        for service in services {
            rows.append_row(params![
                look.account,
                look.region,
                service.cluster_arn,
                service.name,
                service.arn,
                service.family,
                service.load_balancers,
                service.public_ip
            ])?;
        }
        rows.flush()?;
    }
    changed |= links::keep(transaction, look)?;
    changed |= keep_parts(transaction, look, &before)?;
    raise_version(transaction)?;
    Ok(changed)
}

/// What was read of the fleet before is no longer good. Every look raises it, be it for its time alone, and what drops its
/// hours.
pub(super) fn raise_version(transaction: &Connection) -> Result<(), StoreError> {
    let raise = "UPDATE setting SET value = (value::UBIGINT + 1)::VARCHAR WHERE name = ?";
    if transaction.execute(raise, [FLEET_VERSION])? == 0 {
        transaction.execute("INSERT INTO setting VALUES (?, '1')", [FLEET_VERSION])?;
    }
    Ok(())
}

/// How an API answered the time before.
struct PartRow {
    outcome: String,
    attempt_at: Option<Timestamp>,
    success_at: Option<Timestamp>,
}

impl PartRow {
    /// Since when time is to be counted: the look before saw every task, and so did this one.
    fn continued(&self, look: &Look) -> Option<Timestamp> {
        let is_whole = self.outcome == "ok" && self.attempt_at == self.success_at && look.tasks_trouble().is_none();
        self.success_at.filter(|_| is_whole)
    }
}

fn parts(transaction: &Connection, look: &Look) -> Result<BTreeMap<String, PartRow>, StoreError> {
    let mut statement = transaction.prepare(
        "SELECT part, outcome, last_attempt_at, last_success_at FROM coverage_part WHERE account_id = ? AND region = ?",
    )?;
    let mut rows = statement.query(params![look.account, look.region])?;
    let mut parts = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (attempt_at, success_at) = (read_optional_time(row, 2)?, read_optional_time(row, 3)?);
        parts.insert(row.get(0)?, PartRow { outcome: row.get(1)?, attempt_at, success_at });
    }
    Ok(parts)
}

fn keep_parts(transaction: &Connection, look: &Look, before: &BTreeMap<String, PartRow>) -> Result<bool, StoreError> {
    let trouble = look.tasks_trouble();
    let tasks = trouble.map_or((look.tasks.outcome(), None), |trouble| (trouble.outcome, Some(trouble.error.as_str())));
    let told = [
        ("detector", (look.detector.outcome(), look.detector.error())),
        ("verdicts", (look.verdicts.outcome(), look.verdicts.error())),
        ("statistics", (look.statistics.outcome(), look.statistics.error())),
        ("clusters", (look.clusters.outcome(), look.clusters.error())),
        ("services", (look.services.outcome(), look.services.error())),
        ("tasks", tasks),
        ("hub", (look.hub.outcome(), look.hub.error())),
    ];
    transaction
        .execute("DELETE FROM coverage_part WHERE account_id = ? AND region = ?", params![look.account, look.region])?;
    let mut rows = transaction.appender("coverage_part")?;
    let mut changed = false;
    for (part, (outcome, error)) in told {
        let earlier = before.get(part);
        changed |= earlier.is_none_or(|earlier| earlier.outcome != outcome);
        let success_at = if outcome == "ok" { Some(look.at) } else { earlier.and_then(|earlier| earlier.success_at) };
        rows.append_row(params![
            look.account,
            look.region,
            part,
            outcome,
            error,
            sql_time(look.at),
            sql_optional_time(success_at),
            look.requests,
            look.throttles,
            look.took_ms
        ])?;
    }
    rows.flush()?;
    Ok(changed)
}

fn keep_detector(transaction: &Connection, look: &Look) -> Result<bool, StoreError> {
    let seen: &[Feature] = match &look.detector {
        Part::Seen(features) => features,
        Part::NotEnabled => &[],
        Part::Failed(_) | Part::Off => return Ok(false),
    };
    if *seen == *features(transaction, look)? {
        return Ok(false);
    }
    transaction.execute(
        "DELETE FROM detector_feature WHERE account_id = ? AND region = ?",
        params![look.account, look.region],
    )?;
    let mut rows = transaction.appender("detector_feature")?;
    for Feature { name, status, updated_at } in seen {
        rows.append_row(params![look.account, look.region, name, status, sql_optional_time(*updated_at)])?;
    }
    rows.flush()?;
    Ok(true)
}

fn features(transaction: &Connection, look: &Look) -> Result<Vec<Feature>, StoreError> {
    let mut statement = transaction
        .prepare("SELECT feature, status, updated_at FROM detector_feature WHERE account_id = ? AND region = ?")?;
    let mut rows = statement.query(params![look.account, look.region])?;
    let mut features = Vec::new();
    while let Some(row) = rows.next()? {
        features.push(read_feature(row)?);
    }
    Ok(features)
}

/// What GuardDuty does here: as this look saw it, else as the last one that did.
fn management(transaction: &Connection, look: &Look) -> Result<Management, StoreError> {
    if let Part::Seen(_) | Part::NotEnabled = &look.detector {
        return Ok(Management::of(&look.detector));
    }
    // Without a row it was never told.
    let known = features(transaction, look)?;
    Ok(if known.is_empty() { Management::default() } else { Management::of_features(&known) })
}

fn judge_all<'a>(
    transaction: &Connection,
    look: &Look,
    clusters: &[Cluster],
    tasks: &'a [Task],
) -> Result<Vec<(&'a Task, Judged)>, StoreError> {
    let management = management(transaction, look)?;
    let told: BTreeMap<String, Vec<Issue>> = changes::current(transaction, &look.account, &look.region)?
        .into_iter()
        .filter(|verdict| verdict.status == "UNHEALTHY")
        .map(|verdict: ClusterVerdict| (verdict.cluster.clone(), issues(&verdict)))
        .collect();
    let around: BTreeMap<&str, Around<'_>> = clusters
        .iter()
        .map(|cluster| {
            let issues = told.get(&cluster.name).map(Vec::as_slice).unwrap_or_default();
            (cluster.arn.as_str(), Around { management, managed: cluster.managed.as_deref(), issues })
        })
        .collect();
    let judged = tasks.iter().filter_map(|task| Some((task, judge(task, around.get(task.cluster_arn.as_str())?))));
    Ok(judged.collect())
}

/// A family in a cluster, as its tasks are.
pub(super) struct FamilyState {
    verdict: Verdict,
    /// Of most of its tasks that are not covered.
    reason: Option<GapReason>,
    counts: TaskCounts,
}

fn families(judged: &[(&Task, Judged)]) -> BTreeMap<(String, String), FamilyState> {
    let mut grouped: BTreeMap<(String, String), (TaskCounts, BTreeMap<GapReason, i64>)> = BTreeMap::new();
    for (task, Judged { verdict, reason }) in judged {
        let (counts, reasons) = grouped.entry((task.cluster_arn.clone(), task.family.clone())).or_default();
        count(counts, *verdict, task.cpu_units);
        if let Some(reason) = reason {
            *reasons.entry(*reason).or_default() += 1;
        }
    }
    let state = |(counts, reasons): (TaskCounts, BTreeMap<GapReason, i64>)| {
        let reason = reasons.into_iter().max_by_key(|(_, tasks)| *tasks).map(|(reason, _)| reason);
        Some(FamilyState { verdict: of_tasks(&counts)?, reason, counts })
    };
    grouped.into_iter().filter_map(|(key, group)| Some((key, state(group)?))).collect()
}

fn replace_tasks(transaction: &Connection, look: &Look, judged: &[(&Task, Judged)]) -> Result<(), StoreError> {
    transaction
        .execute("DELETE FROM ecs_task WHERE account_id = ? AND region = ?", params![look.account, look.region])?;
    let mut rows = transaction.appender("ecs_task")?;
    for (task, Judged { verdict, reason }) in judged {
        rows.append_row(params![
            look.account,
            look.region,
            task.cluster_arn,
            task.arn,
            task.family,
            task.revision,
            task.service,
            task.launch_type,
            task.platform_version,
            task.platform_family,
            task.architecture,
            task.cpu_units,
            task.memory_mib,
            sql_optional_time(task.started_at),
            task.agent.as_str(),
            task.agent_exit_code,
            task.agent_reason,
            verdict.as_str(),
            reason.map(GapReason::as_str)
        ])?;
    }
    Ok(rows.flush()?)
}

fn replace_clusters(transaction: &Connection, look: &Look, clusters: &[Cluster]) -> Result<(), StoreError> {
    transaction
        .execute("DELETE FROM ecs_cluster WHERE account_id = ? AND region = ?", params![look.account, look.region])?;
    let mut rows = transaction.appender("ecs_cluster")?;
    for cluster in clusters {
        rows.append_row(params![
            look.account,
            look.region,
            cluster.arn,
            cluster.name,
            cluster.managed,
            cluster.services,
            cluster.hosts,
            cluster.trouble.as_ref().map(|trouble| trouble.error.as_str())
        ])?;
    }
    Ok(rows.flush()?)
}

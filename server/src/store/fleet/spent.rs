//! Adds the time between two looks to its hours.

use app::model::coverage::Verdict;
use duckdb::{Connection, params};
use jiff::{SignedDuration, Timestamp};

use crate::fleet::hours::{self, Seen, Spent};
use crate::fleet::{Judged, Look, Task};
use crate::store::StoreError;
use crate::store::staging::fill;
use crate::store::values::{read_optional_time, sql_time};

const MERGE: &str = include_str!("../sql/merge_workload_hour.sql");

/// Adds `[from, now)`. Where that is longer than `longest` nobody looked in between, and nothing is known of it.
pub(super) fn add(
    transaction: &Connection,
    look: &Look,
    (before, after): (&[Seen], &[Seen]),
    from: Timestamp,
    longest: SignedDuration,
) -> Result<(), StoreError> {
    let passed = look.at.duration_since(from);
    if passed <= SignedDuration::ZERO || passed > longest {
        return Ok(());
    }
    let hours = hours::between(before, after, from, look.at);
    for (hour, seconds) in &hours.observed {
        add_observed(transaction, look, *hour, *seconds)?;
    }
    fill(transaction, "staged_workload_hour", |rows| {
        for ((hour, (cluster, family, launch_type)), spent) in &hours.workloads {
            let Spent {
                task_seconds,
                covered_task_seconds,
                unknown_task_seconds,
                cpu_unit_seconds,
                covered_cpu_unit_seconds,
                unsized_task_seconds,
            } = spent;
            rows.append_row(params![
                look.account,
                look.region,
                cluster,
                family,
                launch_type,
                sql_time(*hour),
                task_seconds,
                covered_task_seconds,
                unknown_task_seconds,
                cpu_unit_seconds,
                covered_cpu_unit_seconds,
                unsized_task_seconds
            ])?;
        }
        Ok(())
    })?;
    transaction.execute_batch(MERGE)?;
    Ok(())
}

fn add_observed(transaction: &Connection, look: &Look, hour: Timestamp, seconds: i64) -> Result<(), StoreError> {
    let updated = transaction.execute(
        "UPDATE fleet_hour SET observed_seconds = least(observed_seconds + ?, 3600)
         WHERE account_id = ? AND region = ? AND starts_at = ?",
        params![seconds, look.account, look.region, sql_time(hour)],
    )?;
    if updated == 0 {
        transaction.execute(
            "INSERT INTO fleet_hour VALUES (?, ?, ?, ?)",
            params![look.account, look.region, sql_time(hour), seconds],
        )?;
    }
    Ok(())
}

/// The tasks of this look, by ARN.
pub(super) fn seen(judged: &[(&Task, Judged)]) -> Vec<Seen> {
    let seen = |(task, judged): &(&Task, Judged)| Seen {
        cluster_arn: task.cluster_arn.clone(),
        arn: task.arn.clone(),
        family: task.family.clone(),
        launch_type: task.launch_type.clone(),
        cpu_units: task.cpu_units,
        started_at: task.started_at,
        verdict: judged.verdict,
    };
    let mut tasks: Vec<Seen> = judged.iter().map(seen).collect();
    tasks.sort_by(|one, other| one.arn.cmp(&other.arn));
    tasks
}

/// The tasks of the look before, by ARN.
pub(super) fn before(transaction: &Connection, look: &Look) -> Result<Vec<Seen>, StoreError> {
    let mut statement = transaction.prepare(
        "SELECT cluster_arn, task_arn, family, launch_type, cpu_units, started_at, verdict FROM ecs_task
         WHERE account_id = ? AND region = ? ORDER BY task_arn",
    )?;
    let mut rows = statement.query(params![look.account, look.region])?;
    let mut tasks = Vec::new();
    while let Some(row) = rows.next()? {
        let verdict: String = row.get(6)?;
        tasks.push(Seen {
            cluster_arn: row.get(0)?,
            arn: row.get(1)?,
            family: row.get(2)?,
            launch_type: row.get(3)?,
            cpu_units: row.get(4)?,
            started_at: read_optional_time(row, 5)?,
            // A word of another version tells nothing.
            verdict: verdict.parse().unwrap_or(Verdict::Unknown),
        });
    }
    Ok(tasks)
}

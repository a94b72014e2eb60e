//! What is known of each collector: its cursor, the time it covered and how its last pull ended.

use app::model::Source;
use duckdb::{Connection, params};
use jiff::Timestamp;

use super::StoreError;
use super::batch::{PullOutcome, PullProgress, PullState, Scope, Sweep};
use super::values::{read_optional_time, read_time, sql_optional_time, sql_time};

const MERGE_PROGRESS: &str = include_str!("sql/merge_progress.sql");
const MERGE_OUTCOME: &str = include_str!("sql/merge_outcome.sql");

pub(super) fn pull_state(connection: &Connection, scope: &Scope) -> Result<Option<PullState>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT cursor, last_full_at, last_success_at, sweep_started_at, sweep_from, sweep_cursor,
            coalesce(returned_own, false)
         FROM sync_source WHERE account = ? AND region = ? AND source = ?",
    )?;
    let mut rows = statement.query(params![scope.account, scope.region, scope.source.as_str()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let sweep = match (read_optional_time(row, 3)?, read_optional_time(row, 4)?) {
        (Some(started_at), Some(from)) => Some(Sweep { started_at, from, cursor: read_optional_time(row, 5)? }),
        _ => None,
    };
    Ok(Some(PullState {
        cursor: read_optional_time(row, 0)?,
        last_full_at: read_optional_time(row, 1)?,
        last_success_at: read_optional_time(row, 2)?,
        sweep,
        returned_own: row.get(6)?,
    }))
}

/// Makes a full sweep due everywhere, from its beginning: changes are missing that nobody else would look for again. What
/// is left agrees with the cursors, which move in the transactions of their rows.
pub(super) fn sweep_again(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(
        "UPDATE sync_source
         SET last_full_at = NULL, sweep_started_at = NULL, sweep_from = NULL, sweep_cursor = NULL",
    )?;
    Ok(())
}

pub(super) fn advance(connection: &Connection, progress: &PullProgress) -> Result<(), StoreError> {
    let PullProgress { scope, cursor, covered, full_at, sweep, returned_own, gone: _ } = progress;
    connection.execute(
        MERGE_PROGRESS,
        params![
            scope.account,
            scope.region,
            scope.source.as_str(),
            sql_optional_time(*cursor),
            sql_optional_time(*full_at),
            sql_optional_time(sweep.map(|sweep| sweep.started_at)),
            sql_optional_time(sweep.map(|sweep| sweep.from)),
            sql_optional_time(sweep.and_then(|sweep| sweep.cursor)),
            returned_own
        ],
    )?;
    match *covered {
        Some((from, to)) if from < to => cover(connection, scope, from, to),
        _ => Ok(()),
    }
}

/// Joins an interval with those it touches or overlaps, so that steady pulling keeps one row.
fn cover(connection: &Connection, scope: &Scope, from: Timestamp, to: Timestamp) -> Result<(), StoreError> {
    let source = scope.source.as_str();
    let mut statement = connection.prepare(
        "SELECT covered_from, covered_to FROM sync_covered
         WHERE account = ? AND region = ? AND source = ? AND covered_from <= ? AND covered_to >= ?",
    )?;
    let mut rows = statement.query(params![scope.account, scope.region, source, sql_time(to), sql_time(from)])?;
    let mut touched = Vec::new();
    while let Some(row) = rows.next()? {
        touched.push((read_time(row, 0)?, read_time(row, 1)?));
    }
    let joined = touched.iter().fold((from, to), |joined, part| (joined.0.min(part.0), joined.1.max(part.1)));
    if touched == [joined] {
        return Ok(());
    }
    connection.execute(
        "DELETE FROM sync_covered
         WHERE account = ? AND region = ? AND source = ? AND covered_from <= ? AND covered_to >= ?",
        params![scope.account, scope.region, source, sql_time(to), sql_time(from)],
    )?;
    connection.execute(
        "INSERT INTO sync_covered VALUES (?, ?, ?, ?, ?)",
        params![scope.account, scope.region, source, sql_time(joined.0), sql_time(joined.1)],
    )?;
    Ok(())
}

/// Drops what is known of collectors of these accounts that are not among `planned` and never read anything: they stood
/// for what could not be found out yet. And of Security Hub in Regions whose findings its home Region tells now: nobody
/// reads there any more, and nothing of them is old.
pub(super) fn forget_unplanned(
    connection: &Connection,
    accounts: &[String],
    planned: &[Scope],
) -> Result<(), StoreError> {
    let mut statement = connection.prepare(
        "SELECT region, source, cursor IS NULL AND last_success_at IS NULL FROM sync_source WHERE account = ?",
    )?;
    for account in accounts {
        let known = statement.query_map([account], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        for (region, source, unused) in known.collect::<Result<Vec<(String, String, bool)>, _>>()? {
            let is_planned = |source: &str| {
                let is_it = |scope: &Scope| scope.region == region && scope.source.as_str() == source;
                planned.iter().any(|scope| scope.account == *account && is_it(scope))
            };
            let told_elsewhere = source == Source::SecurityHub.as_str() && is_planned(Source::GuardDuty.as_str());
            if !is_planned(&source) && (unused || told_elsewhere) {
                connection.execute(
                    "DELETE FROM sync_source WHERE account = ? AND region = ? AND source = ?",
                    params![account, region, source],
                )?;
            }
        }
    }
    Ok(())
}

pub(super) fn record(connection: &Connection, outcome: &PullOutcome) -> Result<(), StoreError> {
    let PullOutcome { scope, at, took, result, counts, requests, throttles, errors, clock_ahead_seconds } = outcome;
    connection.execute(
        MERGE_OUTCOME,
        params![
            scope.account,
            scope.region,
            scope.source.as_str(),
            sql_time(*at),
            result.word(),
            result.error(),
            counts.read,
            counts.new,
            counts.updated,
            counts.unchanged,
            counts.rejected,
            requests,
            throttles,
            errors,
            clock_ahead_seconds,
            took.map(|took| i64::try_from(took.as_millis()).unwrap_or(i64::MAX))
        ],
    )?;
    Ok(())
}

//! How what asks AWS beside the pulls of findings is doing: coverage and costs, question by question.

use app::model::{Collector, CollectorStatus, SourceState};
use duckdb::Row;
use jiff::{SignedDuration, Timestamp};

use super::status::PATIENCE;
use crate::query::{QueryError, row};
use crate::store::{Snapshot, StoreError, read_optional_time, read_time};
use crate::sync::Rounds;

/// Every question that was ever asked, as it ended the last time. Without `rounds` nothing is known of when it is asked
/// again, and nothing becomes stale.
pub fn collector_statuses(
    snapshot: &Snapshot<'_>,
    now: Timestamp,
    rounds: Option<Rounds>,
) -> Result<Vec<CollectorStatus>, QueryError> {
    Ok(snapshot.rows(include_str!("../sql/collectors.sql"), [], |row| read(row, now, rounds))?)
}

fn read(row: &Row<'_>, now: Timestamp, rounds: Option<Rounds>) -> Result<CollectorStatus, StoreError> {
    let number = |column: usize| -> Result<Option<u64>, StoreError> {
        Ok(row.get::<_, Option<i64>>(column)?.and_then(|value| u64::try_from(value).ok()))
    };
    let collector: Collector = row::word(row, 0)?;
    let outcome: String = row.get(4)?;
    let last_attempt_at = read_time(row, 6)?;
    let last_success_at = read_optional_time(row, 7)?;
    let lag = last_success_at.map(|at| now.duration_since(at).max(SignedDuration::ZERO));
    let interval = rounds.and_then(|rounds| rounds.interval(collector));
    let patience = interval.map(|interval| interval.checked_mul(PATIENCE).unwrap_or(SignedDuration::MAX));
    let state = match outcome.as_str() {
        "denied" => SourceState::Denied,
        "failed" => SourceState::Failing,
        "not-enabled" => SourceState::NotEnabled,
        "off" | "skipped" => SourceState::NotAsked,
        _ => match (lag, patience) {
            (None, _) => SourceState::Never,
            (Some(lag), Some(patience)) if lag > patience => SourceState::Stale,
            _ => SourceState::Fresh,
        },
    };
    let pause = rounds.and_then(|rounds| rounds.pause(collector, state));
    Ok(CollectorStatus {
        account: row.get(1)?,
        region: row.get(2)?,
        collector,
        part: row.get(3)?,
        state,
        last_attempt_at,
        last_success_at,
        lag_seconds: lag.map(|lag| lag.as_secs()),
        note: row.get(5)?,
        next_at: pause.and_then(|pause| last_attempt_at.checked_add(pause).ok()),
        took_ms: number(8)?,
        requests: number(9)?,
        throttles: number(10)?,
    })
}

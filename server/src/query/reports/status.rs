//! Freshness of every source, and the database.

use std::time::Duration;

use app::model::{DatabaseStatus, PullCounts, SourceState, SourceStatus, StatusReport};
use duckdb::Row;
use jiff::{SignedDuration, Timestamp};

use crate::query::{QueryError, row};
use crate::store::{Snapshot, StoreError, read_optional_time, rollup_part};

/// Intervals without a good pull after which a source is stale.
const PATIENCE: u32 = 3;

/// Every collector that ever tried.
pub fn source_statuses(
    snapshot: &Snapshot<'_>,
    now: Timestamp,
    interval: Duration,
) -> Result<Vec<SourceStatus>, QueryError> {
    let part = |dimension: &str| rollup_part("created", dimension).unwrap_or_default().to_string();
    let known = if snapshot.rolled_up() {
        include_str!("../sql/known_rolled.sql")
            .replace("{collector}", &part("collector"))
            .replace("{source}", &part("source"))
    } else {
        include_str!("../sql/known.sql").to_owned()
    };
    let sql = include_str!("../sql/sources.sql").replace("{known}", known.trim_end());
    let mut statement = snapshot.connection().prepare(&sql)?;
    let mut rows = statement.query([])?;
    let mut sources = Vec::new();
    while let Some(row) = rows.next()? {
        sources.push(source(row, now, interval)?);
    }
    Ok(sources)
}

fn patience_seconds(interval: Duration) -> i64 {
    i64::try_from((interval * PATIENCE).as_secs()).unwrap_or(i64::MAX)
}

/// Good pulls from then on are recent.
pub(super) fn recent_since(now: Timestamp, interval: Duration) -> Timestamp {
    now.checked_sub(SignedDuration::from_secs(patience_seconds(interval))).unwrap_or(Timestamp::MIN)
}

fn source(row: &Row<'_>, now: Timestamp, interval: Duration) -> Result<SourceStatus, StoreError> {
    let number = |column: usize| -> Result<u64, StoreError> {
        Ok(row.get::<_, Option<i64>>(column)?.and_then(|value| u64::try_from(value).ok()).unwrap_or(0))
    };
    let outcome: Option<String> = row.get(3)?;
    let last_success_at = read_optional_time(row, 5)?;
    let lag_seconds = last_success_at.map(|at| now.duration_since(at).as_secs().max(0));
    let patience = patience_seconds(interval);
    let state = match outcome.as_deref() {
        Some("denied") => SourceState::Denied,
        Some("not-enabled") => SourceState::NotEnabled,
        Some("failed") => SourceState::Failing,
        _ => match lag_seconds {
            None => SourceState::Never,
            Some(lag) if lag > patience => SourceState::Stale,
            Some(_) => SourceState::Fresh,
        },
    };
    Ok(SourceStatus {
        account: row.get(0)?,
        region: row.get(1)?,
        source: row::word(row, 2)?,
        state,
        last_attempt_at: read_optional_time(row, 4)?,
        last_success_at,
        lag_seconds,
        cursor: read_optional_time(row, 6)?,
        failing_since: read_optional_time(row, 7)?,
        last_error: row.get(8)?,
        last_pull: PullCounts {
            read: number(9)?,
            new: number(10)?,
            updated: number(11)?,
            unchanged: number(12)?,
            rejected: number(13)?,
        },
        requests: number(14)?,
        throttles: number(15)?,
        errors: number(16)?,
        findings: row.get(17)?,
        clock_ahead_seconds: row.get(18)?,
    })
}

/// The whole status page.
pub fn status(
    snapshot: &Snapshot<'_>,
    now: Timestamp,
    interval: Duration,
    bytes: u64,
) -> Result<StatusReport, QueryError> {
    let count = |sql: &str| snapshot.connection().query_row(sql, [], |row| row.get::<_, i64>(0));
    let schema = count("SELECT coalesce(max(version), 0)::BIGINT FROM schema_migration")?;
    Ok(StatusReport {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        sources: source_statuses(snapshot, now, interval)?,
        database: DatabaseStatus {
            bytes,
            findings: count("SELECT count(*) FROM finding")?,
            versions: count("SELECT count(*) FROM finding_version")?,
            rejected_inputs: count("SELECT count(*) FROM rejected_input")?,
            schema_version: u32::try_from(schema).unwrap_or_default(),
            duckdb_version: snapshot.connection().query_row("SELECT version()", [], |row| row.get(0))?,
        },
        sync_interval_seconds: interval.as_secs(),
        as_of: now,
        data_version: snapshot.data_version(),
    })
}

//! What the two services say differently.

use std::time::Duration;

use app::model::{Drift, DriftCount, DriftKind, DriftRow, Filter};
use duckdb::params_from_iter;
use duckdb::types::Value;
use jiff::{SignedDuration, Timestamp};

use super::status::recent_since;
use crate::query::compile::{Conditions, any_time};
use crate::query::{QueryError, row};
use crate::store::{Snapshot, read_time, sql_time};

/// Rows of each kind unless asked otherwise.
const USUAL_LIMIT: u32 = 20;
/// New findings reach Security Hub within five minutes; what is missing for longer than this is worth telling.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);

/// Counts of every kind and the findings that changed last, whenever the filter's findings were created.
pub fn drift(
    snapshot: &Snapshot<'_>,
    filter: &Filter,
    now: Timestamp,
    interval: Duration,
) -> Result<Drift, QueryError> {
    let limit = filter.limit.unwrap_or(USUAL_LIMIT);
    let (counts, rows) = select(snapshot, any_time(snapshot, filter)?, limit, now, interval)?;
    Ok(Drift { counts, rows, as_of: now, data_version: snapshot.data_version() })
}

/// What the services say differently about one finding.
pub fn drift_of(
    snapshot: &Snapshot<'_>,
    key: &str,
    now: Timestamp,
    interval: Duration,
) -> Result<Vec<DriftRow>, QueryError> {
    let one = Conditions::default().and("f.finding_key = ?", [Value::Text(key.to_owned())]);
    Ok(select(snapshot, one, 1, now, interval)?.1)
}

fn select(
    snapshot: &Snapshot<'_>,
    conditions: Conditions,
    limit: u32,
    now: Timestamp,
    interval: Duration,
) -> Result<(Vec<DriftCount>, Vec<DriftRow>), QueryError> {
    let sql = include_str!("../sql/drift.sql").replace("{conditions}", &conditions.sql());
    let before = now.checked_sub(PATIENCE).unwrap_or(now);
    let mut values = vec![sql_time(recent_since(now, interval)), sql_time(before)];
    values.extend(conditions.values);
    values.push(Value::UInt(limit));
    let mut statement = snapshot.connection().prepare(&sql)?;
    let mut found = statement.query(params_from_iter(values))?;
    let mut counts: Vec<DriftCount> = DriftKind::ALL.iter().map(|&kind| DriftCount { kind, findings: 0 }).collect();
    let mut rows = Vec::new();
    while let Some(next) = found.next()? {
        let kind = row::word(next, 0)?;
        let findings = next.get(8)?;
        counts.iter_mut().filter(|count| count.kind == kind).for_each(|count| count.findings = findings);
        rows.push(DriftRow {
            kind,
            guardduty: row::word(next, 1)?,
            securityhub: row::word(next, 2)?,
            id: next.get(3)?,
            title: next.get(4)?,
            account: next.get(5)?,
            region: next.get(6)?,
            updated_at: read_time(next, 7)?,
        });
    }
    Ok((counts, rows))
}

//! Everything known about one finding.

use std::time::Duration;

use app::model::{Evidence, Finding, FindingDetail, FindingSide, FindingVersion, Source};
use duckdb::params;
use jiff::Timestamp;

use super::drift::drift_of;
use crate::ingest::{FindingKey, normalize};
use crate::query::QueryError;
use crate::query::row::{self, COLUMNS};
use crate::store::{Snapshot, read_joined, read_time, unpack_document};

/// A signal may belong to several sequences; its row names one of them.
const MEMBERS: &str = "(f.attack_sequence = $1
    OR f.finding_key IN (SELECT named.finding_key FROM finding_signal AS named WHERE named.sequence_arn = $1))
    ORDER BY f.created_at, f.finding_key";

/// Finds by id (32 hexadecimal digits), by ARN or by GuardDuty finding id. `None`: not known here.
pub fn finding(
    snapshot: &Snapshot<'_>,
    id: &str,
    now: Timestamp,
    interval: Duration,
) -> Result<Option<FindingDetail>, QueryError> {
    let found = match FindingKey::parse(id) {
        Some(key) => select(snapshot, "f.finding_key = ?", &key.to_string())?,
        None => Vec::new(),
    };
    let found = match found.first() {
        Some(_) => found,
        None if id.contains(':') => select(snapshot, "f.arn = ?", id)?,
        // GuardDuty's own id looks like ours; it stands at the end of the ARN.
        None => select(snapshot, "f.arn LIKE '%/finding/%' AND string_split(f.arn, '/')[-1] = ?", id)?,
    };
    let Some(finding) = found.into_iter().next() else { return Ok(None) };
    let sides = documents(snapshot, "finding_side", &finding.id)?;
    Ok(Some(FindingDetail {
        versions: versions(snapshot, &finding.id)?,
        evidence: evidence(&sides),
        sides,
        earlier: documents(snapshot, "finding_document", &finding.id)?,
        members: select(snapshot, MEMBERS, &finding.arn)?,
        drift: drift_of(snapshot, &finding.id, now, interval)?,
        finding,
        as_of: now,
        data_version: snapshot.data_version(),
    }))
}

/// Only GuardDuty's own document tells; Security Hub's copy flattens it.
fn evidence(sides: &[FindingSide]) -> Evidence {
    let guardduty = sides.iter().find(|side| side.source == Source::GuardDuty);
    let document = guardduty.and_then(|side| serde_json::from_str(&side.raw).ok());
    document.map(|document| normalize::evidence(&document)).unwrap_or_default()
}

fn select(snapshot: &Snapshot<'_>, condition: &str, value: &str) -> Result<Vec<Finding>, QueryError> {
    let mut statement = snapshot.connection().prepare(&format!("SELECT {COLUMNS} FROM finding f WHERE {condition}"))?;
    let mut rows = statement.query(params![value])?;
    let mut findings = Vec::new();
    while let Some(row) = rows.next()? {
        findings.push(row::finding(row)?);
    }
    Ok(findings)
}

fn versions(snapshot: &Snapshot<'_>, key: &str) -> Result<Vec<FindingVersion>, QueryError> {
    let mut statement = snapshot.connection().prepare(
        "SELECT observed_at, source, updated_at, severity, count, count_delta, archived, workflow, record_state,
            changed, resources
         FROM finding_version WHERE finding_key = ? ORDER BY observed_at, updated_at",
    )?;
    let mut rows = statement.query(params![key])?;
    let mut versions = Vec::new();
    while let Some(row) = rows.next()? {
        versions.push(FindingVersion {
            observed_at: read_time(row, 0)?,
            source: row::word(row, 1)?,
            updated_at: read_time(row, 2)?,
            severity: row::word(row, 3)?,
            count: row.get(4)?,
            count_delta: row.get(5)?,
            archived: row.get(6)?,
            workflow: row.get(7)?,
            record_state: row.get(8)?,
            changed: read_joined(row, 9)?.iter().filter_map(|word| word.parse().ok()).collect(),
            resources: read_joined(row, 10)?,
        });
    }
    Ok(versions)
}

/// Newest first. `table` is one of those that hold documents.
fn documents(snapshot: &Snapshot<'_>, table: &'static str, key: &str) -> Result<Vec<FindingSide>, QueryError> {
    let mut statement = snapshot.connection().prepare(&format!(
        "SELECT source, observed_at, updated_at, raw FROM {table} WHERE finding_key = ?
         ORDER BY observed_at DESC, updated_at DESC, source",
    ))?;
    let mut rows = statement.query(params![key])?;
    let mut sides = Vec::new();
    while let Some(row) = rows.next()? {
        let packed: Vec<u8> = row.get(3)?;
        sides.push(FindingSide {
            source: row::word(row, 0)?,
            observed_at: read_time(row, 1)?,
            updated_at: read_time(row, 2)?,
            raw: unpack_document(&packed)?,
        });
    }
    Ok(sides)
}

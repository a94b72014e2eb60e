//! Rows go through temporary tables of the writer: appended in bulk, then merged by one statement each.

use app::model::Named;
use duckdb::{Appender, Connection, params};
use jiff::Timestamp;

use super::dictionary::{self, Combinations};
use super::ingest::{Changes, Tools, VersionRow};
use super::known::Remembered;
use super::rollup::{Moves, rollup_slice};
use super::values::{joined, pack_document, sql_optional_time, sql_time};
use super::{StoreError, history, lasting, leaving, parallel, signals, texts};
use crate::ingest::{FindingKey, Observation, Rejected, Tracked};

const PREPARE: &str = include_str!("sql/staging.sql");
const MERGE_FINDING: &str = include_str!("sql/merge_finding.sql");
const UPDATE_STATE: &str = include_str!("sql/update_state.sql");
const CONFIRM: &str = include_str!("sql/confirm.sql");
const INSERT_NEW: &str = include_str!("sql/insert_new.sql");
const MERGE_SIDE: &str = include_str!("sql/merge_side.sql");
const INSERT_REJECTED: &str = include_str!("sql/insert_rejected.sql");

/// Columns of `finding_side` that a document fills, as `staged_side` has them.
const SIDE: [&str; 9] = [
    "finding_key",
    "source",
    "observed_at",
    "updated_at",
    "details_hash",
    "raw",
    "severity",
    "confirmed_at",
    "key_head",
];

/// Creates the staging tables; they live as long as the connection.
pub(super) fn prepare(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.execute_batch(PREPARE)?)
}

/// Makes `staged_key` hold these keys and tells how many there are.
pub(super) fn stage_keys(
    transaction: &Connection,
    keys: impl IntoIterator<Item = FindingKey>,
) -> Result<usize, StoreError> {
    let mut count = 0;
    fill(transaction, "staged_key", |rows| {
        for key in keys {
            rows.append_row([key.to_string()])?;
            count += 1;
        }
        Ok(())
    })?;
    Ok(count)
}

/// Writes findings, documents, confirmations and versions, and keeps as many documents of each service as wanted. Touches no table for
/// which there are no rows, and looks nothing up where all findings are new: in ten million rows each look takes most of a
/// second.
pub(super) fn write_changes(
    transaction: &Connection,
    changes: &Changes,
    new_documents: &[&Observation],
    all_new: bool,
    Tools { documents, resident, .. }: Tools<'_>,
) -> Result<(), StoreError> {
    if changes.all().next().is_some() {
        stage_findings(transaction, &changes.findings)?;
        signals::record(transaction, changes.all())?;
        let mut moves = Moves::default();
        if all_new {
            transaction.execute_batch(INSERT_NEW)?;
        } else if !changes.findings.is_empty() {
            moves.leave_stored(transaction, "staged_finding")?;
            merge_staged(transaction)?;
        }
        for tracked in &changes.findings {
            moves.reach(tracked);
        }
        if !changes.repeated.is_empty() {
            for (tracked, stored) in &changes.repeated {
                moves.repeat(tracked, stored);
            }
            fill(transaction, "staged_state", |rows| {
                changes.repeated.iter().try_for_each(|(tracked, stored)| append_state(rows, tracked, stored))
            })?;
            transaction.execute_batch(UPDATE_STATE)?;
        }
        moves.append(transaction, resident)?;
        signals::link_known(transaction)?;
    }
    // Before documents are replaced: confirmations name rows.
    if !changes.confirmed.is_empty() {
        fill(transaction, "staged_confirmation", |rows| {
            changes.confirmed.iter().try_for_each(|one| Ok(rows.append_row(params![one.row, sql_time(one.at)])?))
        })?;
        transaction.execute_batch(CONFIRM)?;
    }
    if !new_documents.is_empty() {
        let packed = parallel::map(new_documents.to_vec(), |side| (side, pack_document(&side.raw)));
        let append = |rows: &mut Appender<'_>| {
            packed.into_iter().try_for_each(|(side, packed)| append_side(rows, side, packed?))
        };
        if all_new && changes.passed.is_empty() {
            // The first documents of their findings: nothing has to be looked for.
            let mut rows = transaction.appender_with_columns("finding_side", &SIDE)?;
            append(&mut rows)?;
            rows.flush()?;
        } else {
            fill(transaction, "staged_side", append)?;
            history::keep(transaction, &changes.passed, documents)?;
            transaction.execute_batch(MERGE_SIDE)?;
        }
    }
    if !changes.versions.is_empty() {
        let mut rows = transaction.appender("finding_version")?;
        changes.versions.iter().try_for_each(|version| append_version(&mut rows, version))?;
        rows.flush()?;
    }
    Ok(())
}

/// Makes `staged_finding` hold these findings, and the dictionaries their texts and what they have in common with others.
pub(super) fn stage_findings(transaction: &Connection, findings: &[Tracked]) -> Result<(), StoreError> {
    let marks = texts::marks(transaction, findings)?;
    fill(transaction, "staged_finding", |rows| {
        findings.iter().zip(marks).try_for_each(|(tracked, marks)| append_finding(rows, tracked, marks))
    })?;
    dictionary::keep(transaction, "staged_row")
}

/// Merges what `staged_finding` holds.
pub(super) fn merge_staged(transaction: &Connection) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(MERGE_FINDING)?)
}

/// Keeps rejected input. What the same origin sent before is kept once: a pull meets the same document every time.
pub(super) fn write_rejected(transaction: &Connection, rejected: &[Rejected], at: Timestamp) -> Result<(), StoreError> {
    if rejected.is_empty() {
        return Ok(());
    }
    fill(transaction, "staged_rejected", |rows| {
        for Rejected { origin, position, reason, raw } in rejected {
            rows.append_row(params![sql_time(at), origin, position, reason, raw])?;
        }
        Ok(())
    })?;
    Ok(transaction.execute_batch(INSERT_REJECTED)?)
}

/// Empties a temporary table by making it anew: rows that are deleted from one stay in memory for as long as it lives, and
/// are counted when the database plans.
pub(super) fn empty(transaction: &Connection, table: &str) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(&format!("CREATE OR REPLACE TEMP TABLE {table} AS FROM {table} LIMIT 0"))?)
}

/// Empties a staging table and appends what `append` brings.
pub(super) fn fill(
    transaction: &Connection,
    table: &str,
    append: impl FnOnce(&mut Appender<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    empty(transaction, table)?;
    let mut rows = transaction.appender_to_catalog_and_db(table, "temp", "main")?;
    append(&mut rows)?;
    Ok(rows.flush()?)
}

/// In the order of the columns of `finding`.
fn append_finding(rows: &mut Appender<'_>, tracked: &Tracked, marks: texts::Marks) -> Result<(), StoreError> {
    let finding = &tracked.finding;
    let [first, second, third, fourth] = marks.identifiers;
    let Combinations { what_id, where_id } = marks.combinations;
    let keys = |named: &[Named]| joined(named.iter().map(|named| named.key.as_str()));
    let words = |words: &[String]| joined(words.iter().map(String::as_str));
    rows.append_row(params![
        finding.id,
        finding.arn,
        finding.source.as_str(),
        finding.in_guardduty,
        finding.in_securityhub,
        finding.kind.as_str(),
        finding.category.map(app::model::Category::as_str),
        finding.category_secondary.map(app::model::Category::as_str),
        finding.category_rule,
        finding.finding_type,
        finding.mitre,
        finding.product,
        finding.severity.as_str(),
        // Declared from informational to critical.
        finding.severity as i8,
        finding.severity_score,
        finding.title,
        finding.description,
        finding.account,
        finding.region,
        keys(&finding.clusters),
        keys(&finding.families),
        keys(&finding.revisions),
        keys(&finding.services),
        words(&finding.task_arns),
        words(&finding.launch_types),
        words(&finding.containers),
        words(&finding.images),
        words(&finding.image_digests),
        finding.resource_type,
        finding.resource_id,
        finding.count,
        finding.occurrences,
        sql_optional_time(finding.first_seen),
        sql_optional_time(finding.last_seen),
        sql_time(finding.created_at),
        sql_time(finding.updated_at),
        sql_time(finding.first_observed_at),
        finding.archived,
        finding.record_state,
        finding.workflow,
        finding.compliance,
        finding.control,
        words(&finding.vulnerability_ids),
        finding.sample,
        finding.sequence.as_str(),
        finding.attack_sequence,
        sql_optional_time(finding.closed_at),
        finding.url,
        sql_optional_time(leaving::leaves_at(tracked)),
        lasting::hash(finding),
        marks.words_id,
        marks.places_id,
        first,
        second,
        third,
        fourth,
        marks.more_identifiers,
        rollup_slice(finding.kind, finding.sample),
        what_id,
        where_id
    ])?;
    Ok(())
}

/// In the order of the columns of `staged_state`.
fn append_state(rows: &mut Appender<'_>, tracked: &Tracked, stored: &Remembered) -> Result<(), StoreError> {
    let finding = &tracked.finding;
    rows.append_row(params![
        stored.row,
        finding.severity.as_str(),
        finding.severity as i8,
        finding.severity_score,
        finding.count,
        finding.occurrences,
        sql_optional_time(finding.first_seen),
        sql_optional_time(finding.last_seen),
        sql_time(finding.updated_at),
        sql_time(finding.first_observed_at),
        finding.archived,
        finding.record_state,
        finding.workflow,
        sql_optional_time(finding.closed_at),
        sql_optional_time(leaving::leaves_at(tracked))
    ])?;
    Ok(())
}

fn append_side(rows: &mut Appender<'_>, side: &Observation, packed: Vec<u8>) -> Result<(), StoreError> {
    rows.append_row(params![
        side.key.to_string(),
        side.source.as_str(),
        sql_time(side.observed_at),
        sql_time(side.updated_at),
        side.details_hash,
        packed,
        side.severity.as_str(),
        sql_time(side.confirmed_at),
        side.key.head()
    ])?;
    Ok(())
}

fn append_version(rows: &mut Appender<'_>, row: &VersionRow) -> Result<(), StoreError> {
    let VersionRow { key, version, occurred_at } = row;
    rows.append_row(params![
        key.to_string(),
        sql_time(version.observed_at),
        version.source.as_str(),
        sql_time(version.updated_at),
        version.severity.as_str(),
        version.count,
        version.count_delta,
        sql_time(*occurred_at),
        version.archived,
        version.workflow,
        version.record_state,
        joined(version.changed.iter().map(|aspect| aspect.as_str())),
        joined(version.resources.iter().map(String::as_str))
    ])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]
    use super::*;
    use crate::store::migrate;

    #[test]
    fn what_was_staged_before_is_not_kept() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate::migrate(&mut connection).unwrap();
        prepare(&connection).unwrap();
        for _ in 0..5 {
            let transaction = connection.transaction().unwrap();
            assert_eq!(stage_keys(&transaction, (0..1000).map(FindingKey)).unwrap(), 1000);
            transaction.commit().unwrap();
        }
        // With rows that were deleted and are still there.
        let rows = "SELECT estimated_size FROM duckdb_tables() WHERE table_name = 'staged_key'";
        assert_eq!(connection.query_row(rows, [], |row| row.get::<_, i64>(0)).unwrap(), 1000);
    }
}

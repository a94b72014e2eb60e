//! Findings that AWS no longer has. They stay, in every report; that they are gone is one more fact about them.
//!
//! Each service is judged by itself: what one has lost, the other may still have.

use std::collections::BTreeSet;

use app::model::Source;
use duckdb::{Connection, params};
use jiff::Timestamp;

use super::StoreError;
use super::staging;
use super::values::sql_time;
use crate::ingest::FindingKey;

const MARK: &str = include_str!("sql/mark_expired.sql");
const SETTLE: &str = include_str!("sql/settle_expired.sql");
const UNSEEN: &str = include_str!("sql/unseen.sql");
const STAGE: &str = "
    CREATE TEMP TABLE seen_key (finding_key VARCHAR NOT NULL);
    CREATE TEMP TABLE seen_place (account VARCHAR NOT NULL, region VARCHAR NOT NULL)";
const RETURNED: &str = "
    UPDATE finding_side SET expired_at = NULL
    WHERE source = ? AND expired_at IS NOT NULL AND finding_key IN (FROM staged_key)";

/// An account and a Region of findings.
pub type Place = (String, String);

/// A complete sweep, told to find what it should have returned and did not.
#[derive(Debug, Clone)]
pub struct SweepSeen {
    pub source: Source,
    /// The Region it speaks for; `None`: every Region.
    pub region: Option<String>,
    /// It asked for what was updated since then.
    pub from: Timestamp,
    /// What was first read later it could not have known.
    pub started: Timestamp,
    /// Only findings of these are looked for: of others nobody can tell.
    pub places: BTreeSet<Place>,
    /// 16 bytes for each finding.
    pub keys: Vec<FindingKey>,
}

/// A finding that a sweep did not return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    pub key: FindingKey,
    pub arn: String,
}

/// At most `most` findings that the sweep did not return although it speaks for them.
///
/// The keys go through temporary tables of this connection: comparing a million findings row by row takes ten times as
/// long. They may be made in a read-only transaction and end with it.
pub(super) fn unseen(connection: &Connection, sweep: &SweepSeen, most: usize) -> Result<Vec<Unseen>, StoreError> {
    connection.execute_batch(STAGE)?;
    let mut keys = connection.appender_to_catalog_and_db("seen_key", "temp", "main")?;
    sweep.keys.iter().try_for_each(|key| keys.append_row([key.to_string()]))?;
    keys.flush()?;
    let mut places = connection.appender_to_catalog_and_db("seen_place", "temp", "main")?;
    sweep.places.iter().try_for_each(|(account, region)| places.append_row([account, region]))?;
    places.flush()?;
    let mut statement = connection.prepare(UNSEEN)?;
    let mut rows = statement.query(params![
        sweep.source.as_str(),
        sql_time(sweep.from),
        sql_time(sweep.started),
        sweep.region,
        most
    ])?;
    let mut unseen = Vec::new();
    while let Some(row) = rows.next()? {
        let key: String = row.get(0)?;
        let key = FindingKey::parse(&key).ok_or_else(|| StoreError::Unreadable(format!("finding key `{key}`")))?;
        unseen.push(Unseen { key, arn: row.get(1)? });
    }
    Ok(unseen)
}

/// A service no longer has these. Tells whether there are any.
pub(super) fn mark(
    transaction: &Connection,
    source: Source,
    gone: &[FindingKey],
    at: Timestamp,
) -> Result<bool, StoreError> {
    if gone.is_empty() {
        return Ok(false);
    }
    staging::stage_keys(transaction, gone.iter().copied())?;
    transaction.execute(MARK, params![sql_time(at), source.as_str()])?;
    Ok(transaction.execute(SETTLE, [])? > 0)
}

/// A service has just returned the keys that are staged. Tells whether one of them was missed before.
pub(super) fn unmark_staged(transaction: &Connection, source: Source) -> Result<bool, StoreError> {
    if transaction.execute(RETURNED, params![source.as_str()])? == 0 {
        return Ok(false);
    }
    Ok(transaction.execute(SETTLE, [])? > 0)
}

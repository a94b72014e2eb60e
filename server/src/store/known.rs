//! What the database knows of the findings in a batch.

use std::collections::{BTreeSet, HashMap};

use app::model::{Finding, Source};
use duckdb::Connection;
use jiff::Timestamp;
use serde_json::Value;

use super::StoreError;
use super::staging;
use super::values::{read_optional_time, read_time, unpack_document};
use crate::ingest::classify::Classifier;
use crate::ingest::{FindingKey, Observation, Tracked, merge, normalize};

/// Per finding and service the hash of the newest document.
pub(super) type Hashes = HashMap<(FindingKey, Source), u64>;

const SELECT_HASHES: &str = "
    SELECT side.finding_key, side.source, side.details_hash, side.expired_at IS NOT NULL
    FROM finding_side AS side JOIN staged_key USING (finding_key)";

/// By row numbers, so that only the documents asked for are read from disk and not every one to be thrown away: for 100
/// of 600,000 findings that is a quarter of the time of the plain join.
const SELECT_SIDES: &str = "
    SELECT finding_key, source, observed_at, raw
    FROM finding_side
    WHERE rowid IN (SELECT side.rowid FROM finding_side AS side JOIN staged_key USING (finding_key))
    ORDER BY finding_key, observed_at";

const SELECT_REMEMBERED: &str = "
    SELECT finding.finding_key, finding.first_observed_at, finding.closed_at, finding.occurrences, finding.count
    FROM finding JOIN staged_key USING (finding_key)";

/// The hashes of those keys that are known, and whether AWS was thought to have lost one of them.
pub(super) fn hashes(
    transaction: &Connection,
    keys: impl IntoIterator<Item = FindingKey>,
) -> Result<(Hashes, bool), StoreError> {
    staging::stage_keys(transaction, keys)?;
    let mut statement = transaction.prepare(SELECT_HASHES)?;
    let mut rows = statement.query([])?;
    let mut hashes = Hashes::new();
    let mut any_expired = false;
    while let Some(row) = rows.next()? {
        any_expired |= row.get::<_, bool>(3)?;
        hashes.insert((read_key(&row.get::<_, String>(0)?)?, read_source(&row.get::<_, String>(1)?)?), row.get(2)?);
    }
    Ok((hashes, any_expired))
}

/// Known findings with the newest document of each service, rebuilt from the documents: what can be derived again is
/// derived again, what only time could tell is remembered in the row.
pub(super) fn tracked(
    transaction: &Connection,
    keys: impl IntoIterator<Item = FindingKey>,
    classifier: &Classifier,
) -> Result<HashMap<FindingKey, Tracked>, StoreError> {
    if staging::stage_keys(transaction, keys)? == 0 {
        return Ok(HashMap::new());
    }
    let mut tracked = HashMap::new();
    for observation in sides(transaction)?.understood {
        let key = observation.key;
        let (merged, _) = merge::apply(tracked.remove(&key), observation, classifier);
        tracked.insert(key, merged);
    }
    for (key, remembered) in remembered(transaction)? {
        let Some(Tracked { finding, .. }) = tracked.get_mut(&key) else { continue };
        remembered.restore(finding);
    }
    Ok(tracked)
}

/// The newest documents as this program reads them.
#[derive(Default)]
pub(super) struct Sides {
    /// Per finding in the order they were observed.
    pub(super) understood: Vec<Observation>,
    /// Findings with a document that an older version accepted and this one does not.
    pub(super) refused: BTreeSet<FindingKey>,
}

/// The newest documents of the staged keys.
pub(super) fn sides(transaction: &Connection) -> Result<Sides, StoreError> {
    let mut statement = transaction.prepare(SELECT_SIDES)?;
    let mut rows = statement.query([])?;
    let mut sides = Sides::default();
    while let Some(row) = rows.next()? {
        let key: String = row.get(0)?;
        let source = read_source(&row.get::<_, String>(1)?)?;
        let observed_at = read_time(row, 2)?;
        let document = unpack_document(&row.get::<_, Vec<u8>>(3)?)?;
        let document: Value = serde_json::from_str(&document)
            .map_err(|error| StoreError::Unreadable(format!("{source} document of finding {key}: {error}")))?;
        match normalize::source(source, &document, observed_at) {
            Ok(observation) => sides.understood.push(observation),
            // A new document takes its place.
            Err(reject) => {
                tracing::warn!(finding = key, %source, ?reject, "kept document is no longer understood");
                sides.refused.insert(read_key(&key)?);
            }
        }
    }
    Ok(sides)
}

/// What the documents cannot tell.
pub(super) struct Remembered {
    first_observed_at: Timestamp,
    closed_at: Option<Timestamp>,
    occurrences: i64,
    count: Option<i64>,
}

impl Remembered {
    /// Puts what is remembered in the place of what the newest documents alone would say.
    pub(super) fn restore(&self, finding: &mut Finding) {
        finding.first_observed_at = self.first_observed_at;
        finding.closed_at = self.closed_at;
        finding.occurrences = self.occurrences;
        // An older copy may have told the highest count.
        finding.count = finding.count.max(self.count);
    }
}

pub(super) fn remembered(transaction: &Connection) -> Result<HashMap<FindingKey, Remembered>, StoreError> {
    let mut statement = transaction.prepare(SELECT_REMEMBERED)?;
    let mut rows = statement.query([])?;
    let mut all = HashMap::new();
    while let Some(row) = rows.next()? {
        let remembered = Remembered {
            first_observed_at: read_time(row, 1)?,
            closed_at: read_optional_time(row, 2)?,
            occurrences: row.get(3)?,
            count: row.get(4)?,
        };
        all.insert(read_key(&row.get::<_, String>(0)?)?, remembered);
    }
    Ok(all)
}

fn read_key(text: &str) -> Result<FindingKey, StoreError> {
    FindingKey::parse(text).ok_or_else(|| StoreError::Unreadable(format!("finding key `{text}`")))
}

fn read_source(text: &str) -> Result<Source, StoreError> {
    text.parse().map_err(|_| StoreError::Unreadable(format!("source `{text}`")))
}

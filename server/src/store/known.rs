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

/// What is known of a newest document without reading it.
pub(super) struct Kept {
    hash: u64,
    observed_at: Timestamp,
    confirmed_at: Timestamp,
    /// Its row in `finding_side`, which stays as long as the transaction.
    row: i64,
}

/// The newest documents of a batch's findings.
#[derive(Default)]
pub(super) struct KnownDocuments(HashMap<(FindingKey, Source), Kept>);

impl KnownDocuments {
    /// Whether none of the findings is known.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether anything is known of the finding.
    pub(super) fn has(&self, key: FindingKey) -> bool {
        Source::ALL.iter().any(|source| self.0.contains_key(&(key, *source)))
    }

    /// Whether this is the newest document. The hash covers the whole of it, so an equal one needs no parsing.
    pub(super) fn is(&self, observation: &Observation) -> bool {
        self.of(observation).is_some_and(|kept| kept.hash == observation.details_hash)
    }

    /// Whether this is the newest document, read no earlier than it was known to be: then it teaches nothing but that
    /// it is still there.
    pub(super) fn is_repeated(&self, observation: &Observation) -> bool {
        self.is(observation) && self.of(observation).is_some_and(|kept| kept.observed_at <= observation.observed_at)
    }

    /// The row of the newest document if this is it, read later than is known.
    pub(super) fn confirms(&self, observation: &Observation) -> Option<Confirmation> {
        let kept = self.of(observation).filter(|kept| kept.hash == observation.details_hash)?;
        let at = observation.confirmed_at;
        (at > kept.confirmed_at).then_some(Confirmation { row: kept.row, at })
    }

    fn of(&self, observation: &Observation) -> Option<&Kept> {
        self.0.get(&(observation.key, observation.source))
    }
}

/// A document is still as it is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Confirmation {
    pub(super) row: i64,
    pub(super) at: Timestamp,
}

const SELECT_KNOWN: &str = "
    SELECT
        side.finding_key, side.source, side.details_hash, side.expired_at IS NOT NULL, side.rowid, side.observed_at,
        coalesce(side.confirmed_at, side.observed_at)
    FROM finding_side AS side JOIN staged_key USING (finding_key)";

/// By row numbers, so that only the documents asked for are read from disk and not every one to be thrown away: for 100
/// of 600,000 findings that is a quarter of the time of the plain join.
const SELECT_SIDES: &str = "
    SELECT finding_key, source, observed_at, raw, coalesce(confirmed_at, observed_at)
    FROM finding_side
    WHERE rowid IN (SELECT side.rowid FROM finding_side AS side JOIN staged_key USING (finding_key))
    ORDER BY finding_key, observed_at";

const SELECT_REMEMBERED: &str = "
    SELECT finding.finding_key, finding.first_observed_at, finding.closed_at, finding.occurrences, finding.count
    FROM finding JOIN staged_key USING (finding_key)";

/// The newest documents of those keys that are known, and whether AWS was thought to have lost one of them.
pub(super) fn documents(
    transaction: &Connection,
    keys: impl IntoIterator<Item = FindingKey>,
) -> Result<(KnownDocuments, bool), StoreError> {
    staging::stage_keys(transaction, keys)?;
    let mut statement = transaction.prepare(SELECT_KNOWN)?;
    let mut rows = statement.query([])?;
    let mut known = KnownDocuments::default();
    let mut any_expired = false;
    while let Some(row) = rows.next()? {
        any_expired |= row.get::<_, bool>(3)?;
        let place = (read_key(&row.get::<_, String>(0)?)?, read_source(&row.get::<_, String>(1)?)?);
        let (hash, row_number) = (row.get(2)?, row.get(4)?);
        let (observed_at, confirmed_at) = (read_time(row, 5)?, read_time(row, 6)?);
        known.0.insert(place, Kept { hash, observed_at, confirmed_at, row: row_number });
    }
    Ok((known, any_expired))
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
            Ok(observation) => {
                let confirmed_at = read_time(row, 4)?;
                sides.understood.push(Observation { confirmed_at, ..observation });
            }
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

//! What the database knows of the findings in a batch.

use std::collections::{BTreeSet, HashMap};

use app::model::{Finding, Source};
use duckdb::Connection;
use jiff::Timestamp;
use serde_json::Value;

use super::values::{read_optional_time, read_time, unpack_document};
use super::{StoreError, parallel, staging};
use crate::ingest::classify::Classifier;
use crate::ingest::{FindingKey, Observation, Tracked, merge, normalize};

const FIND_SIDES: &str = include_str!("sql/find_sides.sql");
const FIND_FINDINGS: &str = include_str!("sql/find_findings.sql");

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
    FROM finding_side AS side
    WHERE rowid IN (SELECT row FROM known_side)";

/// By row numbers, so that only the documents asked for are read from disk and not every one to be thrown away.
const SELECT_SIDES: &str = "
    SELECT finding_key, source, observed_at, raw, coalesce(confirmed_at, observed_at)
    FROM finding_side
    WHERE rowid IN (SELECT row FROM known_side SEMI JOIN staged_key USING (finding_key))";

const SELECT_REMEMBERED: &str = "
    SELECT
        finding_key, first_observed_at, closed_at, occurrences, count, rowid, lasting_hash, severity, workflow, leaves_at
    FROM finding
    WHERE rowid IN (SELECT row FROM known_finding)";

/// Makes `known_side` hold the rows of the staged findings.
pub(super) fn find_sides(transaction: &Connection) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(FIND_SIDES)?)
}

/// Makes `known_finding` hold the rows of the staged findings.
pub(super) fn find_findings(transaction: &Connection) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(FIND_FINDINGS)?)
}

/// The newest documents of those keys that are known, and whether AWS was thought to have lost one of them.
pub(super) fn documents(
    transaction: &Connection,
    keys: impl IntoIterator<Item = FindingKey>,
) -> Result<(KnownDocuments, bool), StoreError> {
    staging::stage_keys(transaction, keys)?;
    find_sides(transaction)?;
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

/// A known finding: its newest documents and what its row remembers.
#[derive(Default)]
pub(super) struct Stored {
    documents: Vec<KeptDocument>,
    pub(super) row: Option<Remembered>,
}

/// Known findings as they are stored, and where their rows are. `keys` are those of known documents.
pub(super) fn stored(
    transaction: &Connection,
    keys: impl IntoIterator<Item = FindingKey>,
) -> Result<HashMap<FindingKey, Stored>, StoreError> {
    let count = staging::stage_keys(transaction, keys)?;
    // Even for none: rows of the transaction before must not be taken for rows of this one.
    find_findings(transaction)?;
    if count == 0 {
        return Ok(HashMap::new());
    }
    let mut stored: HashMap<FindingKey, Stored> = HashMap::with_capacity(count);
    for document in documents_of_staged(transaction)? {
        stored.entry(document.key).or_default().documents.push(document);
    }
    for (key, row) in remembered(transaction)? {
        stored.entry(key).or_default().row = Some(row);
    }
    Ok(stored)
}

impl Stored {
    /// The finding, rebuilt from its documents: what can be derived again is derived again, what only time could tell is
    /// remembered in the row. `None`: this version understands none of its documents.
    pub(super) fn rebuild(&self, classifier: &Classifier) -> Result<Option<Tracked>, StoreError> {
        let mut tracked = None;
        for document in &self.documents {
            if let Some(observation) = document.read()? {
                tracked = Some(merge::apply(tracked, observation, classifier).0);
            }
        }
        if let (Some(Tracked { finding, .. }), Some(row)) = (&mut tracked, &self.row) {
            row.restore(finding);
        }
        Ok(tracked)
    }
}

/// A newest document as it is stored.
struct KeptDocument {
    key: FindingKey,
    source: Source,
    observed_at: Timestamp,
    confirmed_at: Timestamp,
    packed: Vec<u8>,
}

impl KeptDocument {
    /// As this program reads it; `None` where an older version accepted what this one does not: a new document takes its
    /// place.
    fn read(&self) -> Result<Option<Observation>, StoreError> {
        let Self { key, source, observed_at, confirmed_at, packed } = self;
        let document: Value = serde_json::from_str(&unpack_document(packed)?)
            .map_err(|error| StoreError::Unreadable(format!("{source} document of finding {key}: {error}")))?;
        match normalize::source(*source, &document, *observed_at) {
            Ok(observation) => Ok(Some(Observation { confirmed_at: *confirmed_at, ..observation })),
            Err(reject) => {
                tracing::warn!(finding = %key, %source, ?reject, "kept document is no longer understood");
                Ok(None)
            }
        }
    }
}

/// The newest documents of the staged keys, per finding in the order they were observed.
fn documents_of_staged(transaction: &Connection) -> Result<Vec<KeptDocument>, StoreError> {
    let mut statement = transaction.prepare(SELECT_SIDES)?;
    let mut rows = statement.query([])?;
    let mut documents = Vec::new();
    while let Some(row) = rows.next()? {
        documents.push(KeptDocument {
            key: read_key(&row.get::<_, String>(0)?)?,
            source: read_source(&row.get::<_, String>(1)?)?,
            observed_at: read_time(row, 2)?,
            packed: row.get(3)?,
            confirmed_at: read_time(row, 4)?,
        });
    }
    // Here and not in SQL, where sorting moves the documents themselves.
    documents.sort_unstable_by_key(|document| (document.key, document.observed_at));
    Ok(documents)
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
    let mut sides = Sides::default();
    let read = parallel::map(documents_of_staged(transaction)?, |document| (document.key, document.read()));
    for (key, read) in read {
        match read? {
            Some(observation) => sides.understood.push(observation),
            None => drop(sides.refused.insert(key)),
        }
    }
    Ok(sides)
}

/// What the documents cannot tell, and what else of a row decides how it is written.
pub(super) struct Remembered {
    /// In `finding`; good until the row is written anew.
    pub(super) row: i64,
    first_observed_at: Timestamp,
    pub(super) closed_at: Option<Timestamp>,
    pub(super) occurrences: i64,
    count: Option<i64>,
    /// See [`super::lasting`].
    pub(super) lasting_hash: Option<u64>,
    pub(super) severity: String,
    pub(super) workflow: Option<String>,
    pub(super) leaves_at: Option<Timestamp>,
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
            row: row.get(5)?,
            lasting_hash: row.get(6)?,
            severity: row.get(7)?,
            workflow: row.get(8)?,
            leaves_at: read_optional_time(row, 9)?,
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

//! A batch becomes rows: only what changed is merged, and only what changed is written.

use std::collections::{BTreeMap, HashMap};

use app::model::{FindingVersion, Source};
use duckdb::Connection;
use jiff::Timestamp;

use super::batch::{Batch, IngestSummary};
use super::known::{self, Confirmation, KnownDocuments, Remembered, Stored};
use super::rollup::Resident;
use super::{StoreError, expiry, lasting, parallel, sources, staging, tags};
use crate::ingest::classify::Classifier;
use crate::ingest::observation::Change;
use crate::ingest::{FindingKey, Observation, Tracked, merge};

/// What a batch did to the database.
pub(super) struct Written {
    pub(super) summary: IngestSummary,
    /// Whether anything people can see is different now.
    pub(super) visible: bool,
}

/// Rows to be written.
#[derive(Default)]
pub(super) struct Changes {
    /// Findings to be written whole, as they are after the batch.
    pub(super) findings: Vec<Tracked>,
    /// Findings of which only the state is different, with what is kept of it.
    pub(super) repeated: Vec<(Tracked, Remembered)>,
    pub(super) versions: Vec<VersionRow>,
    /// Documents that came with the batch and were the newest of their service until a later one of the same batch.
    pub(super) passed: Vec<Observation>,
    /// Documents that were read again as they are. Nothing that people see changes by it.
    pub(super) confirmed: Vec<Confirmation>,
}

impl Changes {
    /// Every finding that is different after the batch.
    pub(super) fn all(&self) -> impl Iterator<Item = &Tracked> {
        self.findings.iter().chain(self.repeated.iter().map(|(tracked, _)| tracked))
    }
}

/// A row of `finding_version`.
pub(super) struct VersionRow {
    pub(super) key: FindingKey,
    pub(super) version: FindingVersion,
    /// When the repetitions of this change are counted. Services tell only a running count and the time of the last
    /// repetition, so an increase is booked at that time, but never outside the span in which it was observed: after
    /// the document before (which had the smaller count) was read and not after this one was. All repetitions before the first
    /// sighting are booked at the last of them, or at the creation of the finding where the service does not tell.
    pub(super) occurred_at: Timestamp,
}

/// What findings are written with.
#[derive(Clone, Copy)]
pub(super) struct Tools<'a> {
    pub(super) classifier: &'a Classifier,
    /// Documents to keep of each finding and service.
    pub(super) documents: usize,
    pub(super) resident: &'a Resident,
}

/// Merges a batch inside the caller's transaction.
pub(super) fn write(transaction: &Connection, batch: Batch, tools: Tools<'_>) -> Result<Written, StoreError> {
    let classifier = tools.classifier;
    let rejected = batch.rejected.len() as u64;
    let mut summary =
        IngestSummary { read: batch.observations.len() as u64 + rejected, rejected, ..IngestSummary::default() };

    let mut by_finding: BTreeMap<FindingKey, Vec<Observation>> = BTreeMap::new();
    for observation in batch.observations {
        // Mostly one, and they are large.
        by_finding.entry(observation.key).or_insert_with(|| Vec::with_capacity(1)).push(observation);
    }
    let (known, any_expired) = known::documents(transaction, by_finding.keys().copied())?;
    let mut visible = match &batch.pull {
        // The keys are staged for the documents. A file tells nothing about what AWS has.
        Some(progress) if any_expired => expiry::unmark_staged(transaction, progress.scope.source)?,
        _ => false,
    };
    let mut changes = Changes::default();
    by_finding.retain(|_, observations| {
        let teaches = observations.iter().any(|observation| !known.is_repeated(observation));
        if !teaches {
            summary.unchanged += observations.len() as u64;
            changes.confirmed.extend(observations.iter().filter_map(|observation| known.confirms(observation)));
        }
        teaches
    });

    merge_all(transaction, by_finding, &known, classifier, &mut changes, &mut summary)?;
    let new_documents: Vec<&Observation> =
        changes.all().flat_map(Tracked::sides).filter(|side| !known.is(side)).collect();
    // A finding that is kept has a document.
    staging::write_changes(transaction, &changes, &new_documents, known.is_empty(), tools)?;
    visible |= tags::keep(transaction, new_documents.iter().copied(), classifier)?;
    staging::write_rejected(transaction, &batch.rejected, batch.at)?;
    if let Some(progress) = &batch.pull {
        sources::advance(transaction, progress)?;
        visible |= expiry::mark(transaction, progress.scope.source, &progress.gone, batch.at)?;
    }
    Ok(Written { summary, visible: visible || changes.all().next().is_some() })
}

/// What came of a finding.
struct Merged {
    tracked: Tracked,
    /// What its row remembered; `None`: it is new.
    stored: Option<Remembered>,
    /// Whether nothing but its state differs from its row.
    repeats: bool,
    /// Of each change.
    versions: Vec<VersionRow>,
    passed: Vec<Observation>,
    summary: IngestSummary,
}

fn merge_all(
    transaction: &Connection,
    by_finding: BTreeMap<FindingKey, Vec<Observation>>,
    known: &KnownDocuments,
    classifier: &Classifier,
    changes: &mut Changes,
    summary: &mut IngestSummary,
) -> Result<(), StoreError> {
    let stored = by_finding.keys().copied().filter(|key| known.has(*key));
    let mut stored = if known.is_empty() { HashMap::new() } else { known::stored(transaction, stored)? };
    let findings: Vec<_> = by_finding
        .into_iter()
        .map(|(key, observations)| (observations, stored.remove(&key).unwrap_or_default()))
        .collect();
    for merged in parallel::map(findings, |(observations, stored)| merge_one(observations, stored, classifier)) {
        let Some(Merged { tracked, stored, repeats, versions, passed, summary: of_one }) = merged? else { continue };
        *summary += of_one;
        changes.confirmed.extend(tracked.sides().filter_map(|side| known.confirms(side)));
        changes.passed.extend(passed);
        if versions.is_empty() {
            continue;
        }
        changes.versions.extend(versions);
        match stored {
            Some(stored) if repeats => changes.repeated.push((tracked, stored)),
            _ => changes.findings.push(tracked),
        }
    }
    Ok(())
}

/// Merges the observations of one finding into what is stored of it. Needs no database. `None`: there were none.
fn merge_one(
    observations: Vec<Observation>,
    stored: Stored,
    classifier: &Classifier,
) -> Result<Option<Merged>, StoreError> {
    let mut current = stored.rebuild(classifier)?;
    // A row that no document explains any more is written whole.
    let stored = stored.row.filter(|_| current.is_some());
    let mut summary = IngestSummary::default();
    let (mut versions, mut passed) = (Vec::new(), Vec::new());
    // Services whose newest document came with this batch.
    let mut renewed: Vec<Source> = Vec::new();
    for observation in observations {
        let before = current.as_ref().map(last_read_at);
        let (last_seen, created_at, observed_at) =
            (observation.last_seen, observation.created_at, observation.observed_at);
        let (key, source, hash) = (observation.key, observation.source, observation.details_hash);
        let kept = current.as_ref().and_then(|tracked| tracked.side(source));
        let differs = kept.is_none_or(|kept| kept.details_hash != hash);
        let passing = kept.filter(|_| differs && renewed.contains(&source)).cloned();
        let (merged, change) = merge::apply(current, observation, classifier);
        if differs && merged.side(source).is_some_and(|side| side.details_hash == hash) {
            passed.extend(passing);
            renewed.push(source);
        }
        current = Some(merged);
        let version = match change {
            Change::Unchanged => {
                summary.unchanged += 1;
                continue;
            }
            Change::New(version) => {
                summary.new += 1;
                version
            }
            Change::Updated(version) => {
                summary.updated += 1;
                version
            }
        };
        let occurred_at = match before {
            None => last_seen.unwrap_or(created_at).min(observed_at),
            Some(before) => last_seen.unwrap_or(observed_at).max(before).min(observed_at),
        };
        versions.push(VersionRow { key, version, occurred_at });
    }
    let Some(tracked) = current else { return Ok(None) };
    let lasting = stored.as_ref().and_then(|stored| stored.lasting_hash);
    let repeats = lasting.is_some_and(|lasting| lasting == lasting::hash(&tracked.finding));
    Ok(Some(Merged { tracked, stored, repeats, versions, passed, summary }))
}

/// When one of the kept documents was last read.
fn last_read_at(tracked: &Tracked) -> Timestamp {
    tracked.sides().map(|side| side.confirmed_at).max().unwrap_or(tracked.finding.first_observed_at)
}

//! Reads again what is kept, with the parser and the rules of this program.
//!
//! A queue in temporary tables is worked off page by page, each page a transaction of its own, so that memory does not
//! grow with the database and other writes find their turn. What only time could tell is not made up anew: first sight,
//! repetitions, the time of closing and the history of changes stay. A finding with a document that is no longer
//! understood stays as it is.

use std::collections::BTreeMap;
use std::ops::{AddAssign, ControlFlow};

use app::model::Source;
use duckdb::{Connection, params};
use jiff::Timestamp;

use super::batch::Batch;
use super::ingest::Tools;
use super::rollup::Moves;
use super::staging::{empty, fill, merge_staged, stage_findings};
use super::values::{read_time, sql_time};
use super::{StoreError, history, ingest, known, signals, tags};
use crate::ingest::classify::Classifier;
use crate::ingest::{FindingKey, Observation, Tracked, import, merge, normalize};

const QUEUE: &str = include_str!("sql/queue.sql");
const KEEP_CHANGED: &str = include_str!("sql/keep_changed.sql");
const UPDATE_READINGS: &str = include_str!("sql/update_readings.sql");
/// Findings of a page: some ten megabytes of documents.
const PAGE: u64 = 1000;
/// Rejected inputs of a page, each of at most 64 KiB.
const REJECT_PAGE: u64 = 200;

/// What reading again did. `read` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReprocessSummary {
    pub read: u64,
    pub changed: u64,
    pub unchanged: u64,
    /// Findings whose documents are no longer understood, and inputs that still are not.
    pub rejected: u64,
}

impl AddAssign for ReprocessSummary {
    fn add_assign(&mut self, other: Self) {
        self.read += other.read;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.rejected += other.rejected;
    }
}

/// One transaction of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Queues everything there is; `read` is how much there is to read.
    Queue,
    /// A page of findings, from 0.
    Findings(u64),
    /// A page of rejected inputs, from 0.
    Rejects(u64),
    /// Notes that everything was read by this program.
    Finish,
}

/// What a step did; nothing read means that there are no further pages.
pub(super) struct Done {
    pub(super) summary: ReprocessSummary,
    /// Whether anything people can see is different now.
    pub(super) visible: bool,
}

pub(super) fn step(transaction: &Connection, step: Step, tools: Tools<'_>) -> Result<Done, StoreError> {
    let nothing = Done { summary: ReprocessSummary::default(), visible: false };
    match step {
        Step::Queue => {
            transaction.execute_batch(QUEUE)?;
            let queued = "SELECT (SELECT count(*) FROM queued_finding) + (SELECT count(*) FROM queued_reject)";
            let read = transaction.query_row(queued, [], |row| row.get(0))?;
            Ok(Done { summary: ReprocessSummary { read, ..nothing.summary }, ..nothing })
        }
        Step::Findings(page) => findings(transaction, page, tools),
        Step::Rejects(page) => rejects(transaction, page, tools),
        Step::Finish => {
            history::prune_all(transaction, tools.documents)?;
            note_edition(transaction, tools.classifier)?;
            Ok(nothing)
        }
    }
}

/// Notes that everything kept was read with this program's parser and rules.
pub(super) fn note_edition(connection: &Connection, classifier: &Classifier) -> Result<(), StoreError> {
    connection.execute("UPDATE setting SET value = ? WHERE name = 'edition'", [classifier.edition()])?;
    Ok(())
}

/// Whether anything kept may have been read with another parser or other rules. An empty database has nothing to read
/// again.
pub(super) fn is_advised(connection: &Connection, classifier: &Classifier) -> Result<bool, StoreError> {
    let edition: String =
        connection.query_row("SELECT value FROM setting WHERE name = 'edition'", [], |row| row.get(0))?;
    if edition == classifier.edition() {
        return Ok(false);
    }
    let anything = "SELECT EXISTS (FROM finding) OR EXISTS (FROM rejected_input)";
    if connection.query_row(anything, [], |row| row.get(0))? {
        return Ok(true);
    }
    note_edition(connection, classifier)?;
    Ok(false)
}

fn findings(transaction: &Connection, page: u64, tools: Tools<'_>) -> Result<Done, StoreError> {
    let classifier = tools.classifier;
    empty(transaction, "staged_key")?;
    let read = transaction.execute(
        "INSERT INTO staged_key SELECT finding_key FROM queued_finding WHERE place >= ? AND place < ?",
        params![page * PAGE, (page + 1) * PAGE],
    )?;
    let mut summary = ReprocessSummary { read: read as u64, ..ReprocessSummary::default() };
    if read == 0 {
        return Ok(Done { summary, visible: false });
    }
    known::find_sides(transaction)?;
    known::find_findings(transaction)?;
    let findings = reread(transaction, classifier, &mut summary.rejected)?;
    write_readings(transaction, &findings)?;
    let readings = transaction.execute(UPDATE_READINGS, [])?;
    stage_findings(transaction, &findings)?;
    signals::record(transaction, &findings)?;
    // Of everything staged: what stays the same moves nothing.
    let mut moves = Moves::default();
    moves.leave_stored(transaction, "staged_finding")?;
    for tracked in &findings {
        moves.reach(tracked);
    }
    transaction.execute_batch(KEEP_CHANGED)?;
    let changed: u64 = transaction.query_row("SELECT count(*) FROM staged_finding", [], |row| row.get(0))?;
    if changed > 0 {
        merge_staged(transaction)?;
        moves.append(transaction, tools.resident)?;
    }
    let tagged = tags::keep(transaction, findings.iter().flat_map(Tracked::sides), classifier)?;
    let linked = signals::link_known(transaction)? as u64;
    summary.changed = changed + linked;
    summary.unchanged = summary.read.saturating_sub(summary.changed + summary.rejected);
    Ok(Done { visible: summary.changed > 0 || readings > 0 || tagged, summary })
}

/// The findings of the page as this program understands them.
fn reread(transaction: &Connection, classifier: &Classifier, refused: &mut u64) -> Result<Vec<Tracked>, StoreError> {
    let mut documents: BTreeMap<FindingKey, Vec<Observation>> = BTreeMap::new();
    let read = known::sides(transaction)?;
    for observation in read.understood {
        documents.entry(observation.key).or_default().push(observation);
    }
    for key in &read.refused {
        documents.remove(key);
    }
    *refused += read.refused.len() as u64;
    let mut remembered = known::remembered(transaction)?;
    let mut findings = Vec::with_capacity(documents.len());
    for (key, documents) in documents {
        let mut current = None;
        for document in documents {
            current = Some(merge::apply(current, document, classifier).0);
        }
        let (Some(mut tracked), Some(remembered)) = (current, remembered.remove(&key)) else { continue };
        let closed_at = tracked.finding.closed_at;
        remembered.restore(&mut tracked.finding);
        // Whether it is closed is read again, when it was closed is not.
        tracked.finding.closed_at = closed_at.map(|again| tracked.finding.closed_at.unwrap_or(again));
        findings.push(tracked);
    }
    Ok(findings)
}

fn write_readings(transaction: &Connection, findings: &[Tracked]) -> Result<(), StoreError> {
    fill(transaction, "staged_reading", |rows| {
        for side in findings.iter().flat_map(Tracked::sides) {
            rows.append_row(params![
                side.key.to_string(),
                side.source.as_str(),
                sql_time(side.updated_at),
                side.details_hash,
                side.severity.as_str()
            ])?;
        }
        Ok(())
    })
}

/// Input as it was refused.
struct Refused {
    key: String,
    origin: String,
    raw: String,
    rejected_at: Timestamp,
}

fn rejects(transaction: &Connection, page: u64, tools: Tools<'_>) -> Result<Done, StoreError> {
    let inputs = refused(transaction, page)?;
    let mut summary = ReprocessSummary { read: inputs.len() as u64, ..ReprocessSummary::default() };
    let (mut observations, mut accepted) = (Vec::new(), Vec::new());
    for input in inputs {
        match accept(&input) {
            Some(read) => {
                observations.extend(read);
                accepted.push(input.key);
            }
            None => summary.rejected += 1,
        }
    }
    summary.changed = accepted.len() as u64;
    if accepted.is_empty() {
        return Ok(Done { summary, visible: false });
    }
    let at = observations.iter().map(|observation| observation.observed_at).max().unwrap_or_default();
    let batch = Batch { observations, rejected: Vec::new(), at, pull: None };
    let written = ingest::write(transaction, batch, tools)?;
    let mut delete = transaction.prepare("DELETE FROM rejected_input WHERE reject_key = ?")?;
    for key in accepted {
        delete.execute([key])?;
    }
    Ok(Done { summary, visible: written.visible })
}

fn refused(transaction: &Connection, page: u64) -> Result<Vec<Refused>, StoreError> {
    let mut statement = transaction.prepare(
        "SELECT input.reject_key, input.origin, input.raw, input.rejected_at
         FROM rejected_input AS input JOIN queued_reject USING (reject_key)
         WHERE place >= ? AND place < ?
         ORDER BY place",
    )?;
    let mut rows = statement.query(params![page * REJECT_PAGE, (page + 1) * REJECT_PAGE])?;
    let mut inputs = Vec::new();
    while let Some(row) = rows.next()? {
        let (key, origin, raw) = (row.get(0)?, row.get(1)?, row.get(2)?);
        inputs.push(Refused { key, origin, raw, rejected_at: read_time(row, 3)? });
    }
    Ok(inputs)
}

/// The findings in a refused input; `None` when anything in it still is none.
fn accept(input: &Refused) -> Option<Vec<Observation>> {
    // A pull knows the service of its documents: `account/region/source`.
    let service = input.origin.rsplit('/').next().and_then(|word| word.parse::<Source>().ok());
    if let Some(service) = service
        && let Ok(document) = serde_json::from_str(&input.raw)
    {
        return normalize::source(service, &document, input.rejected_at).ok().map(|read| vec![read]);
    }
    let mut observations = Vec::new();
    let mut whole = true;
    let read = import::read(&input.origin, input.raw.as_bytes(), input.rejected_at, &mut |result| {
        let Ok(observation) = result else {
            whole = false;
            return ControlFlow::Break(());
        };
        observations.push(observation);
        ControlFlow::Continue(())
    });
    (read.is_ok() && whole && !observations.is_empty()).then_some(observations)
}

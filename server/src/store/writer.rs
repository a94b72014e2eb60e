//! The only writer: a thread of its own that takes one command at a time.

use std::fs::{self, File};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use duckdb::{Connection, Transaction};
use tokio::sync::{mpsc, oneshot, watch};

use super::batch::{Batch, IngestSummary, PullOutcome, Scope};
use super::reprocess::{ReprocessSummary, Step};
use super::{StoreError, ingest, readers, reprocess, sources, staging};
use crate::ingest::classify::Classifier;

/// A checkpoint is tried after a write that leaves more than this in the log. DuckDB does so by itself at 16 MB, but
/// gives up while a reader is active; the log must not grow for ever under steady reading.
const LARGE_LOG_BYTES: u64 = 32 * 1024 * 1024;

pub(super) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

pub(super) enum Command {
    Ingest(Batch, Reply<IngestSummary>),
    RecordPull(PullOutcome, Reply<()>),
    /// Accounts, and their collectors.
    ForgetUnplanned(Vec<String>, Vec<Scope>, Reply<()>),
    Reprocess(Step, Reply<ReprocessSummary>),
    Close(Reply<()>),
}

pub(super) struct Writer {
    connection: Connection,
    classifier: Arc<Classifier>,
    /// Documents to keep of each finding and service.
    documents: usize,
    data_version: watch::Sender<u64>,
    /// The write-ahead log; `None` in memory.
    wal: Option<PathBuf>,
    /// Declared last: dropped after the connection.
    _lock: Option<File>,
}

impl Writer {
    pub(super) fn new(
        connection: Connection,
        classifier: Arc<Classifier>,
        documents: usize,
        data_version: watch::Sender<u64>,
        wal: Option<PathBuf>,
        lock: Option<File>,
    ) -> Result<Self, StoreError> {
        staging::prepare(&connection)?;
        Ok(Self { connection, classifier, documents, data_version, wal, _lock: lock })
    }

    /// Works until told to close or until nobody can send commands any more.
    pub(super) fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        let mut closing = None;
        while let Some(command) = commands.blocking_recv() {
            // A caller that has gone does not undo what was asked: its answer is dropped.
            match command {
                Command::Ingest(batch, reply) => drop(reply.send(self.guarded(|writer| writer.ingest(batch)))),
                Command::RecordPull(outcome, reply) => {
                    drop(reply.send(self.guarded(|writer| writer.record_pull(&outcome))));
                }
                Command::ForgetUnplanned(accounts, planned, reply) => {
                    drop(reply.send(self.guarded(|writer| writer.forget_unplanned(&accounts, &planned))));
                }
                Command::Reprocess(step, reply) => {
                    drop(reply.send(self.guarded(|writer| writer.reprocess(step))));
                }
                Command::Close(reply) => {
                    closing = Some(reply);
                    break;
                }
            }
            self.checkpoint_large_log();
        }
        let checkpointed = self.connection.execute_batch("CHECKPOINT").map_err(StoreError::from);
        drop(self);
        match closing {
            Some(reply) => drop(reply.send(checkpointed)),
            None => {
                if let Err(error) = checkpointed {
                    tracing::warn!(%error, "no checkpoint at the end: the next start replays the log");
                }
            }
        }
    }

    /// A panic costs its command, not the writer; the transaction is rolled back on the way.
    fn guarded<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        catch_unwind(AssertUnwindSafe(|| work(self))).unwrap_or(Err(StoreError::Panicked))
    }

    fn ingest(&mut self, batch: Batch) -> Result<IngestSummary, StoreError> {
        let transaction = self.connection.transaction()?;
        let written = ingest::write(&transaction, batch, &self.classifier, self.documents)?;
        let raised = if written.visible { Some(raise_data_version(&transaction)?) } else { None };
        transaction.commit()?;
        if let Some(version) = raised {
            self.data_version.send_replace(version);
        }
        Ok(written.summary)
    }

    fn reprocess(&mut self, step: Step) -> Result<ReprocessSummary, StoreError> {
        let transaction = self.connection.transaction()?;
        let done = reprocess::step(&transaction, step, &self.classifier, self.documents)?;
        let raised = if done.visible { Some(raise_data_version(&transaction)?) } else { None };
        transaction.commit()?;
        if let Some(version) = raised {
            self.data_version.send_replace(version);
        }
        Ok(done.summary)
    }

    fn record_pull(&mut self, outcome: &PullOutcome) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        sources::record(&transaction, outcome)?;
        Ok(transaction.commit()?)
    }

    fn forget_unplanned(&mut self, accounts: &[String], planned: &[Scope]) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        sources::forget_unplanned(&transaction, accounts, planned)?;
        Ok(transaction.commit()?)
    }

    fn checkpoint_large_log(&self) {
        let Some(wal) = &self.wal else { return };
        let bytes = fs::metadata(wal).map_or(0, |metadata| metadata.len());
        if bytes <= LARGE_LOG_BYTES {
            return;
        }
        if let Err(error) = self.connection.execute_batch("CHECKPOINT") {
            tracing::debug!(%error, bytes, "checkpoint put off until the next write");
        }
    }
}

fn raise_data_version(transaction: &Transaction<'_>) -> Result<u64, StoreError> {
    let raised = readers::stored_data_version(transaction)? + 1;
    transaction.execute("UPDATE setting SET value = ? WHERE name = 'data_version'", [raised.to_string()])?;
    Ok(raised)
}

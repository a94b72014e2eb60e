//! The only writer: a thread of its own that takes one command at a time.

use std::fs::{self, File};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use app::model::SavedView;
use duckdb::{Connection, Transaction};
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot, watch};

use super::batch::{Batch, IngestSummary, PullOutcome, Scope};
use super::reprocess::{ReprocessSummary, Step};
use super::views::{self, ViewChange, ViewRefusal};
use super::{StoreError, ingest, readers, reprocess, retention, rollup, sources, staging};
use crate::ingest::classify::Classifier;

/// A checkpoint is tried after a write that leaves more than this in the log. DuckDB does so by itself at 16 MB, but
/// gives up while a reader is active; the log must not grow for ever under steady reading.
const LARGE_LOG_BYTES: u64 = 32 * 1024 * 1024;

/// Fewer rows of rollups than this are not worth replacing by their sums.
const LEAST_ROLLUP_ROWS: i64 = 50_000;

pub(super) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

pub(super) enum Command {
    Ingest(Batch, Reply<IngestSummary>),
    RecordPull(PullOutcome, Reply<()>),
    /// Accounts, and their collectors.
    ForgetUnplanned(Vec<String>, Vec<Scope>, Reply<()>),
    Reprocess(Step, Reply<ReprocessSummary>),
    /// A page of what was last updated before: how many findings went.
    DropFindings(Timestamp, Reply<u64>),
    /// What else is older: how many refused inputs went.
    DropRest(Timestamp, Reply<u64>),
    ChangeView(ViewChange, Reply<Result<SavedView, ViewRefusal>>),
    Recount(Reply<()>),
    Compact(Reply<()>),
    Close(Reply<()>),
}

pub(super) struct Writer {
    connection: Connection,
    classifier: Arc<Classifier>,
    /// Documents to keep of each finding and service.
    documents: usize,
    data_version: watch::Sender<u64>,
    /// Counts the commits of this process.
    revision: Arc<AtomicU64>,
    /// The write-ahead log; `None` in memory.
    wal: Option<PathBuf>,
    /// Rows of the rollups above which they are replaced by their sums.
    most_rollup_rows: i64,
    /// Declared last: dropped after the connection.
    _lock: Option<File>,
}

impl Writer {
    pub(super) fn new(
        connection: Connection,
        classifier: Arc<Classifier>,
        documents: usize,
        (data_version, revision): (watch::Sender<u64>, Arc<AtomicU64>),
        wal: Option<PathBuf>,
        lock: Option<File>,
    ) -> Result<Self, StoreError> {
        staging::prepare(&connection)?;
        let most_rollup_rows = twice(rollup::rows(&connection)?);
        Ok(Self { connection, classifier, documents, data_version, revision, wal, most_rollup_rows, _lock: lock })
    }

    /// Works until told to close or until nobody can send commands any more.
    pub(super) fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        self.count_once();
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
                Command::DropFindings(before, reply) => {
                    drop(reply.send(self.guarded(|writer| writer.forget(before, retention::drop_page))));
                }
                Command::DropRest(before, reply) => {
                    drop(reply.send(self.guarded(|writer| writer.forget(before, retention::drop_rest))));
                }
                Command::ChangeView(change, reply) => {
                    drop(reply.send(self.guarded(|writer| writer.change_view(change))));
                }
                Command::Recount(reply) => drop(reply.send(self.guarded(Self::recount))),
                Command::Compact(reply) => drop(reply.send(self.guarded(Self::compact))),
                Command::Close(reply) => {
                    closing = Some(reply);
                    break;
                }
            }
            self.compact_rollups();
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
        self.revision.fetch_add(1, Ordering::Relaxed);
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

    fn forget(
        &mut self,
        before: Timestamp,
        drop_some: impl FnOnce(&Connection, Timestamp) -> Result<u64, StoreError>,
    ) -> Result<u64, StoreError> {
        let transaction = self.connection.transaction()?;
        let dropped = drop_some(&transaction, before)?;
        let raised = if dropped > 0 { Some(raise_data_version(&transaction)?) } else { None };
        transaction.commit()?;
        self.revision.fetch_add(1, Ordering::Relaxed);
        if let Some(version) = raised {
            self.data_version.send_replace(version);
        }
        Ok(dropped)
    }

    fn change_view(&mut self, change: ViewChange) -> Result<Result<SavedView, ViewRefusal>, StoreError> {
        let transaction = self.connection.transaction()?;
        let changed = views::apply(&transaction, change)?;
        transaction.commit()?;
        self.revision.fetch_add(1, Ordering::Relaxed);
        Ok(changed)
    }

    fn record_pull(&mut self, outcome: &PullOutcome) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        sources::record(&transaction, outcome)?;
        transaction.commit()?;
        self.revision.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// A database from before there were rollups, or with rollups of another form, is counted before it is written to.
    fn count_once(&mut self) {
        match readers::is_rolled_up(&self.connection) {
            Ok(true) => return,
            Ok(false) => {
                tracing::info!("counting the findings by hour and day; until then every question counts them itself");
            }
            Err(error) => return tracing::error!(%error, "the rollups cannot be told"),
        }
        if let Err(error) = self.guarded(Self::recount) {
            tracing::error!(%error, "the findings could not be counted by hour and day: every question counts them itself");
        }
    }

    fn recount(&mut self) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        rollup::recount(&transaction)?;
        transaction.commit()?;
        self.most_rollup_rows = twice(rollup::rows(&self.connection)?);
        Ok(())
    }

    fn compact(&mut self) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        rollup::compact(&transaction)?;
        transaction.commit()?;
        self.most_rollup_rows = twice(rollup::rows(&self.connection)?);
        Ok(())
    }

    /// Amortised: as many rows must have been appended as were left the last time.
    fn compact_rollups(&mut self) {
        let compacted = self.guarded(|writer| {
            let is_due = rollup::rows(&writer.connection)? > writer.most_rollup_rows;
            if is_due { writer.compact() } else { Ok(()) }
        });
        if let Err(error) = compacted {
            tracing::warn!(%error, "the rollups keep their single changes until the next write");
        }
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

/// At least enough for the first days of a small database.
fn twice(rows: i64) -> i64 {
    rows.saturating_mul(2).max(LEAST_ROLLUP_ROWS)
}

fn raise_data_version(transaction: &Transaction<'_>) -> Result<u64, StoreError> {
    let raised = readers::stored_data_version(transaction)? + 1;
    transaction.execute("UPDATE setting SET value = ? WHERE name = 'data_version'", [raised.to_string()])?;
    Ok(raised)
}

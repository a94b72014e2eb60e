//! DuckDB: one writer, many readers, migrations.
//!
//! [`Store::ingest`] is the only way findings get in: a batch, what it rejected, the cursor and the covered time of its
//! pull are kept in one transaction or not at all. [`Store::read`] gives a consistent [`Snapshot`]. Nothing here knows
//! AWS, HTTP or what people ask; the questions live in `query`.

mod batch;
mod error;
mod ingest;
mod known;
mod migrate;
mod open;
mod readers;
mod rollup;
mod sources;
mod staging;
mod values;
mod writer;

#[cfg(test)]
pub(crate) mod tests;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{mpsc, oneshot, watch};

pub use batch::{Batch, IngestSummary, PullOutcome, PullProgress, PullResult, PullState, Scope};
pub use error::StoreError;
pub use open::StoreOptions;
pub use readers::Snapshot;
pub use rollup::rollup_part;
pub use values::{read_list, read_optional_time, read_time, sql_optional_time, sql_time, unpack_document};

use crate::ingest::classify::Classifier;
use readers::{Purpose, Readers};
use writer::{Command, Reply, Writer};

/// Batches that may wait for the writer. Few: a waiting collector holds its rows in memory.
const WAITING_COMMANDS: usize = 8;

/// A handle to the database; clones share it. Call [`Store::close`] for an orderly end.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    commands: mpsc::Sender<Command>,
    readers: Arc<Readers>,
    data_version: watch::Receiver<u64>,
    revision: Arc<AtomicU64>,
    rollup_repairs: AtomicU64,
    /// `None` in memory.
    file: Option<PathBuf>,
}

impl Store {
    /// Opens or creates the database, migrates it and starts its writer. Blocks; call it before serving.
    pub fn open(options: StoreOptions, classifier: Arc<Classifier>) -> Result<Self, StoreError> {
        let mut opened = open::open(&options)?;
        migrate::migrate(&mut opened.connection)?;
        open::seal(&opened.connection)?;
        let version = readers::stored_data_version(&opened.connection)?;
        let (announce, data_version) = watch::channel(version);
        let template = opened.connection.try_clone()?;
        let size = u32::try_from(options.readers).unwrap_or(u32::MAX).max(1);
        let readers = Arc::new(Readers::new(template, size, options.query_timeout));
        let wal = opened.file.as_deref().map(open::wal_of);
        let revision = Arc::new(AtomicU64::new(0));
        let counters = (announce, Arc::clone(&revision));
        let writer = Writer::new(opened.connection, classifier, counters, wal, opened.lock)?;
        let (commands, receiver) = mpsc::channel(WAITING_COMMANDS);
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer.run(receiver))
            .map_err(|source| StoreError::Directory { directory: options.path.unwrap_or_default(), source })?;
        let rollup_repairs = AtomicU64::new(0);
        let inner = Inner { commands, readers, data_version, revision, rollup_repairs, file: opened.file };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Merges a batch in one transaction: findings, their versions, the documents of both services, rejected input,
    /// and the cursor and coverage of the pull.
    pub async fn ingest(&self, batch: Batch) -> Result<IngestSummary, StoreError> {
        self.ask(|reply| Command::Ingest(batch, reply)).await
    }

    /// Records how an attempt to pull ended.
    pub async fn record_pull(&self, outcome: PullOutcome) -> Result<(), StoreError> {
        self.ask(|reply| Command::RecordPull(outcome, reply)).await
    }

    /// Where the next pull of a collector begins; `None` when it never pulled.
    pub async fn pull_state(&self, scope: &Scope) -> Result<Option<PullState>, StoreError> {
        let scope = scope.clone();
        self.read(move |snapshot| sources::pull_state(snapshot.connection(), &scope)).await
    }

    /// Grows with every change people can see, across restarts. The state of pulls is not part of it.
    pub fn data_version(&self) -> u64 {
        *self.inner.data_version.borrow()
    }

    /// Tells every growth of [`Store::data_version`] from now on.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        let mut receiver = self.inner.data_version.clone();
        receiver.mark_unchanged();
        receiver
    }

    /// Grows with every commit of this process, pulls that changed nothing included. Starts at 0.
    pub fn revision(&self) -> u64 {
        self.inner.revision.load(Ordering::Relaxed)
    }

    /// Counts the findings and compares with the rollups, beside other reads and writes. Rollups that differ are a
    /// defect: it is logged, counted and repaired. True when nothing had to be repaired.
    pub async fn prove_rollups(&self) -> Result<bool, StoreError> {
        let different = self.stream(|snapshot| {
            if snapshot.rolled_up() {
                rollup::differences(snapshot.connection())
            } else {
                Ok(vec![("never counted".to_owned(), 0)])
            }
        });
        let different = different.await?;
        if different.is_empty() {
            return Ok(true);
        }
        tracing::error!(?different, "rollups were not what counting the findings gives: they are counted anew");
        self.inner.rollup_repairs.fetch_add(1, Ordering::Relaxed);
        self.ask(Command::Recount).await?;
        Ok(false)
    }

    /// Replaces the rollups' single changes by their sums; the writer does so by itself when there are many.
    pub async fn compact_rollups(&self) -> Result<(), StoreError> {
        self.ask(Command::Compact).await
    }

    /// How often [`Store::prove_rollups`] had to repair.
    pub fn rollup_repairs(&self) -> u64 {
        self.inner.rollup_repairs.load(Ordering::Relaxed)
    }

    /// Runs `work` on a blocking thread in one read-only transaction. It is interrupted when the time limit is over or
    /// when the caller drops the future.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Snapshot<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.inner.readers.read(Purpose::Question, work).await
    }

    /// Like [`Store::read`] for work that hands out rows at its reader's pace: it has places of its own and may take an
    /// hour. It must watch [`Snapshot::stop`] wherever it waits.
    pub async fn stream<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Snapshot<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.inner.readers.read(Purpose::Stream, work).await
    }

    /// Size of the database file and its log, in bytes; 0 in memory.
    pub fn db_bytes(&self) -> u64 {
        let size = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
        self.inner.file.as_deref().map_or(0, |file| size(file) + size(&open::wal_of(file)))
    }

    /// Ends the reads, finishes the writes that were asked before, checkpoints, and lets go of the data directory. Other clones answer `Closed`.
    pub async fn close(self) -> Result<(), StoreError> {
        self.inner.readers.close().await;
        self.ask(Command::Close).await
    }

    async fn ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.inner.commands.send(command(reply)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

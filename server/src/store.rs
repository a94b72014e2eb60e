//! DuckDB: one writer, many readers, migrations.
//!
//! `Store::ingest` is the only way findings get in: a batch, what it rejected, the cursor and the covered time of its
//! pull are kept in one transaction or not at all. [`Store::read`] gives a consistent [`Snapshot`]. Nothing here knows
//! AWS, HTTP or what people ask; the questions live in `query`.

mod batch;
mod error;
mod migrate;
mod open;
mod readers;
mod sources;
mod values;
mod writer;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};

pub use batch::{Batch, IngestSummary, PullOutcome, PullProgress, PullResult, PullState, Scope};
pub use error::StoreError;
pub use open::StoreOptions;
pub use readers::Snapshot;
pub use values::{read_optional_time, read_time, sql_optional_time, sql_time, unpack_document};

use readers::Readers;
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
    /// `None` in memory.
    file: Option<PathBuf>,
}

impl Store {
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

    /// Runs `work` on a blocking thread in one read-only transaction. It is interrupted when the time limit is over or
    /// when the caller drops the future.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Snapshot<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.inner.readers.read(work).await
    }

    /// Size of the database file and its log, in bytes; 0 in memory.
    pub fn db_bytes(&self) -> u64 {
        let size = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
        self.inner.file.as_deref().map_or(0, |file| size(file) + size(&open::wal_of(file)))
    }

    /// Finishes what was asked before, checkpoints, and lets go of the data directory. Other clones answer `Closed`.
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

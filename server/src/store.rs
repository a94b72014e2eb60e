//! DuckDB: one writer, many readers, migrations.
//!
//! [`Store::ingest`] is the only way findings get in: a batch, what it rejected, the cursor and the covered time of its
//! pull are kept in one transaction or not at all. [`Store::reprocess`] reads again what is kept. [`Store::read`] gives a consistent [`Snapshot`]. Nothing here knows
//! AWS, HTTP or what people ask; the questions live in `query`.

mod batch;
mod cost;
mod dictionary;
mod error;
mod expiry;
mod fleet;
mod history;
mod ingest;
mod kept;
mod known;
mod lasting;
mod leaving;
mod literals;
mod log;
mod migrate;
mod open;
mod parallel;
mod parquet;
mod readers;
mod reprocess;
mod retention;
mod revisions;
mod rollup;
mod room;
mod shares;
mod signals;
mod sources;
mod staging;
mod tags;
mod texts;
mod values;
mod views;
mod writer;

#[cfg(test)]
pub(crate) mod tests;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use app::model::{AuditEntry, SavedView, Share, WriteTrouble};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, oneshot, watch};

pub use batch::{Batch, IngestSummary, PullOutcome, PullProgress, PullResult, PullState, Scope, Sweep};
pub use cost::{CostAnswers, CostRound, CostState, MetricHour, TrialDays, UsageAmount};
pub use error::StoreError;
pub use expiry::{Place, SweepSeen, Unseen};
pub use fleet::{read_cluster_verdict, read_feature};
pub use log::SetAside;
pub use open::StoreOptions;
pub use parquet::{ParquetFile, ParquetType};
pub use readers::{Asked, Snapshot};
pub use reprocess::ReprocessSummary;
pub use rollup::{
    DayOfTitles, Event as RollupEvent, NumberHasher, ResidentLook, ResidentRow, ResidentRows, ResidentThing,
    SLICES as ROLLUP_SLICES, Unit as RollupUnit, Word as ResidentWord, rollup_part, rollup_slice, thing_part,
};
pub use shares::{Doer, KeptShare, ShareChange, ShareRefusal, ShareUse, TokenHash};
#[cfg(test)]
pub(crate) use texts::is_looked_for;
pub use texts::{IDENTIFIER_COLUMNS, heads_in};
pub use values::{read_joined, read_list, read_optional_time, read_time, sql_optional_time, sql_time, unpack_document};
pub use views::{ViewChange, ViewRefusal};

use crate::fleet::Look;
use crate::ingest::classify::Classifier;
use readers::{Purpose, Readers};
use reprocess::Step;
use revisions::Revisions;
use rollup::Resident;
use room::Writing;
use texts::Proof;
use writer::{Command, Reply, Shared, TextWork, Writer};

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
    revisions: Arc<Revisions>,
    rollup_repairs: AtomicU64,
    writing: Writing,
    /// `None` in memory.
    file: Option<PathBuf>,
    /// Whether something was read with another parser or other rules when the database was opened.
    reprocess_advised: bool,
}

impl Store {
    /// Opens or creates the database, migrates it and starts its writer. Blocks; call it before serving.
    pub fn open(options: StoreOptions, classifier: Arc<Classifier>) -> Result<Self, StoreError> {
        let mut opened = open::open(&options)?;
        migrate::migrate(&mut opened.connection)?;
        if tags::drop_others(&opened.connection, &classifier)? {
            writer::raise_data_version(&opened.connection)?;
        }
        if opened.log_was_damaged {
            sources::sweep_again(&opened.connection)?;
        }
        open::seal(&opened.connection)?;
        let version = readers::stored_data_version(&opened.connection)?;
        let (announce, data_version) = watch::channel(version);
        let template = opened.connection.try_clone()?;
        let size = u32::try_from(options.readers).unwrap_or(u32::MAX).max(1);
        let resident = Arc::new(Resident::default());
        let readers = Arc::new(Readers::new(template, size, options.query_timeout, Arc::clone(&resident)));
        let reprocess_advised = reprocess::is_advised(&opened.connection, &classifier)?;
        let (revisions, writing, file) = (Arc::<Revisions>::default(), Writing::default(), opened.file.clone());
        let shared = Shared {
            data_version: announce,
            revisions: Arc::clone(&revisions),
            readers: Arc::clone(&readers),
            resident: Arc::clone(&resident),
            writing: writing.clone(),
        };
        let directory = options.path.clone().unwrap_or_default();
        let writer = Writer::new(opened, classifier, options, shared)?;
        let (commands, receiver) = mpsc::channel(WAITING_COMMANDS);
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer.run(receiver))
            .map_err(|source| StoreError::Directory { directory, source })?;
        let rollup_repairs = AtomicU64::new(0);
        let inner =
            Inner { commands, readers, data_version, revisions, rollup_repairs, writing, file, reprocess_advised };
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

    /// Keeps a look at what runs, and adds the time since the look before where that is no longer ago than `longest`.
    pub async fn keep_look(&self, look: Look, longest: SignedDuration) -> Result<(), StoreError> {
        self.ask(|reply| Command::KeepLook(Box::new(look), longest, reply)).await
    }

    /// Keeps what AWS said about costs when it was asked.
    pub async fn keep_cost(&self, answers: CostAnswers) -> Result<(), StoreError> {
        self.ask(|reply| Command::KeepCost(answers, reply)).await
    }

    /// When a collector of costs last asked, and until which hour it has metrics.
    pub async fn cost_state(&self, account: &str, region: &str) -> Result<CostState, StoreError> {
        let (account, region) = (account.to_owned(), region.to_owned());
        self.read(move |snapshot| cost::state(snapshot.connection(), &account, &region)).await
    }

    /// Drops collectors of these accounts that never read anything and are not among `planned`.
    pub async fn forget_unplanned(&self, accounts: Vec<String>, planned: Vec<Scope>) -> Result<(), StoreError> {
        self.ask(|reply| Command::ForgetUnplanned(accounts, planned, reply)).await
    }

    /// Reads again everything that is kept, with the parser and the rules of this program. A second run changes nothing.
    /// `progress` is told after every page how much of how much was read.
    pub async fn reprocess(&self, mut progress: impl FnMut(u64, u64)) -> Result<ReprocessSummary, StoreError> {
        let mut summary = ReprocessSummary::default();
        let queued = self.ask(|reply| Command::Reprocess(Step::Queue, reply)).await?.read;
        for pages in [Step::Findings as fn(u64) -> Step, Step::Rejects] {
            for page in 0.. {
                let done = self.ask(|reply| Command::Reprocess(pages(page), reply)).await?;
                if done.read == 0 {
                    break;
                }
                summary += done;
                progress(summary.read, queued);
            }
        }
        self.ask(|reply| Command::Reprocess(Step::Finish, reply)).await?;
        Ok(summary)
    }

    /// Drops findings last updated before, with everything kept of them, and refused inputs as old. Gives the number of
    /// findings.
    pub async fn forget(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut dropped = 0;
        loop {
            match self.ask(|reply| Command::DropFindings(before, reply)).await? {
                0 => break,
                page => dropped += page,
            }
        }
        self.ask(|reply| Command::DropRest(before, reply)).await?;
        Ok(dropped)
    }

    /// Adds, replaces or removes a saved view. That is no change of the data.
    pub async fn change_view(&self, change: ViewChange) -> Result<Result<SavedView, ViewRefusal>, StoreError> {
        self.ask(|reply| Command::ChangeView(change, reply)).await
    }

    /// Every saved view by name.
    pub async fn views(&self) -> Result<Vec<SavedView>, StoreError> {
        self.read(|snapshot| views::all(snapshot.connection())).await
    }

    /// Makes, pauses, resumes, rotates or revokes a share, and notes who did. That is no change of the data.
    pub async fn change_share(
        &self,
        change: ShareChange,
        doer: Doer,
    ) -> Result<Result<Share, ShareRefusal>, StoreError> {
        self.ask(|reply| Command::ChangeShare(change, doer, reply)).await
    }

    /// Every share, those that are not revoked first, and the version of the data beside them.
    pub async fn shares(&self) -> Result<(Vec<KeptShare>, u64), StoreError> {
        self.read(|snapshot| Ok((shares::all(snapshot.connection())?, snapshot.data_version()))).await
    }

    /// Adds up uses that were counted in memory. Nobody's answers change by it.
    pub async fn record_share_use(&self, uses: Vec<ShareUse>) -> Result<(), StoreError> {
        self.ask(|reply| Command::RecordShareUse(uses, reply)).await
    }

    /// The newest lines of the audit.
    pub async fn audit(&self, most: usize) -> Result<Vec<AuditEntry>, StoreError> {
        self.read(move |snapshot| shares::audit(snapshot.connection(), most)).await
    }

    /// Whether what is kept was read with another parser or other rules than this program's.
    pub fn reprocess_advised(&self) -> bool {
        self.inner.reprocess_advised
    }

    /// Where the next pull of a collector begins; `None` when it never pulled.
    pub async fn pull_state(&self, scope: &Scope) -> Result<Option<PullState>, StoreError> {
        let scope = scope.clone();
        self.read(move |snapshot| sources::pull_state(snapshot.connection(), &scope)).await
    }

    /// At most `most` findings that a complete sweep should have returned and did not.
    pub async fn unseen(&self, sweep: SweepSeen, most: usize) -> Result<Vec<Unseen>, StoreError> {
        self.read(move |snapshot| expiry::unseen(snapshot.connection(), &sweep, most)).await
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

    /// Grows with everything this process does that an answer may tell: pulls that changed nothing, repairs and a database
    /// that was opened again included, uses of shares and housekeeping not. Starts at 0.
    pub fn revision(&self) -> u64 {
        self.inner.revisions.any()
    }

    /// Grows with every change of saved views.
    pub fn view_revision(&self) -> u64 {
        self.inner.revisions.views()
    }

    /// Grows with every change of what costs and trials are told from.
    pub fn cost_revision(&self) -> u64 {
        self.inner.revisions.costs()
    }

    /// Counts the findings and compares with the rollups, and looks through the texts that are searched, beside other
    /// reads and writes. What differs is a defect: it is logged, counted and repaired. True when nothing had to be
    /// repaired.
    pub async fn prove_rollups(&self) -> Result<bool, StoreError> {
        let different = self.stream(|snapshot| {
            if snapshot.rolled_up() {
                let mut different = rollup::differences(snapshot.connection())?;
                if snapshot.resident_differs()? {
                    different.push(("what memory holds".to_owned(), 1));
                }
                Ok(different)
            } else {
                Ok(vec![("never counted".to_owned(), 0)])
            }
        });
        let different = different.await?;
        let texts_are_right = self.prove_texts().await?;
        if different.is_empty() {
            return Ok(texts_are_right);
        }
        tracing::error!(?different, "rollups were not what counting the findings gives: they are counted anew");
        self.inner.rollup_repairs.fetch_add(1, Ordering::Relaxed);
        self.ask(Command::Recount).await?;
        Ok(false)
    }

    /// The same for what is searched in place of the findings.
    async fn prove_texts(&self) -> Result<bool, StoreError> {
        let look = |snapshot: &Snapshot<'_>| {
            if snapshot.knows_texts() { texts::prove(snapshot.connection()).map(Some) } else { Ok(None) }
        };
        let Some(Proof { different, unused }) = self.stream(look).await? else {
            // They are being read, or that failed before.
            self.ask(|reply| Command::Texts(TextWork::Fill, reply)).await?;
            return Ok(true);
        };
        if !different.is_empty() {
            tracing::error!(
                ?different,
                "the texts that are searched were not those of the findings: they are read anew"
            );
            self.inner.rollup_repairs.fetch_add(1, Ordering::Relaxed);
            self.ask(|reply| Command::Texts(TextWork::Renew, reply)).await?;
            return Ok(false);
        }
        if unused > 0 {
            self.ask(|reply| Command::Texts(TextWork::Prune, reply)).await?;
        }
        Ok(true)
    }

    /// Replaces the rollups' single changes by their sums; the writer does so by itself when there are many.
    pub async fn compact_rollups(&self) -> Result<(), StoreError> {
        self.ask(Command::Compact).await
    }

    /// How often [`Store::prove_rollups`] had to repair, texts included.
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

    /// Like [`Store::read`] for people outside: in places of its own and for a shorter time, so that links in wikis keep
    /// nobody here from answers.
    pub async fn read_for_share<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Snapshot<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.inner.readers.read(Purpose::Share, work).await
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
        let size = |path: PathBuf| fs::metadata(path).map_or(0, |metadata| metadata.len());
        self.inner.file.as_deref().map_or(0, |file| size(file.to_owned()) + size(log::path_of(file)))
    }

    /// Since when nothing can be kept, and why; `None` while writing goes well.
    pub fn write_trouble(&self) -> Option<WriteTrouble> {
        self.inner.writing.trouble()
    }

    /// Damaged logs that were set aside, newest first, until somebody removes their files.
    pub fn logs_set_aside(&self) -> Vec<SetAside> {
        self.inner.file.as_deref().map(log::all_set_aside).unwrap_or_default()
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

//! The only writer: a thread of its own that takes one command at a time.
//!
//! It also keeps the database alive: it folds the log into the file when there is room for that, refuses to write when
//! there is none, and opens the database again when DuckDB gave it up.

mod texts;

use std::fs::{self, File};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use app::model::{SavedView, Share};
use duckdb::{Connection, Transaction};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, oneshot, watch};

use super::batch::{Batch, IngestSummary, PullOutcome, Scope};
use super::cost::{self, CostAnswers};
use super::ingest::Tools;
use super::open::{self, Opened, StoreOptions};
use super::readers::{self, Readers};
use super::reprocess::{ReprocessSummary, Step};
use super::revisions::Revisions;
use super::rollup::Resident;
use super::room::{self, Writing};
use super::shares::{self, Doer, ShareChange, ShareRefusal, ShareUse};
use super::views::{self, ViewChange, ViewRefusal};
use super::{StoreError, fleet, ingest, log, reprocess, retention, rollup, sources, staging};
use crate::fleet::Look;
use crate::ingest::classify::Classifier;
pub(super) use texts::TextWork;

/// A database that DuckDB gave up is opened again this often at once; later commands try again.
const OPENINGS: u32 = 5;
/// Between two of them.
const BETWEEN_OPENINGS: Duration = Duration::from_secs(1);

/// Fewer rows of rollups than this are not worth replacing by their sums.
const LEAST_ROLLUP_ROWS: i64 = 50_000;

pub(super) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

pub(super) enum Command {
    Ingest(Batch, Reply<IngestSummary>),
    RecordPull(PullOutcome, Reply<()>),
    /// With how long ago the look before may be.
    KeepLook(Box<Look>, SignedDuration, Reply<()>),
    /// Accounts, and their collectors.
    ForgetUnplanned(Vec<String>, Vec<Scope>, Reply<()>),
    Reprocess(Step, Reply<ReprocessSummary>),
    /// A page of what was last updated before: how many findings went.
    DropFindings(Timestamp, Reply<u64>),
    /// What else is older: how many refused inputs went.
    DropRest(Timestamp, Reply<u64>),
    ChangeView(ViewChange, Reply<Result<SavedView, ViewRefusal>>),
    ChangeShare(ShareChange, Doer, Reply<Result<Share, ShareRefusal>>),
    RecordShareUse(Vec<ShareUse>, Reply<()>),
    KeepCost(CostAnswers, Reply<()>),
    Recount(Reply<()>),
    Texts(TextWork, Reply<()>),
    Compact(Reply<()>),
    Close(Reply<()>),
}

/// What the writer shares with the store's handles.
pub(super) struct Shared {
    pub(super) data_version: watch::Sender<u64>,
    pub(super) revisions: Arc<Revisions>,
    pub(super) readers: Arc<Readers>,
    pub(super) resident: Arc<Resident>,
    pub(super) writing: Writing,
}

impl Shared {
    /// Commits what answers may tell. `version` is the version of the data that it is, where it is another one.
    fn commit(&self, transaction: Transaction<'_>, version: Option<u64>) -> Result<(), StoreError> {
        transaction.commit()?;
        self.revisions.raise();
        if let Some(version) = version {
            self.data_version.send_replace(version);
        }
        Ok(())
    }
}

pub(super) struct Writer {
    connection: Connection,
    /// Whether DuckDB gave the database up, so that it has to be opened again first.
    is_lost: bool,
    classifier: Arc<Classifier>,
    options: StoreOptions,
    /// The write-ahead log; `None` in memory.
    wal: Option<PathBuf>,
    /// Bytes of the log from which it is folded into the file: more after a checkpoint that cost the database.
    long_log: u64,
    shared: Shared,
    /// Rows of the rollups above which they are replaced by their sums.
    most_rollup_rows: i64,
    /// Where to look for findings whose texts were not read; `None`: there are none, or reading them failed.
    unread_from: Option<i64>,
    /// Declared last: dropped after the connection.
    _lock: Option<File>,
}

impl Writer {
    pub(super) fn new(
        Opened { connection, file, lock, .. }: Opened,
        classifier: Arc<Classifier>,
        options: StoreOptions,
        shared: Shared,
    ) -> Result<Self, StoreError> {
        staging::prepare(&connection)?;
        let most_rollup_rows = twice(rollup::rows(&connection)?);
        let wal = file.as_deref().map(log::path_of);
        Ok(Self {
            connection,
            is_lost: false,
            classifier,
            long_log: options.log_bytes,
            options,
            wal,
            shared,
            most_rollup_rows,
            unread_from: None,
            _lock: lock,
        })
    }

    /// Works until told to close or until nobody can send commands any more.
    pub(super) fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        self.count_once();
        self.begin_texts();
        let mut closing = None;
        while let Some(command) = self.next(&mut commands) {
            // A caller that has gone does not undo what was asked: its answer is dropped.
            match command {
                Command::Ingest(batch, reply) => drop(reply.send(self.write(|writer| writer.ingest(batch)))),
                // Small, and it tells why nothing else is kept: room or not.
                Command::RecordPull(outcome, reply) => {
                    drop(reply.send(self.guarded(|writer| writer.record_pull(&outcome))));
                }
                Command::KeepLook(look, longest, reply) => {
                    drop(reply.send(self.write(|writer| writer.keep_look(&look, longest))));
                }
                Command::ForgetUnplanned(accounts, planned, reply) => {
                    drop(reply.send(self.guarded(|writer| writer.forget_unplanned(&accounts, &planned))));
                }
                Command::Reprocess(step, reply) => drop(reply.send(self.write(|writer| writer.reprocess(step)))),
                Command::DropFindings(before, reply) => {
                    drop(reply.send(self.write(|writer| writer.drop_findings(before))));
                }
                Command::DropRest(before, reply) => {
                    drop(reply.send(self.write(|writer| writer.forget(before, retention::drop_rest))));
                }
                Command::KeepCost(answers, reply) => {
                    drop(reply.send(self.write(|writer| writer.keep_cost(&answers))));
                }
                Command::ChangeView(change, reply) => {
                    drop(reply.send(self.write(|writer| writer.change_view(change))));
                }
                Command::ChangeShare(change, doer, reply) => {
                    drop(reply.send(self.write(|writer| writer.change_share(change, &doer))));
                }
                // A few bytes that nobody misses: no trouble to tell of when there is no room for them.
                Command::RecordShareUse(uses, reply) => {
                    drop(reply.send(self.guarded(|writer| writer.record_share_use(&uses))));
                }
                Command::Texts(work, reply) => drop(reply.send(self.work_on_texts(work))),
                Command::Recount(reply) => {
                    let counted = self.write(Self::recount);
                    self.shared.revisions.raise();
                    drop(reply.send(counted));
                }
                Command::Compact(reply) => drop(reply.send(self.write(Self::compact))),
                Command::Close(reply) => {
                    closing = Some(reply);
                    break;
                }
            }
            self.compact_rollups();
            self.checkpoint_large_log();
            self.reopen_if_lost();
        }
        let checkpointed = match self.room() {
            Ok(()) => self.connection.execute_batch("CHECKPOINT").map_err(StoreError::from),
            Err(error) => {
                tracing::warn!(%error, "no checkpoint at the end: the next start reads the log");
                Ok(())
            }
        };
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

    /// Work that fills the disk: refused without room. How it ended is what is known of writing.
    fn write<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let done = match self.room() {
            Ok(()) => self.guarded(work),
            Err(full) => Err(full),
        };
        match &done {
            Ok(_) => self.shared.writing.went_well(Instant::now()),
            Err(error) => {
                if self.shared.writing.trouble().is_none() {
                    tracing::error!(%error, "nothing is kept until this is over; what is there can be read");
                }
                self.shared.writing.failed(error, Instant::now());
            }
        }
        done
    }

    /// A panic costs its command, not the writer; the transaction is rolled back on the way.
    fn guarded<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        if self.is_lost {
            self.reopen()?;
        }
        let done = catch_unwind(AssertUnwindSafe(|| work(self))).unwrap_or(Err(StoreError::Panicked));
        if let Err(error) = &done {
            self.is_lost |= error.is_the_end();
        }
        done
    }

    fn room(&self) -> Result<(), StoreError> {
        self.options.path.as_deref().map_or(Ok(()), |folder| room::check(folder, self.options.reserve_bytes))
    }

    fn reopen_if_lost(&mut self) {
        for attempt in 1..=OPENINGS {
            if !self.is_lost {
                return;
            }
            if let Err(error) = self.reopen() {
                tracing::error!(%error, attempt, "the database could not be opened again");
                thread::sleep(BETWEEN_OPENINGS);
            }
        }
    }

    /// Opens the database anew after DuckDB gave it up. What was committed is in the file and its log.
    fn reopen(&mut self) -> Result<(), StoreError> {
        let Some(folder) = self.options.path.clone() else { return Err(StoreError::Reopening) };
        self.shared.readers.suspend();
        self.shared.resident.forget();
        // The old one is let go of first: locks of files belong to the process.
        self.connection = Connection::open_in_memory()?;
        let (connection, log_was_damaged) = open::reopen(&folder, &self.options)?;
        if log_was_damaged {
            sources::sweep_again(&connection)?;
        }
        open::seal(&connection)?;
        staging::prepare(&connection)?;
        self.shared.revisions.raise_all();
        self.shared.data_version.send_replace(readers::stored_data_version(&connection)?);
        self.shared.readers.resume(connection.try_clone()?);
        self.connection = connection;
        self.load_rollups();
        self.is_lost = false;
        tracing::warn!("the database had failed and was opened again");
        Ok(())
    }

    fn ingest(&mut self, batch: Batch) -> Result<IngestSummary, StoreError> {
        let Self { connection, classifier, options, shared, .. } = self;
        let tools = Tools { classifier, documents: options.documents, resident: &shared.resident };
        let transaction = connection.transaction()?;
        let written = ingest::write(&transaction, batch, tools)?;
        let raised = if written.visible { Some(raise_data_version(&transaction)?) } else { None };
        self.shared.commit(transaction, raised)?;
        Ok(written.summary)
    }

    fn reprocess(&mut self, step: Step) -> Result<ReprocessSummary, StoreError> {
        let Self { connection, classifier, options, shared, .. } = self;
        let tools = Tools { classifier, documents: options.documents, resident: &shared.resident };
        let transaction = connection.transaction()?;
        let done = reprocess::step(&transaction, step, tools)?;
        let raised = if done.visible { Some(raise_data_version(&transaction)?) } else { None };
        self.shared.commit(transaction, raised)?;
        Ok(done.summary)
    }

    fn drop_findings(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        let resident = Arc::clone(&self.shared.resident);
        self.forget(before, |transaction, before| retention::drop_page(transaction, before, &resident))
    }

    fn forget(
        &mut self,
        before: Timestamp,
        drop_some: impl FnOnce(&Connection, Timestamp) -> Result<u64, StoreError>,
    ) -> Result<u64, StoreError> {
        let transaction = self.connection.transaction()?;
        let dropped = drop_some(&transaction, before)?;
        let raised = if dropped > 0 { Some(raise_data_version(&transaction)?) } else { None };
        self.shared.commit(transaction, raised)?;
        Ok(dropped)
    }

    fn keep_cost(&mut self, answers: &CostAnswers) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        cost::keep(&transaction, answers)?;
        let version = raise_data_version(&transaction)?;
        transaction.commit()?;
        self.shared.revisions.raise_for_costs();
        self.shared.data_version.send_replace(version);
        Ok(())
    }

    fn change_view(&mut self, change: ViewChange) -> Result<Result<SavedView, ViewRefusal>, StoreError> {
        let transaction = self.connection.transaction()?;
        let changed = views::apply(&transaction, change)?;
        transaction.commit()?;
        self.shared.revisions.raise_for_views();
        Ok(changed)
    }

    fn change_share(&mut self, change: ShareChange, doer: &Doer) -> Result<Result<Share, ShareRefusal>, StoreError> {
        let transaction = self.connection.transaction()?;
        let changed = shares::apply(&transaction, change, doer)?;
        self.shared.commit(transaction, None)?;
        Ok(changed)
    }

    fn record_share_use(&mut self, uses: &[ShareUse]) -> Result<(), StoreError> {
        self.room()?;
        let transaction = self.connection.transaction()?;
        shares::record_use(&transaction, uses)?;
        Ok(transaction.commit()?)
    }

    fn keep_look(&mut self, look: &Look, longest: SignedDuration) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        let changed = fleet::keep(&transaction, look, longest)?;
        let raised = if changed { Some(raise_data_version(&transaction)?) } else { None };
        self.shared.commit(transaction, raised)
    }

    fn record_pull(&mut self, outcome: &PullOutcome) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        sources::record(&transaction, outcome)?;
        self.shared.commit(transaction, None)
    }

    /// A database from before there were rollups, or with rollups of another form, is counted before it is written to.
    fn count_once(&mut self) {
        match readers::is_rolled_up(&self.connection) {
            Ok(true) => return self.load_rollups(),
            Ok(false) => {
                tracing::info!("counting the findings by hour and day; until then every question counts them itself");
            }
            Err(error) => return tracing::error!(%error, "the rollups cannot be told"),
        }
        if let Err(error) = self.write(Self::recount) {
            tracing::error!(%error, "the findings could not be counted by hour and day: every question counts them itself");
        }
    }

    fn recount(&mut self) -> Result<(), StoreError> {
        self.shared.resident.forget();
        let counted = self.recount_tables();
        self.load_rollups();
        counted
    }

    fn recount_tables(&mut self) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        rollup::recount(&transaction)?;
        transaction.commit()?;
        self.most_rollup_rows = twice(rollup::rows(&self.connection)?);
        Ok(())
    }

    /// What pages ask for most, into memory. Until it is there every question asks the tables.
    fn load_rollups(&self) {
        if !self.options.holds_rollups {
            return;
        }
        let loaded = readers::is_rolled_up(&self.connection)
            .and_then(|counted| if counted { self.shared.resident.load(&self.connection) } else { Ok(()) });
        if let Err(error) = loaded {
            tracing::warn!(%error, "the rollups are not held in memory: every question asks the database");
        }
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
            let is_due = rollup::rows(&writer.connection)? > writer.most_rollup_rows && writer.room().is_ok();
            if is_due { writer.compact() } else { Ok(()) }
        });
        if let Err(error) = compacted {
            tracing::warn!(%error, "the rollups keep their single changes until the next write");
        }
    }

    fn forget_unplanned(&mut self, accounts: &[String], planned: &[Scope]) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        sources::forget_unplanned(&transaction, accounts, planned)?;
        self.shared.commit(transaction, None)
    }

    /// Folds a long log into the file. Where there is no room the log stays as long as it is: nothing is added to it.
    fn checkpoint_large_log(&mut self) {
        let Some(wal) = &self.wal else { return };
        let bytes = fs::metadata(wal).map_or(0, |metadata| metadata.len());
        if bytes <= self.long_log || self.room().is_err() {
            return;
        }
        let checkpointed = self.guarded(|writer| Ok(writer.connection.execute_batch("CHECKPOINT")?));
        match checkpointed {
            Ok(()) => self.long_log = self.options.log_bytes,
            Err(error) if self.is_lost => {
                // The log keeps what is committed. Trying at every write would take the database from its readers.
                self.long_log = bytes.saturating_mul(2);
                tracing::error!(%error, bytes, "a checkpoint failed; the next one comes when the log is twice as long");
            }
            // Usual while a long read is under way.
            Err(error) => tracing::debug!(%error, bytes, "checkpoint put off until the next write"),
        }
    }
}

/// At least enough for the first days of a small database.
fn twice(rows: i64) -> i64 {
    rows.saturating_mul(2).max(LEAST_ROLLUP_ROWS)
}

/// Answers that were given before are no longer good.
pub(super) fn raise_data_version(transaction: &Connection) -> Result<u64, StoreError> {
    let raised = readers::stored_data_version(transaction)? + 1;
    transaction.execute("UPDATE setting SET value = ? WHERE name = 'data_version'", [raised.to_string()])?;
    Ok(raised)
}

//! Opens the database file: one process at a time, bounded, closed to the outside, and healing itself after a crash.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use duckdb::{Config, Connection};

use super::{StoreError, log, room};

const DATABASE_FILE: &str = "yagura.duckdb";
const LOCK_FILE: &str = "yagura.lock";

/// How to open the store.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// The data directory, created when missing; `None` keeps everything in memory.
    pub path: Option<PathBuf>,
    /// Upper bound of DuckDB's buffers, in DuckDB's words: `2GB`, `800MB`.
    pub memory_limit: String,
    /// Threads one query may use together with all others, its own included.
    pub threads: usize,
    /// Queries that may run at once.
    pub readers: usize,
    /// A read is interrupted after this time; waiting for a free reader may take as long again.
    pub query_timeout: Duration,
    /// Documents to keep of each finding and service, the newest included.
    pub documents: usize,
    /// The write-ahead log is folded into the database file when it is longer than this.
    pub log_bytes: u64,
    /// Nothing is written when less than this is free on the disk.
    pub reserve_bytes: u64,
    /// Whether the rollups of the last weeks are held in memory: reading them takes seconds of ten million findings, so it
    /// is worth it where many questions will be asked.
    pub holds_rollups: bool,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            path: None,
            memory_limit: "2GB".to_owned(),
            threads: usual_threads(),
            readers: 4,
            query_timeout: Duration::from_secs(30),
            documents: 5,
            log_bytes: 64 * 1024 * 1024,
            reserve_bytes: 256 * 1024 * 1024,
            holds_rollups: true,
        }
    }
}

/// Threads of the database unless configured: one fewer than the machine has processors. The one who asks works too, and
/// a page asks by two readers at once; further threads would take the processors from them, because DuckDB's wait busily
/// for the next small piece of work.
fn usual_threads() -> usize {
    std::thread::available_parallelism().map_or(1, |processors| (processors.get() - 1).max(1))
}

/// An open database. The lock must outlive every connection.
pub(super) struct Opened {
    pub(super) connection: Connection,
    /// `None` in memory.
    pub(super) file: Option<PathBuf>,
    pub(super) lock: Option<File>,
    /// Whether a damaged log was set aside: then changes are missing.
    pub(super) log_was_damaged: bool,
}

pub(super) fn open(options: &StoreOptions) -> Result<Opened, StoreError> {
    let Some(directory) = &options.path else {
        let connection = Connection::open_in_memory_with_flags(config(options)?)?;
        // Nothing on disk means nothing on disk: without this, large queries would spill to `.tmp`.
        connection.execute_batch("SET temp_directory = ''")?;
        return Ok(Opened { connection, file: None, lock: None, log_was_damaged: false });
    };
    let unusable = |source| StoreError::Directory { directory: directory.clone(), source };
    fs::create_dir_all(directory).map_err(unusable)?;
    let lock = lock(directory)?;
    let file = directory.join(DATABASE_FILE);
    let wal_was_left = log::path_of(&file).exists();
    let (mut connection, mut log_was_damaged) = open_file(directory, &file, options)?;
    if wal_was_left && room::check(directory, options.reserve_bytes).is_ok() {
        // What a crash left at the end of the log must not stand before what comes. Checkpointing empties it.
        if let Err(error) = connection.execute_batch("CHECKPOINT") {
            tracing::warn!(%error, "no checkpoint at the start: the log stays as it is");
            drop(connection);
            let (again, damaged) = open_file(directory, &file, options)?;
            (connection, log_was_damaged) = (again, log_was_damaged || damaged);
        }
    }
    Ok(Opened { connection, file: Some(file), lock: Some(lock), log_was_damaged })
}

/// Opens the file of a database that DuckDB gave up, under the lock that is held already.
pub(super) fn reopen(directory: &Path, options: &StoreOptions) -> Result<(Connection, bool), StoreError> {
    open_file(directory, &directory.join(DATABASE_FILE), options)
}

/// Shuts the database off from files and the network and forbids every later change of settings, for all connections.
/// Files are read by Rust and answers leave as rows, so SQL needs nothing from outside; spilling to `<database>.tmp`
/// goes on.
pub(super) fn seal(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.execute_batch("SET enable_external_access = false; SET lock_configuration = true")?)
}

fn config(options: &StoreOptions) -> duckdb::Result<Config> {
    Config::default()
        .max_memory(&options.memory_limit)?
        .with("threads", options.threads.max(1).to_string())?
        // The writer decides when: a checkpoint that finds no room on the disk ends the whole database.
        .with("checkpoint_threshold", "1TB")?
        // Lists are chosen by numbers of rows and read by these. The database would do the same once more, and a list of
        // eight rows takes three times as long.
        .with("late_materialization_max_rows", "0")?
        .enable_autoload_extension(false)
}

/// The database, and whether its log was damaged.
fn open_file(directory: &Path, file: &Path, options: &StoreOptions) -> Result<(Connection, bool), StoreError> {
    let unusable = |source| StoreError::Directory { directory: directory.to_owned(), source };
    let wal = log::path_of(file);
    let skipped = wal.exists() && !log::has_known_head(&wal).map_err(unusable)?;
    let first_error = match Connection::open_with_flags(file, config(options)?) {
        Ok(connection) if !skipped => return Ok((connection, false)),
        Ok(connection) => {
            // Renamed before it is closed: closing would clear away a log that was not read.
            let aside = log::set_aside(&wal).map_err(unusable)?;
            drop(connection);
            tell("its beginning is not that of a log", &aside, false);
            return Ok((Connection::open_with_flags(file, config(options)?)?, true));
        }
        Err(error) => error,
    };
    let text = first_error.to_string();
    if text.contains("Could not set lock") {
        // Some other program, such as the duckdb shell, has the file open.
        let pid = text.split_once("(PID ").and_then(|(_, rest)| rest.split_once(')')).map_or("unknown", |(pid, _)| pid);
        return Err(StoreError::Locked { directory: directory.to_owned(), pid: pid.to_owned() });
    }
    let damaged = || StoreError::DatabaseFile { file: file.to_owned(), reason: text.clone() };
    if !text.contains("WAL") || !wal.exists() {
        return Err(damaged());
    }
    let aside = log::set_aside(&wal).map_err(unusable)?;
    // Without room for it the part before the damage stays where it was set aside.
    if log::keep_what_is_whole(&aside, &wal, &text).unwrap_or(false)
        && let Ok(connection) = Connection::open_with_flags(file, config(options)?)
    {
        tell(&text, &aside, true);
        return Ok((connection, true));
    }
    if wal.exists() {
        fs::remove_file(&wal).map_err(unusable)?;
    }
    let Ok(connection) = Connection::open_with_flags(file, config(options)?) else {
        // The log was not the reason: leave everything as it was found.
        fs::rename(&aside, &wal).map_err(unusable)?;
        return Err(damaged());
    };
    tell(&text, &aside, false);
    Ok((connection, true))
}

fn tell(error: &str, aside: &Path, kept_a_part: bool) {
    tracing::error!(
        error,
        set_aside = %aside.display(),
        kept_a_part,
        "the write-ahead log was damaged and set aside: changes that only it had are missing until the next pull, \
         which reads everything that AWS still has; files imported since the last checkpoint have to be imported again"
    );
}

/// Takes the data directory for this process until the file is dropped. The operating system lets go of the lock of a
/// process that died, so a stale file is harmless.
fn lock(directory: &Path) -> Result<File, StoreError> {
    let unusable = |source| StoreError::Directory { directory: directory.to_owned(), source };
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(directory.join(LOCK_FILE))
        .map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut pid = String::new();
            // The pid only helps people: an unreadable one changes nothing.
            let read = file.read_to_string(&mut pid).is_ok() && !pid.trim().is_empty();
            let pid = if read { pid.trim().to_owned() } else { "unknown".to_owned() };
            return Err(StoreError::Locked { directory: directory.to_owned(), pid });
        }
        Err(TryLockError::Error(source)) => return Err(unusable(source)),
    }
    file.set_len(0).map_err(unusable)?;
    writeln!(file, "{}", std::process::id()).map_err(unusable)?;
    Ok(file)
}

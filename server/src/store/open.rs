//! Opens the database file: one process at a time, bounded, closed to the outside, and healing itself after a crash.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use duckdb::{Config, Connection};

use super::StoreError;
use crate::clock::{Clock, SystemClock};

const DATABASE_FILE: &str = "yagura.duckdb";
const LOCK_FILE: &str = "yagura.lock";

/// How to open the store.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// The data directory, created when missing; `None` keeps everything in memory.
    pub path: Option<PathBuf>,
    /// Upper bound of DuckDB's buffers, in DuckDB's words: `2GB`, `800MB`.
    pub memory_limit: String,
    /// Threads one query may use together with all others.
    pub threads: usize,
    /// Queries that may run at once.
    pub readers: usize,
    /// A read is interrupted after this time; waiting for a free reader may take as long again.
    pub query_timeout: Duration,
    /// Documents to keep of each finding and service, the newest included.
    pub documents: usize,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            path: None,
            memory_limit: "2GB".to_owned(),
            threads: std::thread::available_parallelism().map_or(2, usize::from),
            readers: 4,
            query_timeout: Duration::from_secs(30),
            documents: 5,
        }
    }
}

/// An open database. The lock must outlive every connection.
pub(super) struct Opened {
    pub(super) connection: Connection,
    /// `None` in memory.
    pub(super) file: Option<PathBuf>,
    pub(super) lock: Option<File>,
}

pub(super) fn open(options: &StoreOptions) -> Result<Opened, StoreError> {
    let Some(directory) = &options.path else {
        let connection = Connection::open_in_memory_with_flags(config(options)?)?;
        // Nothing on disk means nothing on disk: without this, large queries would spill to `.tmp`.
        connection.execute_batch("SET temp_directory = ''")?;
        return Ok(Opened { connection, file: None, lock: None });
    };
    let unusable = |source| StoreError::Directory { directory: directory.clone(), source };
    fs::create_dir_all(directory).map_err(unusable)?;
    let lock = lock(directory)?;
    let file = directory.join(DATABASE_FILE);
    let wal_was_left = wal_of(&file).exists();
    let connection = open_file(directory, &file, options)?;
    if wal_was_left {
        // DuckDB skips a log whose head it cannot read and would then append to it. Checkpointing empties the log.
        connection.execute_batch("CHECKPOINT")?;
    }
    Ok(Opened { connection, file: Some(file), lock: Some(lock) })
}

/// Shuts the database off from files and the network and forbids every later change of settings, for all connections.
/// Files are read by Rust and answers leave as rows, so SQL needs nothing from outside; spilling to `<database>.tmp`
/// goes on.
pub(super) fn seal(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.execute_batch("SET enable_external_access = false; SET lock_configuration = true")?)
}

/// The write-ahead log next to a database file.
pub(super) fn wal_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".wal");
    PathBuf::from(name)
}

fn config(options: &StoreOptions) -> duckdb::Result<Config> {
    Config::default()
        .max_memory(&options.memory_limit)?
        .with("threads", options.threads.max(1).to_string())?
        .enable_autoload_extension(false)
}

fn open_file(directory: &Path, file: &Path, options: &StoreOptions) -> Result<Connection, StoreError> {
    let first_error = match Connection::open_with_flags(file, config(options)?) {
        Ok(connection) => return Ok(connection),
        Err(error) => error,
    };
    let text = first_error.to_string();
    if text.contains("Could not set lock") {
        // Some other program, such as the duckdb shell, has the file open.
        let pid = text.split_once("(PID ").and_then(|(_, rest)| rest.split_once(')')).map_or("unknown", |(pid, _)| pid);
        return Err(StoreError::Locked { directory: directory.to_owned(), pid: pid.to_owned() });
    }
    let wal = wal_of(file);
    if !text.contains("WAL") || !wal.exists() {
        return Err(first_error.into());
    }
    let unusable = |source| StoreError::Directory { directory: directory.to_owned(), source };
    let aside = set_aside(&wal).map_err(unusable)?;
    let Ok(connection) = Connection::open_with_flags(file, config(options)?) else {
        // The log was not the reason: leave everything as it was found.
        fs::rename(&aside, &wal).map_err(unusable)?;
        return Err(first_error.into());
    };
    tracing::error!(
        error = text,
        kept_as = %aside.display(),
        "the write-ahead log was damaged and set aside: changes since the last checkpoint are missing until the next \
         full pull reads them again"
    );
    Ok(connection)
}

fn set_aside(wal: &Path) -> io::Result<PathBuf> {
    let mut name = wal.as_os_str().to_owned();
    name.push(SystemClock.now().strftime(".damaged-%Y%m%dT%H%M%S%6fZ").to_string());
    let aside = PathBuf::from(name);
    fs::rename(wal, &aside)?;
    Ok(aside)
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

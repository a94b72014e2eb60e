//! What can go wrong between a caller and the database.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Failures of the store. `Display` is the internal text for the log; [`StoreError::safe_text`] may be shown to anyone.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("no reader was free within {} ms", waited.as_millis())]
    Busy { waited: Duration },
    #[error("a query took longer than {} ms and was interrupted", limit.as_millis())]
    Timeout { limit: Duration },
    #[error("the data directory {} is in use by another process (pid {pid})", directory.display())]
    Locked {
        directory: PathBuf,
        /// As written in the lock file; `unknown` when it cannot be read.
        pid: String,
    },
    #[error("cannot use the data directory {}: {source}", directory.display())]
    Directory { directory: PathBuf, source: io::Error },
    #[error("migration {version:04} ({name}) failed and was rolled back: {source}")]
    Migration { version: u32, name: &'static str, source: duckdb::Error },
    #[error("migration {version:04} ({name}) was changed after it had been applied to this database")]
    MigrationChanged { version: u32, name: &'static str },
    #[error("the database has schema {found}, this yagura knows schemas up to {known}: use the newer yagura")]
    MigrationUnknown { found: u32, known: u32 },
    #[error("the database file {} cannot be opened and was left as it is: {reason}", file.display())]
    DatabaseFile { file: PathBuf, reason: String },
    #[error(
        "only {} MB are free on the disk of the data directory: nothing is written until {} MB are (limits.reserve)",
        free >> 20, reserve >> 20
    )]
    DiskFull {
        /// Bytes.
        free: u64,
        /// Bytes that have to be.
        reserve: u64,
    },
    #[error("the database failed and is being opened again")]
    Reopening,
    #[error("database: {0}")]
    Database(#[from] duckdb::Error),
    #[error("the database holds a value that cannot be read: {0}")]
    Unreadable(String),
    #[error("cannot write a temporary file: {0}")]
    Scratch(io::Error),
    #[error("work on the database panicked")]
    Panicked,
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// What anybody may read: no path, no SQL, no value.
    pub fn safe_text(&self) -> &'static str {
        match self {
            Self::Busy { .. } => "The database is busy. Try again in a moment.",
            Self::Timeout { .. } => "The question took too long. Choose a shorter period or more filters.",
            Self::Closed => "The server is stopping.",
            Self::Locked { .. } => "The data directory is in use by another process.",
            Self::MigrationUnknown { .. } => "The database belongs to a newer version.",
            Self::DiskFull { .. } => "The disk is full: nothing new is kept until there is room again.",
            Self::Reopening => "The database is being opened again. Try again in a moment.",
            Self::DatabaseFile { .. }
            | Self::Directory { .. }
            | Self::Migration { .. }
            | Self::MigrationChanged { .. }
            | Self::Database(_)
            | Self::Unreadable(_)
            | Self::Scratch(_)
            | Self::Panicked => "The database could not answer.",
        }
    }

    /// Whether the same call may succeed a moment later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::Timeout { .. } | Self::Reopening)
    }

    /// Whether DuckDB gave the database up: it answers nothing more until it is opened again.
    pub(super) fn is_the_end(&self) -> bool {
        let text = match self {
            Self::Database(error) | Self::Migration { source: error, .. } => error.to_string(),
            _ => return false,
        };
        text.contains("FATAL Error") || text.contains("database has been invalidated")
    }
}

//! Why a command did not do what it was asked, with the next step.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use app::backend::BackendError;

use crate::config::ConfigError;
use crate::demo::SimulatorError;
use crate::lifecycle::StartError;
use crate::store::StoreError;

/// What ends a command early.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error("{0}")]
    Usage(String),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("{0}{hint}", hint = hint(.0))]
    Store(StoreError),
    #[error("cannot listen on {address}: {source}; stop what listens there, or set http.listen or --listen")]
    Listen { address: std::net::SocketAddr, source: io::Error },
    #[error(transparent)]
    Simulator(#[from] SimulatorError),
    #[error("the program could not run: {0}")]
    Runtime(io::Error),
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{0}")]
    Report(BackendError),
    #[error("{0}")]
    Failed(String),
}

impl CommandError {
    /// 2 for wrong usage, 1 for everything else.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(if matches!(self, Self::Usage(_)) { 2 } else { 1 })
    }
}

fn hint(error: &StoreError) -> &'static str {
    match error {
        StoreError::Locked { .. } => "; stop that process, or name another folder with --data-dir",
        StoreError::Directory { .. } => "; set data.dir or --data-dir to a folder this user may write",
        StoreError::DatabaseFile { .. } => {
            "; if it is damaged, bring a copy back, or move it away: a new database reads the 90 days AWS keeps"
        }
        StoreError::DiskFull { .. } => "; make room there, or lower limits.reserve",
        _ => "",
    }
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<StartError> for CommandError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Store(error) => Self::Store(error),
            StartError::Listen { address, source } => Self::Listen { address, source },
        }
    }
}

impl From<BackendError> for CommandError {
    fn from(error: BackendError) -> Self {
        match error {
            BackendError::BadFilter(error) => Self::Usage(format!("--filter: {error}")),
            error => Self::Report(error),
        }
    }
}

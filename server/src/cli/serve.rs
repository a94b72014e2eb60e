//! `yagura serve`

use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;

use super::error::CommandError;
use crate::clock::SystemClock;
use crate::config::{Config, Overrides};
use crate::lifecycle::{self, Running};

/// Options of `serve`.
#[derive(Debug, Default, Args)]
pub struct ServeArgs {
    /// Listen on this address and port [setting http.listen].
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

impl ServeArgs {
    /// As settings.
    pub fn overrides(&self) -> Overrides {
        self.listen.map(|address| ("http.listen", address.to_string())).into_iter().collect()
    }
}

/// Serves until it is told to stop.
pub async fn run(config: &Config) -> Result<(), CommandError> {
    let running = lifecycle::start(config, Arc::new(SystemClock), lifecycle::sync_options(config)).await?;
    until_stopped(running).await
}

/// Waits for a signal and ends in order.
pub async fn until_stopped(running: Running) -> Result<(), CommandError> {
    lifecycle::stop_signal().await.map_err(CommandError::Runtime)?;
    tracing::info!("stopping");
    Ok(running.shutdown().await?)
}

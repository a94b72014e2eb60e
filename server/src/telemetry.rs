//! Logs and metrics.
//!
//! Logs go to stderr, so that stdout belongs to results. Nothing here holds a secret or what a user asked for.

pub mod metrics;

use std::env;
use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use crate::config::{LogConfig, LogFormat};

/// Variables that win over `log.filter`, the first one first.
const FILTER_VARIABLES: [&str; 2] = ["YAGURA_LOG", "RUST_LOG"];

/// Starts to log. Later calls change nothing.
pub fn start(config: &LogConfig) {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter(&config.filter))
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr);
    let started = match config.format {
        LogFormat::Text => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    // Somebody else listens already, such as a test.
    drop(started);
}

/// An unreadable variable is passed over: a typo must not keep the server from starting.
fn filter(configured: &str) -> EnvFilter {
    let wanted = FILTER_VARIABLES.iter().find_map(|name| env::var(name).ok().filter(|words| !words.trim().is_empty()));
    wanted.and_then(|words| EnvFilter::try_new(words).ok()).unwrap_or_else(|| EnvFilter::new(configured))
}

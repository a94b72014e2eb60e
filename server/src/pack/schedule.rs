//! Packs that are written by themselves, at times such as the first of every month, into a folder.
//!
//! One at a time, and only while the server runs: a time that passed while it did not is not made up for, because the
//! window of a pack is told by when it is written.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use cronexpr::Crontab;
use futures::StreamExt;
use jiff::SignedDuration;
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{Order, Pack, start};
use crate::backend::YaguraBackend;
use crate::config::ReportsConfig;

/// The clock may be set while we wait, so it is looked at again after this time at the latest.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(1);

/// When, where to and of what.
#[derive(Debug, Clone)]
pub struct Schedule {
    pub times: Crontab,
    pub folder: PathBuf,
    pub order: Order,
}

impl Schedule {
    /// As configured; `None`: no packs are written by themselves.
    pub fn of(config: &ReportsConfig) -> Option<Self> {
        let times = config.schedule.as_deref()?;
        // The configuration is checked before: this says so if it was not.
        if let (Ok(times), Ok(order)) = (cronexpr::parse_crontab(times), Order::parse(&config.filter)) {
            return Some(Self { times, folder: config.folder.clone(), order });
        }
        tracing::error!(times, filter = config.filter, "reports.schedule or reports.filter is not understood");
        None
    }
}

/// Writes a pack at every time of the schedule until told to stop.
pub async fn run(backend: YaguraBackend, schedule: Schedule, stop: CancellationToken) {
    loop {
        let next = match schedule.times.find_next(backend.clock().now()) {
            Ok(next) => next.timestamp(),
            Err(error) => return tracing::error!(%error, "reports.schedule has no next time"),
        };
        tracing::info!(%next, "the next report pack");
        while backend.clock().now() < next {
            let wait = next.duration_since(backend.clock().now()).min(LONGEST_WAIT).max(SignedDuration::ZERO);
            if stop.run_until_cancelled(sleep(wait.unsigned_abs())).await.is_none() {
                return;
            }
        }
        match stop.run_until_cancelled(Box::pin(write(&backend, &schedule))).await {
            None => return,
            Some(Ok(path)) => tracing::info!(path = %path.display(), "a report pack was written"),
            Some(Err(error)) => {
                tracing::error!(%error, folder = %schedule.folder.display(), "no report pack was written");
            }
        }
    }
}

/// It appears under its name only when it is whole.
async fn write(backend: &YaguraBackend, schedule: &Schedule) -> io::Result<PathBuf> {
    let Pack { file_name, mut pieces } = start(backend, schedule.order.clone()).await.map_err(io::Error::other)?;
    let (folder, path) = (schedule.folder.clone(), schedule.folder.join(&file_name));
    let part = folder.join(format!("{file_name}.part"));
    let (opened, at) = (part.clone(), folder.clone());
    let mut file = blocking(move || {
        fs::create_dir_all(&at)?;
        File::create(&opened)
    })
    .await?;
    let written = async {
        while let Some(piece) = pieces.next().await {
            let piece = piece?;
            file = blocking(move || file.write_all(&piece).map(|()| file)).await?;
        }
        let (from, to) = (part.clone(), path.clone());
        blocking(move || file.sync_all().and_then(|()| fs::rename(from, to))).await
    };
    let written = written.await;
    if written.is_err() {
        forget(&part).await;
    }
    written.map(|()| path)
}

/// The first error is the one to tell.
async fn forget(part: &Path) {
    let part = part.to_owned();
    let _ = blocking(move || fs::remove_file(part)).await;
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)))
}

//! `yagura reprocess`: what is kept, read again with the parser and the rules of this program.

use indicatif::{ProgressBar, ProgressStyle};

use super::error::CommandError;
use crate::config::Config;
use crate::lifecycle;
use crate::store::ReprocessSummary;

/// Reads everything again and prints what came of it.
pub async fn run(config: &Config) -> Result<(), CommandError> {
    let store = lifecycle::open_store(config).await?;
    let bar = progress_bar();
    let done = store.reprocess(|read, queued| {
        bar.set_length(queued);
        bar.set_position(read);
    });
    let done = done.await;
    bar.finish_and_clear();
    let closed = store.close().await;
    let ReprocessSummary { read, changed, unchanged, rejected } = done?;
    closed?;
    println!("read {read}, changed {changed}, unchanged {unchanged}, rejected {rejected}");
    Ok(())
}

/// Invisible where stderr is no terminal.
fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::no_length();
    match ProgressStyle::with_template("{bar:40} {pos} of {len}, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

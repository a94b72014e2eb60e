//! `yagura import --rejects`: the inputs that were no findings, with what they were.

use std::sync::Arc;

use app::backend::Backend;
use app::model::{RejectPage, RejectQuery, RejectedInput};

use crate::cli::error::CommandError;
use crate::clock::{SharedClock, SystemClock};
use crate::config::Config;
use crate::lifecycle;

/// Prints the newest ones to stdout.
pub async fn print(limit: u32, config: &Config) -> Result<(), CommandError> {
    let store = lifecycle::open_store(config).await?;
    let clock: SharedClock = Arc::new(SystemClock);
    let backend = lifecycle::backend(config, &store, &clock);
    let page = backend.rejects(&RejectQuery { limit: Some(limit), cursor: None }).await;
    drop(backend);
    let closed = store.close().await;
    print!("{}", in_words(&page?));
    Ok(closed?)
}

fn in_words(page: &RejectPage) -> String {
    let mut lines = Vec::new();
    for rejected in &page.rejects {
        let RejectedInput { rejected_at, origin, position, reason, excerpt, is_cut } = rejected;
        lines.push(visible(&format!("{rejected_at} {origin}, {position}: {reason}")));
        lines.extend(excerpt.lines().map(|line| format!("    {}", visible(line))));
        lines.extend(is_cut.then(|| "    …".to_owned()));
    }
    lines.push(format!("{} rejected, {} shown\n", page.total, page.rejects.len()));
    lines.join("\n")
}

/// Text that cannot drive a terminal: what is sent to us may hold escape sequences and marks that turn the direction of
/// reading.
pub fn visible(text: &str) -> String {
    let hides = |character: char| {
        character.is_control()
            || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if hides(character) { shown.extend(character.escape_default()) } else { shown.push(character) }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drives_terminals_is_spelt_out() {
        assert_eq!(visible("a\u{1b}[2Jb\u{202e}c 日本"), "a\\u{1b}[2Jb\\u{202e}c 日本");
    }
}

//! What is wrong with the database itself: nothing can be written, or a damaged log was set aside.

use leptos::prelude::*;

use crate::format::Reader;
use crate::model::{DatabaseStatus, LogSetAside, WriteFailure, WriteTrouble};
use crate::text::fill;

/// Nothing while all is well.
pub fn notices(reader: &Reader, database: &DatabaseStatus) -> AnyView {
    let trouble = database.write_trouble.iter().map(|trouble| trouble_words(reader, trouble));
    let words = trouble.chain(database.logs_set_aside.iter().map(|log| log_words(reader, log)));
    let words: Vec<_> = words.map(|words| view! { <p class="panel-body trouble" role="alert">{words}</p> }).collect();
    words.into_any()
}

fn trouble_words(reader: &Reader, trouble: &WriteTrouble) -> String {
    let template = match trouble.why {
        WriteFailure::DiskFull => reader.text.write_disk_full,
        WriteFailure::Failed => reader.text.write_failed,
    };
    fill(template, &[("time", &reader.time(trouble.since))])
}

fn log_words(reader: &Reader, log: &LogSetAside) -> String {
    let text = reader.text;
    let template = if log.is_read_again { text.log_read_again } else { text.log_set_aside };
    fill(template, &[("time", &reader.time(log.at)), ("file", &log.file), ("size", &reader.bytes(log.bytes))])
}

//! What a pack says of itself.

use app::format::Reader;
use app::model::{Filter, Window};
use app::text::fill;

use super::archive::Entry;

/// Markdown in the reader's language.
pub fn of(reader: &Reader, filter: &Filter, window: &Window, entries: &[Entry]) -> String {
    let text = &reader.text.pack;
    let from = window.from.map_or_else(|| text.beginning.to_owned(), |from| from.to_string());
    let asked = match filter.to_query() {
        query if query.is_empty() => text.no_filter.to_owned(),
        query => format!("`{query}`"),
    };
    let facts = [
        (text.made_at, reader.as_of().map_or_else(String::new, |at| at.to_string())),
        (text.window, format!("{from} – {}", window.to)),
        (text.time_zone, window.time_zone.clone()),
        (text.filter, asked),
        (text.data_version, versions(text.versions, entries)),
        (text.program, format!("Yagura {}", env!("CARGO_PKG_VERSION"))),
    ];
    let facts: Vec<String> = facts.iter().map(|(name, value)| format!("* {name}: {value}")).collect();
    let row = |Entry { name, bytes, sum, rows, .. }: &Entry| {
        let rows = rows.map_or_else(String::new, |rows| rows.to_string());
        format!("| {name} | {rows} | {bytes} | `{sum}` |")
    };
    let rows: Vec<String> = entries.iter().map(row).collect();
    [
        format!("# {}", text.heading),
        text.lead.to_owned(),
        facts.join("\n"),
        format!("## {}", text.files),
        format!("| {} | {} | {} | SHA-256 |\n|---|--:|--:|---|\n{}", text.file, text.rows, text.bytes, rows.join("\n")),
        text.check.to_owned(),
        format!("{}\n", text.unknown),
    ]
    .join("\n\n")
}

/// Of the data that the files were made from: `several` where findings arrived meanwhile.
fn versions(several: &str, entries: &[Entry]) -> String {
    let versions = || entries.iter().filter_map(|entry| entry.data_version);
    match (versions().min(), versions().max()) {
        (Some(first), Some(last)) if first != last => {
            fill(several, &[("first", &first.to_string()), ("last", &last.to_string())])
        }
        (first, _) => first.map_or_else(String::new, |version| version.to_string()),
    }
}

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
    let versions: Vec<u64> = entries.iter().filter_map(|entry| entry.data_version).collect();
    let (first, last) = (versions.iter().min().copied(), versions.iter().max().copied());
    let number = |version: Option<u64>| version.map_or_else(String::new, |version| version.to_string());
    let versions = if first == last {
        number(first)
    } else {
        fill(text.versions, &[("first", &number(first)), ("last", &number(last))])
    };
    let facts = [
        (text.made_at, reader.as_of().map_or_else(String::new, |at| at.to_string())),
        (text.window, format!("{from} – {}", window.to)),
        (text.time_zone, window.time_zone.clone()),
        (text.filter, asked),
        (text.data_version, versions),
        (text.program, format!("Yagura {}", env!("CARGO_PKG_VERSION"))),
    ];
    let mut out = format!("# {}\n\n{}\n\n", text.heading, text.lead);
    for (name, value) in facts {
        out.push_str(&format!("* {name}: {value}\n"));
    }
    out.push_str(&format!(
        "\n## {}\n\n| {} | {} | {} | SHA-256 |\n|---|--:|--:|---|\n",
        text.files, text.file, text.rows, text.bytes
    ));
    for Entry { name, bytes, sum, rows, .. } in entries {
        let rows = rows.map_or_else(String::new, |rows| rows.to_string());
        out.push_str(&format!("| {name} | {rows} | {bytes} | `{sum}` |\n"));
    }
    out.push_str(&format!("\n{}\n\n{}\n", text.check, text.unknown));
    out
}

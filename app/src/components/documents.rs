//! The documents of both services as they came. Without JavaScript: each is closed until it is asked for.

use leptos::prelude::*;

use crate::format::Reader;
use crate::model::{FindingDetail, FindingSide};
use crate::text::fill;

/// Newest first, whichever service it is from.
pub fn panel(reader: &Reader, detail: &FindingDetail) -> AnyView {
    let text = reader.text;
    let mut sides: Vec<&FindingSide> = detail.sides.iter().chain(&detail.earlier).collect();
    sides.sort_by_key(|side| std::cmp::Reverse((side.observed_at, side.updated_at)));
    let sides: Vec<_> = sides
        .into_iter()
        .map(|side| {
            let name = fill(
                text.document_of,
                &[("source", text.source(side.source)), ("moment", &reader.moment(side.observed_at))],
            );
            view! {
                <details class="document">
                    <summary>{name.clone()}</summary>
                    <pre tabindex="0" role="group" aria-label=name><code>{readable(&side.raw)}</code></pre>
                </details>
            }
        })
        .collect();
    view! {
        <section class="panel" aria-labelledby="documents">
            <header class="panel-head">
                <h2 id="documents">{text.documents_heading}</h2>
                <p class="panel-note">{text.history_note}</p>
            </header>
            {sides}
        </section>
    }
    .into_any()
}

/// JSON with line breaks; text that is none stays as it is.
fn readable(raw: &str) -> String {
    let value: Result<leptos::serde_json::Value, _> = leptos::serde_json::from_str(raw);
    value.ok().and_then(|value| leptos::serde_json::to_string_pretty(&value).ok()).unwrap_or_else(|| raw.to_owned())
}

//! The time range: presets as links, and the window in words.

use leptos::prelude::*;

use crate::format::Reader;
use crate::model::{Filter, Span, TimeRange, Window};
use crate::text::fill;

/// Presets that keep the rest of the filter.
pub fn presets(reader: &Reader, filter: &Filter, path: &str) -> AnyView {
    let links: Vec<_> = Span::ALL
        .iter()
        .map(|&span| {
            let there = Filter { range: TimeRange::Last(span), grain: None, ..filter.first_page() };
            let current = (filter.range == TimeRange::Last(span)).then_some("true");
            view! { <li><a href=there.href(path) aria-current=current>{reader.text.span_name(span)}</a></li> }
        })
        .collect();
    view! { <nav class="ranges" aria-label=reader.text.range_label><ul class="switch">{links}</ul></nav> }.into_any()
}

/// `24 Oct 2026, 12:00 – 23 Nov 2026, 12:00 UTC`
pub fn words(reader: &Reader, window: &Window) -> String {
    let to = reader.moment(window.to);
    match window.from {
        Some(from) => fill(reader.text.window_between, &[("from", &reader.moment(from)), ("to", &to)]),
        None => fill(reader.text.window_until, &[("to", &to)]),
    }
}

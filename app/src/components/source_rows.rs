//! Sources with their freshness.

use leptos::prelude::*;

use super::table_head::{self, NUMBER};
use super::{badge, scroll_table};
use crate::format::Reader;
use crate::model::SourceStatus;
use crate::text::fill;

/// One line per source: state, place, age. For the overview.
pub fn list(reader: &Reader, sources: &[SourceStatus]) -> AnyView {
    let items: Vec<_> = sources
        .iter()
        .map(|source| {
            let place = badge::whereabouts(Some(&source.account), Some(&source.region));
            view! {
                <li>
                    {badge::source_state(reader, source.state)}
                    <span class="source-name">{reader.text.source(source.source)}{place}</span>
                    <span class="source-age">{age(reader, source)}</span>
                </li>
            }
        })
        .collect();
    view! { <ul class="sources">{items}</ul> }.into_any()
}

fn age(reader: &Reader, source: &SourceStatus) -> String {
    source.last_success_at.map_or_else(|| reader.text.never_pulled.to_owned(), |at| reader.ago(at))
}

/// Everything about every source. For the status page.
pub fn table(reader: &Reader, sources: &[SourceStatus]) -> AnyView {
    let text = reader.text;
    let rows: Vec<_> = sources.iter().map(|source| row(reader, source)).collect();
    let head = table_head::of(&[
        (text.column_source, ""),
        (text.column_state, ""),
        (text.column_last_success, ""),
        (text.column_held, NUMBER),
        (text.column_read, NUMBER),
        (text.column_new, NUMBER),
        (text.column_updated, NUMBER),
        (text.column_rejected, NUMBER),
        (text.column_requests, NUMBER),
        (text.column_throttles, NUMBER),
    ]);
    scroll_table::of(text.sources_heading, head, rows)
}

fn row(reader: &Reader, source: &SourceStatus) -> AnyView {
    let text = reader.text;
    let number = |value: u64| reader.number(i64::try_from(value).unwrap_or(i64::MAX));
    let success = match source.last_success_at {
        Some(at) => {
            view! { <time datetime=at.to_string() title=reader.exact_time(at)>{reader.ago(at)}</time> }.into_any()
        }
        None => view! { <span class="is-unknown">{text.never_pulled}</span> }.into_any(),
    };
    let trouble = source.last_error.clone().map(|error| {
        let since = source.failing_since.map(|since| fill(text.failing_since, &[("moment", &reader.moment(since))]));
        view! { <p class="trouble"><strong>{since}</strong>" "<span>{error}</span></p> }
    });
    let took = source.took_ms.map(|took| {
        let seconds =
            format!("{}.{}", reader.number(i64::try_from(took / 1000).unwrap_or(i64::MAX)), took % 1000 / 100);
        view! { <span class="sub">{fill(text.pull_took, &[("seconds", &seconds)])}</span> }
    });
    let pulling = source.pulling.map(|pulling| {
        let read = i64::try_from(pulling.read).unwrap_or(i64::MAX);
        view! { <p class="pulling" role="status">{reader.count(text.pulling, read)}</p> }
    });
    let pull = source.last_pull;
    view! {
        <tr>
            <th scope="row">
                {text.source(source.source)}
                {badge::whereabouts(Some(&source.account), Some(&source.region))}
                {trouble}
                {pulling}
            </th>
            <td>{badge::source_state(reader, source.state)}</td>
            <td class="nowrap">{success}{took}</td>
            <td class="number">{reader.number(source.findings)}</td>
            <td class="number">{number(pull.read)}</td>
            <td class="number">{number(pull.new)}</td>
            <td class="number">{number(pull.updated)}</td>
            <td class="number">{number(pull.rejected)}</td>
            <td class="number">{number(source.requests)}</td>
            <td class="number">{number(source.throttles)}</td>
        </tr>
    }
    .into_any()
}

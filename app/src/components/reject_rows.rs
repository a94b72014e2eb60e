//! Input that was no finding, as a table. Everything in it may come from an attacker and stays text.

use leptos::prelude::*;

use super::{scroll_table, table_head};
use crate::format::Reader;
use crate::model::{RejectPage, RejectedInput};

/// One row per input, the input itself on request.
pub fn table(reader: &Reader, page: &RejectPage) -> AnyView {
    let text = reader.text;
    if page.rejects.is_empty() {
        return view! { <p class="empty">{text.rejects_none}</p> }.into_any();
    }
    let rows: Vec<_> = page.rejects.iter().map(|rejected| row(reader, rejected)).collect();
    let head = table_head::of(&[(text.column_observed, ""), (text.column_origin, ""), (text.column_reason, "")]);
    scroll_table::of(text.rejects_heading, head, rows)
}

fn row(reader: &Reader, rejected: &RejectedInput) -> AnyView {
    let text = reader.text;
    let at = rejected.rejected_at;
    let cut = rejected.is_cut.then(|| view! { <p class="sub">{text.reject_cut}</p> });
    let name = format!("{}, {}", rejected.origin, rejected.position);
    let excerpt = (!rejected.excerpt.is_empty()).then(|| {
        view! {
            <details class="document">
                <summary>{text.reject_show}</summary>
                <pre tabindex="0" role="group" aria-label=name><code>{rejected.excerpt.clone()}</code></pre>
                {cut}
            </details>
        }
    });
    view! {
        <tr>
            <td class="nowrap"><time datetime=at.to_string() title=reader.exact_time(at)>{reader.time(at)}</time></td>
            <td>{rejected.origin.clone()}<span class="sub">{rejected.position.clone()}</span></td>
            <td>{rejected.reason.clone()}{excerpt}</td>
        </tr>
    }
    .into_any()
}

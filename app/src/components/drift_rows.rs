//! What the services say differently, as a sentence and as lists.

use leptos::prelude::*;

use super::badge;
use crate::format::Reader;
use crate::model::{Drift, DriftCount, DriftRow, Said};
use crate::text::fill;

/// What differs, in one sentence.
pub fn sentence(reader: &Reader, row: &DriftRow) -> String {
    match (row.guardduty, row.securityhub) {
        (Said::Severity(guardduty), Said::Severity(securityhub)) => fill(
            reader.text.drift_severities,
            &[("guardduty", reader.text.severity(guardduty)), ("securityhub", reader.text.severity(securityhub))],
        ),
        _ => reader.text.drift(row.kind).to_owned(),
    }
}

/// Counts that lead to the lists below them.
pub fn lists(reader: &Reader, drift: &Drift) -> AnyView {
    let there: Vec<&DriftCount> = drift.counts.iter().filter(|count| count.findings > 0).collect();
    if there.is_empty() {
        return view! { <p class="empty">{reader.text.drift_none}</p> }.into_any();
    }
    let counts: Vec<_> = there
        .iter()
        .map(|count| {
            let target = format!("#drift-{}", count.kind);
            view! {
                <div>
                    <dt><a href=target>{reader.text.drift(count.kind)}</a></dt>
                    <dd data-drift=count.kind.as_str()>{reader.number(count.findings)}</dd>
                </div>
            }
        })
        .collect();
    let lists: Vec<_> = there.iter().map(|count| list(reader, drift, **count)).collect();
    view! { <dl class="facts">{counts}</dl>{lists} }.into_any()
}

fn list(reader: &Reader, drift: &Drift, count: DriftCount) -> AnyView {
    let text = reader.text;
    let rows: Vec<&DriftRow> = drift.rows.iter().filter(|row| row.kind == count.kind).collect();
    let shown = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let more =
        (shown < count.findings).then(|| view! { <p class="panel-foot">{reader.count(text.drift_more, shown)}</p> });
    let items: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let href = format!("/findings/{}", row.id);
            let words = matches!(row.guardduty, Said::Severity(_))
                .then(|| view! { <span class="sub">{sentence(reader, row)}</span> });
            view! {
                <li>
                    <a href=href>{row.title.clone()}</a>
                    {badge::whereabouts(row.account.as_deref(), row.region.as_deref())}
                    {words}
                </li>
            }
        })
        .collect();
    view! {
        <details class="more" id=format!("drift-{}", count.kind) open>
            <summary>{text.drift(count.kind)}</summary>
            <ul class="values">{items}</ul>
            {more}
        </details>
    }
    .into_any()
}

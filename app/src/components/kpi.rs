//! Key figures with their past.

use leptos::prelude::*;

use crate::format::Reader;
use crate::model::{Kpi, KpiKind};
use crate::text::fill;

/// The row of cards. `narrow` carries each figure's list.
pub fn cards(reader: &Reader, kpis: &[Kpi]) -> AnyView {
    let cards: Vec<_> = kpis.iter().map(|kpi| card(reader, kpi)).collect();
    view! { <ul class="kpis">{cards}</ul> }.into_any()
}

fn card(reader: &Reader, kpi: &Kpi) -> AnyView {
    let text = reader.text;
    let href = match kpi.query.as_str() {
        "" => "/findings".to_owned(),
        query => format!("/findings?{query}"),
    };
    let word = match kpi.kind {
        KpiKind::New => "new",
        KpiKind::NewHigh => "new-high",
        KpiKind::Active => "active",
        KpiKind::Occurrences => "occurrences",
        KpiKind::FamiliesAffected => "families",
    };
    let known = if kpi.value.is_some() { "kpi-value" } else { "kpi-value is-unknown" };
    let data = kpi.value.map(|value| value.to_string());
    view! {
        <li class="kpi" data-kpi=word>
            <a href=href>
                <span class="kpi-name">{text.kpi(kpi.kind)}</span>
                <span class=known data-value=data>{reader.number_or_unknown(kpi.value)}</span>
            </a>
            {change(reader, kpi.value, kpi.previous)}
        </li>
    }
    .into_any()
}

/// The difference to the window before, in words.
pub fn change(reader: &Reader, value: Option<i64>, previous: Option<i64>) -> AnyView {
    let text = reader.text;
    let (Some(value), Some(previous)) = (value, previous) else {
        return view! { <span class="change change-unknown">{text.change_unknown}</span> }.into_any();
    };
    if value == previous {
        return view! { <span class="change">{text.change_none}</span> }.into_any();
    }
    let words =
        fill(text.change, &[("difference", &signed(reader, value - previous)), ("previous", &reader.number(previous))]);
    view! { <span class=class_of(value - previous)>{words}</span> }.into_any()
}

/// The difference alone, for a table whose head says what it is.
pub fn difference(reader: &Reader, value: i64, previous: Option<i64>) -> AnyView {
    let Some(previous) = previous else {
        return view! { <span class="change change-unknown">{reader.text.unknown}</span> }.into_any();
    };
    let words = fill(
        reader.text.change,
        &[("difference", &signed(reader, value - previous)), ("previous", &reader.number(previous))],
    );
    view! { <span class=class_of(value - previous) title=words>{signed(reader, value - previous)}</span> }.into_any()
}

fn signed(reader: &Reader, difference: i64) -> String {
    let sign = if difference > 0 { "+" } else { "" };
    format!("{sign}{}", reader.number(difference))
}

const fn class_of(difference: i64) -> &'static str {
    match difference {
        1.. => "change change-up",
        0 => "change",
        _ => "change change-down",
    }
}

//! Cells that the tables of costs share.

use leptos::prelude::*;

use crate::format::Reader;
use crate::text::fill;

/// A cell whose words stay together.
pub(super) const FIXED: &str = "cost-fixed";

/// An amount, or that there is none yet.
pub(super) fn usd(reader: &Reader, amount: Option<&String>) -> AnyView {
    match amount {
        Some(amount) => view! { <td class="number">{format!("${}", reader.money(amount))}</td> }.into_any(),
        None => view! { <td class="number is-unknown">{reader.text.cost.no_data}</td> }.into_any(),
    }
}

/// Both ends, or that there is no upper one, or that neither is known. `wider`: it is as wide as this at least.
pub(super) fn range(reader: &Reader, low: Option<&String>, high: Option<&String>, wider: bool) -> String {
    let text = &reader.text.cost;
    match (low, high) {
        (Some(low), Some(high)) => {
            let template = if wider { text.range_wider } else { text.range };
            fill(template, &[("low", &reader.money(low)), ("high", &reader.money(high))])
        }
        (Some(low), None) => fill(text.range_above, &[("low", &reader.money(low))]),
        _ => reader.text.unknown.to_owned(),
    }
}

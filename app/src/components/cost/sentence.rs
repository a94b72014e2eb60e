//! The sentence that answers what it costs, and the warning before a trial ends.

use leptos::prelude::*;

use crate::format::Reader;
use crate::model::{CostReport, CostRow, CostTotal};
use crate::text::fill;

/// Days before the end of a trial in which people are warned.
const WARNED: u32 = 7;

/// The sentence, as text.
pub fn words(reader: &Reader, total: &CostTotal, was_asked: bool) -> String {
    let text = &reader.text.cost;
    let Some(monthly) = &total.monthly_usd else {
        let unknown = if was_asked { text.sentence_unknown } else { text.sentence_never };
        return unknown.to_owned();
    };
    let usd = reader.money(monthly);
    match (&total.low_usd, &total.high_usd) {
        (Some(low), Some(high)) => {
            let template = if total.unranged_rows > 0 { text.sentence_wider } else { text.sentence };
            fill(template, &[("usd", &usd), ("low", &reader.money(low)), ("high", &reader.money(high))])
        }
        (Some(low), None) => fill(text.sentence_above, &[("usd", &usd), ("low", &reader.money(low))]),
        (None, _) => fill(text.sentence_plain, &[("usd", &usd)]),
    }
}

/// The sentence with what stands behind it.
pub fn opening(reader: &Reader, report: &CostReport) -> AnyView {
    let text = &reader.text.cost;
    let total = &report.projection.total;
    let class = if total.monthly_usd.is_some() { "headline" } else { "headline is-unknown" };
    let trials = total.billed_usd.as_ref().zip(total.trial_usd.as_ref()).map(|(billed, trial)| {
        if report.projection.rows.iter().any(CostRow::in_trial) {
            fill(text.sentence_trials, &[("billed", &reader.money(billed)), ("trial", &reader.money(trial))])
        } else {
            text.sentence_no_trials.to_owned()
        }
    });
    let unranged = i64::try_from(total.unranged_rows).unwrap_or(i64::MAX);
    // Without any range there is nothing they could make too narrow.
    let unranged = (unranged > 0 && total.low_usd.is_some()).then(|| reader.count(text.sentence_unranged, unranged));
    let missing = i64::try_from(total.unknown_rows).unwrap_or(i64::MAX);
    let missing = (missing > 0).then(|| reader.count(text.sentence_missing, missing));
    let display = report.display.as_ref().and_then(|display| {
        let amount = reader.money(display.monthly.as_ref()?);
        Some(fill(text.display, &[("amount", &amount), ("currency", &display.currency), ("rate", &display.rate)]))
    });
    let notes: Vec<String> = [trials, unranged, missing, display].into_iter().flatten().collect();
    view! {
        <div class="opening">
            <h1 class=class>{words(reader, total, !report.asked.is_empty())}</h1>
            <p class="headline-note">{notes.join(" ")}</p>
        </div>
    }
    .into_any()
}

/// A warning for each trial that ends within a week.
pub fn banners(reader: &Reader, rows: &[CostRow]) -> AnyView {
    let ending = rows.iter().filter(|row| row.days_left.is_some_and(|days| (1..=WARNED).contains(&days)));
    let banners: Vec<_> = ending.map(|row| banner(reader, row, false)).collect();
    banners.into_any()
}

/// One warning; elsewhere than on the page about costs with the way there.
pub fn banner(reader: &Reader, row: &CostRow, with_link: bool) -> AnyView {
    let text = &reader.text.cost;
    let usd = row.monthly_usd.as_ref().map_or_else(|| reader.text.unknown.to_owned(), |usd| reader.money(usd));
    let day = row.ends_on.map(|day| reader.day(day)).unwrap_or_default();
    let words = fill(
        text.banner,
        &[
            ("feature", text.feature(&row.feature)),
            ("account", &row.account),
            ("region", &row.region),
            ("day", &day),
            ("usd", &usd),
        ],
    );
    let link = with_link.then(|| view! { " "<a href="/cost">{text.banner_link}</a> });
    view! { <p class="cost-banner" role="note">{words}{link}</p> }.into_any()
}

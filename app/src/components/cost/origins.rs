//! Where the figures come from: what AWS was asked, and the prices somebody read.

use leptos::prelude::*;

use super::cells::FIXED;
use crate::components::table_head::{self, SPARE};
use crate::components::{badge, scroll_table};
use crate::format::Reader;
use crate::model::{CostOutcome, CostReport, Field};
use crate::text::fill;

/// How every question to AWS ended.
pub fn asked(reader: &Reader, report: &CostReport) -> AnyView {
    let text = &reader.text.cost;
    let head = table_head::of(&[(text.column_question, ""), (text.column_outcome, "")]);
    let rows = report
        .asked
        .iter()
        .map(|asked| {
            let is_trouble = matches!(asked.outcome, CostOutcome::Denied | CostOutcome::Failed);
            let class = if is_trouble { "trouble" } else { "" };
            let note = asked.note.clone().map(|note| view! { <span class="panel-note" lang="en">" "{note}</span> });
            view! {
                <tr>
                    <th scope="row">
                        {text.question(asked.question)}
                        {badge::whereabouts(Some(&asked.account), Some(&asked.region))}
                    </th>
                    <td><span class=class>{text.outcome(asked.outcome)}</span>{note}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let body = if report.asked.is_empty() {
        view! { <p class="empty is-unknown">{text.sentence_never}</p> }.into_any()
    } else {
        scroll_table::of(text.asked_heading, head, rows)
    };
    let last = report.asked.iter().map(|asked| asked.asked_at).max();
    view! {
        <section class="panel" aria-labelledby="asked">
            <header class="panel-head">
                <h2 id="asked">{text.asked_heading}</h2>
                <p class="panel-note">{text.asked_note}</p>
                <form class="pull-now" method="post" action="/api/v1/cost/sync">
                    <span class="panel-note">{last.map(|at| reader.ago(at))}</span>
                    <button class="button" type="submit">{text.ask_now}</button>
                </form>
            </header>
            {body}
        </section>
    }
    .into_any()
}

/// Prices with where they were read.
pub fn prices(reader: &Reader, report: &CostReport) -> AnyView {
    let text = &reader.text.cost;
    let head = table_head::of(&[
        (text.column_share, ""),
        (reader.text.field(Field::Region), ""),
        (text.column_unit, ""),
        (text.column_price, ""),
        (text.column_source, SPARE),
    ]);
    let rows = report
        .prices
        .iter()
        .map(|price| {
            let tiers: Vec<String> = price
                .tiers
                .iter()
                .map(|(up_to, usd)| match up_to {
                    Some(units) => fill(text.price_tier, &[("units", &reader.money(units)), ("price", usd)]),
                    None => fill(text.price_tier_last, &[("price", usd)]),
                })
                .collect();
            view! {
                <tr>
                    <th scope="row">{text.feature(&price.feature).to_owned()}</th>
                    <td class=FIXED>{price.region.clone()}</td>
                    <td lang="en">{price.unit.clone()}</td>
                    <td>{tiers.join(" · ")}</td>
                    <td class=SPARE>{price.source.clone()}" ("{price.read.clone()}")"</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    view! {
        <section class="panel" aria-labelledby="prices">
            <header class="panel-head">
                <h2 id="prices">{text.prices_heading}</h2>
                <p class="panel-note">{text.prices_note}</p>
            </header>
            <details class="chart-table">
                <summary>{reader.text.show_table}</summary>
                {scroll_table::of(text.prices_heading, head, rows)}
            </details>
        </section>
    }
    .into_any()
}

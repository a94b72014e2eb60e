//! Runtime Monitoring beside the quotes a team was given, and what prices do not say.

use leptos::prelude::*;

use super::drawings::dollars;
use crate::components::responsibilities::said;
use crate::components::scroll_table;
use crate::components::table_head::{self, NUMBER};
use crate::format::Reader;
use crate::model::{CostAlternatives, CostGapReason, CostView, Product, ProductTrait};
use crate::text::fill;

/// Runtime Monitoring and the quotes.
pub fn quotes(reader: &Reader, view: &CostView, alternatives: &CostAlternatives) -> AnyView {
    let text = &reader.text.cost;
    let unknown = || reader.text.unknown.to_owned();
    let lead = fill(
        text.alternatives_note,
        &[
            ("vcpus", &alternatives.vcpus.clone().unwrap_or_else(unknown)),
            ("tasks", &alternatives.tasks.clone().unwrap_or_else(unknown)),
            ("region", &alternatives.region),
        ],
    );
    let head = table_head::of(&[
        (text.column_quote, ""),
        (text.column_month, NUMBER),
        (text.column_break_even, NUMBER),
        (text.remove, ""),
    ]);
    let own_usd = match (&alternatives.guardduty_usd, &alternatives.vcpus) {
        (Some(own), _) => view! { <td class="number">{dollars(reader, Some(own))}</td> }.into_any(),
        (None, Some(_)) => {
            view! { <td class="number is-unknown">{text.gap_reason(CostGapReason::NoPrice)}</td> }.into_any()
        }
        (None, None) => view! { <td class="number is-unknown">{reader.text.unknown}</td> }.into_any(),
    };
    let own = view! {
        <tr>
            <th scope="row">{text.alternatives_guardduty}</th>
            {own_usd}
            <td></td>
            <td></td>
        </tr>
    }
    .into_any();
    let rows = alternatives.rows.iter().map(|row| {
        let ends: Vec<String> = row
            .break_even_vcpus
            .iter()
            .map(|vcpus| fill(text.break_even_at, &[("vcpus", &reader.money(vcpus))]))
            .collect();
        let ends = match (&alternatives.priced_to_vcpus, &row.monthly_usd) {
            _ if !ends.is_empty() => ends.join(", "),
            (Some(none), _) if none == "0" => text.gap_reason(CostGapReason::NoPrice).to_owned(),
            (_, None) => reader.text.unknown.to_owned(),
            (Some(end), Some(_)) => fill(text.break_even_not_to, &[("vcpus", &reader.money(end))]),
            (None, Some(_)) => text.break_even_never.to_owned(),
        };
        let quote = &row.quote;
        let amount = |amount: &crate::model::Amount| reader.money(amount.as_str());
        let mut terms = format!("${} / {}", amount(&quote.price), text.unit(quote.per));
        if !quote.flat.is_zero() {
            terms = format!("{terms} + ${}", amount(&quote.flat));
        }
        if !quote.minimum.is_zero() {
            terms = format!("{terms} ≥ ${}", amount(&quote.minimum));
        }
        // Those of the settings cannot be taken away here.
        let remove = view.quotes.iter().position(|known| known == quote).map(|at| {
            let mut left = view.clone();
            left.quotes.remove(at);
            let label = format!("{}: {}", text.remove, quote.name);
            view! { <a class="quiet" href=left.href("/cost") aria-label=label>{text.remove}</a> }
        });
        view! {
            <tr>
                <th scope="row">{quote.name.clone()}" "<span class="panel-note">{terms}</span></th>
                {match &row.monthly_usd {
                    Some(usd) => view! { <td class="number">{dollars(reader, Some(usd))}</td> }.into_any(),
                    // Priced by what nobody counted, or by hosts, of which Fargate has none.
                    None => view! { <td class="number is-unknown">{reader.text.unknown}</td> }.into_any(),
                }}
                <td class="number">{ends}</td>
                <td>{remove}</td>
            </tr>
        }
        .into_any()
    });
    let rows: Vec<AnyView> = std::iter::once(own).chain(rows).collect();
    let none = alternatives.rows.is_empty().then(|| view! { <p class="panel-note">{text.alternatives_none}</p> });
    view! {
        <p class="panel-note">{lead}</p>
        {scroll_table::of(text.alternatives_heading, head, rows)}
        {none}
    }
    .into_any()
}

/// What prices do not say: what makers say their products do, each saying with its page.
pub fn differences(reader: &Reader, products: &[Product]) -> AnyView {
    let text = &reader.text.cost;
    let heads: Vec<(&str, &str)> = std::iter::once((text.column_product, ""))
        .chain(ProductTrait::ALL.iter().map(|about| (text.product_trait(*about), "")))
        .collect();
    let rows = products
        .iter()
        .map(|product| {
            let cells: Vec<_> = ProductTrait::ALL.iter().map(|about| saying(reader, product, *about)).collect();
            view! { <tr><th scope="row">{product.name.clone()}</th>{cells}</tr> }.into_any()
        })
        .collect();
    view! {
        <section class="panel" aria-labelledby="differences">
            <header class="panel-head">
                <h2 id="differences">{text.differences_heading}</h2>
                <p class="panel-note">{text.differences_note}</p>
            </header>
            {scroll_table::of(text.differences_heading, table_head::of(&heads), rows)}
        </section>
    }
    .into_any()
}

fn saying(reader: &Reader, product: &Product, about: ProductTrait) -> AnyView {
    let text = &reader.text.cost;
    let Some(told) = product.about(about) else {
        return view! { <td class="cost-saying is-unknown">{text.said_nowhere}</td> }.into_any();
    };
    let label = format!("{}: {}, {}", text.said_source, product.name, text.product_trait(about));
    view! {
        <td class="cost-saying">
            {said(reader, &told.text).to_owned()}" "
            <a class="quiet nowrap" href=told.source.clone() rel="noreferrer" aria-label=label>
                {format!("{}, {}", text.said_source, told.read)}
            </a>
        </td>
    }
    .into_any()
}

//! Runtime Monitoring beside the quotes a team was given, and what prices do not say.

use leptos::prelude::*;

use super::cells::usd;
use crate::components::responsibilities::said;
use crate::components::scroll_table;
use crate::components::table_head::{self, NUMBER};
use crate::format::Reader;
use crate::model::{CostAlternatives, CostView, Product, ProductTrait};
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
    let own = view! {
        <tr>
            <th scope="row">{text.alternatives_guardduty}</th>
            {usd(reader, alternatives.guardduty_usd.as_ref())}
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
        let ends = if ends.is_empty() { text.break_even_never.to_owned() } else { ends.join(", ") };
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
                {usd(reader, row.monthly_usd.as_ref())}
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

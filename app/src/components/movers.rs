//! What changed most, in both directions.

use leptos::prelude::*;

use super::badge;
use super::kpi::change;
use super::place_link::context_of;
use super::table_head::{self, NUMBER};
use super::{other_forms, scroll_table};
use crate::format::Reader;
use crate::model::{Dimension, Filter, Mover, Movers};

/// Rows on the page; the file has them all.
const ROWS: usize = 8;

/// The panel.
pub fn panel(reader: &Reader, filter: &Filter, movers: &Movers) -> AnyView {
    let text = reader.text;
    let words = &text.reports;
    let body = match movers.rows.as_deref() {
        None => view! { <p class="empty is-unknown">{words.movers_unknown}</p> }.into_any(),
        Some([]) => view! { <p class="empty">{words.movers_none}</p> }.into_any(),
        Some(rows) => {
            let rows: Vec<_> = rows.iter().take(ROWS).map(|mover| row(reader, filter, mover)).collect();
            let head =
                table_head::of(&[(words.column_thing, ""), (words.column_now, NUMBER), (text.column_change, NUMBER)]);
            scroll_table::of(words.movers_heading, head, rows)
        }
    };
    let csv = filter.first_page().href("/api/v1/export/movers.csv");
    view! {
        <section class="panel" aria-labelledby="movers">
            <header class="panel-head">
                <h2 id="movers">{words.movers_heading}</h2>
                <p class="panel-note">{words.movers_note}</p>
                <span class="panel-actions">
                    <a class="quiet" href=csv.clone()>"CSV"</a>
                    {other_forms::links(reader, &csv, words.movers_heading)}
                </span>
            </header>
            {body}
        </section>
    }
    .into_any()
}

fn row(reader: &Reader, filter: &Filter, mover: &Mover) -> AnyView {
    let href = filter.with(mover.by.into(), &mover.key).href("/findings");
    let place = matches!(mover.by, Dimension::Cluster | Dimension::Family).then(|| {
        let (account, region) = context_of(&mover.key);
        badge::whereabouts(account, region)
    });
    view! {
        <tr data-mover=mover.by.as_str()>
            <th scope="row">
                <a href=href>{mover.label.clone()}</a>
                <span class="sub">{reader.text.field(mover.by.into())}</span>
                {place}
            </th>
            <td class="number" data-findings=mover.findings.to_string()>{reader.number(mover.findings)}</td>
            <td class="number">{change(reader, Some(mover.findings), Some(mover.previous))}</td>
        </tr>
    }
    .into_any()
}

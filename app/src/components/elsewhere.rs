//! Where else findings of the same type were seen.

use leptos::prelude::*;

use super::{empty, place_link};
use crate::components::table_head::{self, NUMBER};
use crate::format::Reader;
use crate::model::terms::NONE_KEY;
use crate::model::{Breakdown, BreakdownRow, Field, Filter};

/// Places shown; the link below leads to all.
const SHOWN: usize = 6;

/// The task families with findings of the filter's type, most findings first; every number opens its list.
pub fn panel(reader: &Reader, filter: &Filter, families: &Breakdown) -> AnyView {
    let text = reader.text;
    let head = table_head::of(&[(text.field(Field::Family), ""), (text.column_findings, NUMBER)]);
    let rows: Vec<_> = families.rows.iter().take(SHOWN).map(|row| one(reader, filter, row)).collect();
    let body = if rows.is_empty() {
        empty::of_window(reader, families.watched)
    } else {
        view! {
            <table class="data">
                {head}
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <section class="panel" aria-labelledby="elsewhere">
            <header class="panel-head">
                <h2 id="elsewhere">{text.elsewhere_heading}</h2>
                <p class="panel-note">{text.elsewhere_note}</p>
            </header>
            {body}
            <p class="panel-foot"><a href=filter.href("/findings")>{text.same_type}</a></p>
        </section>
    }
    .into_any()
}

fn one(reader: &Reader, filter: &Filter, row: &BreakdownRow) -> AnyView {
    let name = if row.key == NONE_KEY { reader.text.none_of_field.to_owned() } else { row.label.clone() };
    let (account, region) = place_link::context_of(&row.key);
    let place = super::badge::whereabouts(account, region);
    let href = filter.with(Field::Family, &row.key).href("/findings");
    view! {
        <tr>
            <th scope="row">{name}{place}</th>
            <td class="number" data-findings=row.findings.to_string()><a href=href>{reader.number(row.findings)}</a></td>
        </tr>
    }
    .into_any()
}

//! Types of findings that the category table does not name.

use leptos::prelude::*;

use super::scroll_table;
use super::table_head::{self, NUMBER};
use crate::format::Reader;
use crate::model::{Field, Filter, Span, TimeRange, UnknownType};

/// Type, the category a general rule gave, and how many; each number opens its list.
pub fn table(reader: &Reader, types: &[UnknownType]) -> AnyView {
    let text = reader.text;
    if types.is_empty() {
        return view! { <p class="empty">{text.unknown_types_none}</p> }.into_any();
    }
    let head = table_head::of(&[(text.column_type, ""), (text.column_category, ""), (text.column_findings, NUMBER)]);
    let rows: Vec<_> = types.iter().map(|unknown| row(reader, unknown)).collect();
    scroll_table::of(text.unknown_types_heading, head, rows)
}

fn row(reader: &Reader, unknown: &UnknownType) -> AnyView {
    let category = unknown.category.map(|category| reader.text.category(category));
    let everything = Filter { range: TimeRange::Last(Span::All), ..Filter::default() };
    let href = everything.with(Field::Type, &unknown.r#type).href("/findings");
    view! {
        <tr>
            <th scope="row">{unknown.r#type.clone()}</th>
            <td>{category}<span class="sub">{unknown.rule.clone()}</span></td>
            <td class="number"><a href=href>{reader.number(unknown.findings)}</a></td>
        </tr>
    }
    .into_any()
}

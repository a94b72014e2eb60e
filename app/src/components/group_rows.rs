//! Findings by type, each type opening into the places it was found at. Every number leads to its list.

use jiff::Timestamp;
use leptos::prelude::*;

use super::table_head::{self, NUMBER, SPARE, SPARE_NUMBER};
use super::{badge, category_tag};
use crate::format::Reader;
use crate::model::groups::PlaceKind;
use crate::model::terms::NONE_KEY;
use crate::model::{Field, Filter, GroupPlace, GroupRow, Groups};
use crate::text::fill;

/// Groups up to this many are opened at once: there is room for them.
const OPEN_UP_TO: usize = 3;

/// A table with two rows for each type: its figures, and its places on request.
pub fn table(reader: &Reader, filter: &Filter, groups: &Groups) -> AnyView {
    let text = reader.text;
    let open = groups.rows.len() <= OPEN_UP_TO;
    let bodies: Vec<_> = groups.rows.iter().map(|row| group(reader, filter, row, open)).collect();
    let shown = i64::try_from(groups.rows.len()).unwrap_or(i64::MAX);
    let more = (shown < groups.rows_total).then(|| {
        let words = [("shown", &*reader.number(shown)), ("all", &*reader.number(groups.rows_total))];
        view! { <p class="panel-foot">{fill(text.explorer.groups_more, &words)}</p> }
    });
    let head = table_head::of(&[
        (text.column_severity, ""),
        (text.field_type, ""),
        (text.column_findings, NUMBER),
        (text.column_count, SPARE_NUMBER),
        (text.explorer.column_newest, SPARE),
    ]);
    view! {
        <table class="data groups">
            {head}
            {bodies}
        </table>
        {more}
    }
    .into_any()
}

fn group(reader: &Reader, filter: &Filter, row: &GroupRow, open: bool) -> AnyView {
    let text = reader.text;
    let list = row.list(filter);
    let category =
        row.category.map(|category| view! { <span class="sub">{category_tag::tag(reader, category)}</span> });
    let summary = reader.count(text.explorer.group_places, row.places_total);
    let places: Vec<_> = row.places.iter().map(|one| place(reader, &list, one)).collect();
    let shown = i64::try_from(row.places.len()).unwrap_or(i64::MAX);
    let more = (shown < row.places_total).then(|| {
        let words = reader.count(text.values_more, row.places_total - shown);
        view! { <p class="panel-foot">{words}</p> }
    });
    let head = table_head::of(&[
        (text.column_where, ""),
        (text.column_severity, SPARE),
        (text.column_findings, NUMBER),
        (text.explorer.column_newest, SPARE),
    ]);
    view! {
        <tbody>
            <tr>
                <td>{badge::severity(reader, row.severity)}</td>
                <th scope="rowgroup">
                    <code>{row.finding_type.clone()}</code>
                    {category}
                </th>
                <td class="number">
                    <a href=list.href("/findings") data-findings=row.findings.to_string()>{reader.number(row.findings)}</a>
                </td>
                <td class="number hide-narrow">{reader.number(row.occurrences)}</td>
                <td class="nowrap hide-narrow">{newest(reader, row.newest_at)}</td>
            </tr>
            <tr class="group-places">
                <td></td>
                <td colspan="4">
                    <details open=open>
                        <summary>{summary}</summary>
                        <table class="data">
                            {head}
                            <tbody>{places}</tbody>
                        </table>
                        {more}
                    </details>
                </td>
            </tr>
        </tbody>
    }
    .into_any()
}

fn place(reader: &Reader, of_type: &Filter, place: &GroupPlace) -> AnyView {
    let text = reader.text;
    let field = match place.by {
        PlaceKind::Family => Field::Family,
        PlaceKind::Cluster => Field::Cluster,
        PlaceKind::Resource => Field::Resource,
    };
    let name = if place.key == NONE_KEY { text.explorer.no_place.to_owned() } else { place.label.clone() };
    let (account, region) = super::place_link::context_of(&place.key);
    view! {
        <tr>
            <th scope="row" title=place.key.clone()>
                {name}
                <span class="sub">{text.field(field)} {badge::whereabouts(account, region)}</span>
            </th>
            <td class="hide-narrow">{badge::severity(reader, place.severity)}</td>
            <td class="number">
                <a href=place.list(of_type).href("/findings") data-findings=place.findings.to_string()>
                    {reader.number(place.findings)}
                </a>
            </td>
            <td class="nowrap hide-narrow">{newest(reader, place.newest_at)}</td>
        </tr>
    }
    .into_any()
}

fn newest(reader: &Reader, at: Timestamp) -> AnyView {
    view! {
        <time datetime=at.to_string() title=reader.exact_time(at)>{reader.time(at)}</time>
        <span class="sub">{reader.ago(at)}</span>
    }
    .into_any()
}

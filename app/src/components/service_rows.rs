//! Services with their verdicts: on `/coverage` by risk, and on the page of the cluster or family they belong to.

use leptos::prelude::*;

use super::table_head::{self, NUMBER};
use super::verdict_switch;
use super::{badge, other_forms, place_link, scroll_table, verdict};
use crate::format::Reader;
use crate::model::coverage::{ServiceCoverage, ServiceCoverages, VerdictChoice};
use crate::model::{Field, Filter, Span, StatusChoice, TimeRange};

/// The panel of `/coverage`.
pub fn panel(
    reader: &Reader,
    filter: &Filter,
    path: &str,
    chosen: &VerdictChoice,
    services: &ServiceCoverages,
) -> AnyView {
    let text = &reader.text.coverage;
    let body = if services.rows.is_empty() {
        view! { <p class="empty">{text.services_none}</p> }.into_any()
    } else {
        table(reader, filter, &services.rows)
    };
    let csv = filter.first_page().href(&verdict_switch::file("services", chosen));
    view! {
        <section class="panel" aria-labelledby="services">
            <header class="panel-head">
                <h2 id="services">{text.services_heading}</h2>
                <p class="panel-note">{text.services_note}</p>
                <span class="panel-actions">
                    <a class="quiet" href=csv.clone()>"CSV"</a>
                    {other_forms::links(reader, &csv, text.services_heading)}
                </span>
            </header>
            {verdict_switch::links(reader, filter, (path, "services", text.services_heading), chosen, (&services.verdicts, services.idle))}
            {body}
        </section>
    }
    .into_any()
}

/// A row for each.
pub fn table(reader: &Reader, filter: &Filter, rows: &[ServiceCoverage]) -> AnyView {
    let text = &reader.text.coverage;
    let head = table_head::of(&[
        (reader.text.field_service, ""),
        (text.column_verdict, ""),
        (text.column_why, ""),
        (text.column_exposure, ""),
        (text.column_open, NUMBER),
        (text.column_tasks, NUMBER),
    ]);
    scroll_table::of(text.services_heading, head, rows.iter().map(|row| one(reader, filter, row)).collect())
}

/// The list of its open findings. Security Hub calls it by its ARN, GuardDuty by its name in a cluster.
fn open_list(filter: &Filter, row: &ServiceCoverage) -> Filter {
    let mut open = filter.with(Field::Service, &row.key);
    let name = format!("{}/{}/{}/{}", row.account, row.region, row.cluster.label, row.label);
    if name != row.key {
        open.fields.entry(Field::Service).or_default().include.push(name);
    }
    open.status = Some(StatusChoice::Active);
    open.range = TimeRange::Last(Span::All);
    open
}

fn one(reader: &Reader, filter: &Filter, row: &ServiceCoverage) -> AnyView {
    let text = &reader.text.coverage;
    let open = open_list(filter, row);
    let cluster = place_link::href(filter, Field::Cluster, &row.cluster.key, &row.cluster.label);
    let families: Vec<_> = row
        .families
        .iter()
        .map(|family| {
            let href = place_link::href(filter, Field::Family, &family.key, &family.label);
            view! { " · "<a href=href>{family.label.clone()}</a> }
        })
        .collect();
    let ours = match row.verdict {
        Some(ours) => verdict::mark(reader, ours),
        None => view! { <span class="sub">{text.idle}</span> }.into_any(),
    };
    view! {
        <tr data-service=row.key.clone()>
            <th scope="row" class="service-name">
                {row.label.clone()}
                <span class="sub"><a href=cluster>{row.cluster.label.clone()}</a>{families}</span>
                {badge::whereabouts(Some(&row.account), Some(&row.region))}
            </th>
            <td>{ours}</td>
            <td class="wrap">{verdict::why(reader, &row.reasons)}</td>
            <td>{verdict::exposure(reader, row.exposure)}</td>
            <td class="number"><a href=open.href("/findings")>{reader.number(row.open_findings)}</a>{verdict::severe(reader, row.open_severe)}</td>
            <td class="number">{verdict::tasks_of(reader, &row.tasks, row.verdict)}</td>
        </tr>
    }
    .into_any()
}

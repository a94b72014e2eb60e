//! What each workload costs, and what watching the rest of it would add.

use leptos::prelude::*;

use super::cells::usd;
use crate::components::scroll_table;
use crate::components::table_head::{self, NUMBER, SPARE, SPARE_NUMBER};
use crate::format::Reader;
use crate::model::{CostReport, Field};
use crate::text::fill;

/// Workloads with their part and the price of their gap.
pub fn table(reader: &Reader, report: &CostReport) -> AnyView {
    let text = &reader.text.cost;
    let head = table_head::of(&[
        (reader.text.field(Field::Family), ""),
        (reader.text.field(Field::Cluster), SPARE),
        (reader.text.field(Field::Region), SPARE),
        (text.column_month, NUMBER),
        (text.column_watched, NUMBER),
        (text.column_unwatched, SPARE_NUMBER),
        (text.column_gap, NUMBER),
    ]);
    let mut rows: Vec<AnyView> = report
        .workloads
        .iter()
        .map(|workload| {
            let gap = match (&workload.gap_usd, workload.gap_reason) {
                (Some(gap), _) => view! { <td class="number">{format!("${}", reader.money(gap))}</td> }.into_any(),
                (None, reason) => {
                    let reason = reason.map_or(reader.text.unknown, |reason| text.gap_reason(reason));
                    view! { <td class="number is-unknown">{reason}</td> }.into_any()
                }
            };
            view! {
                <tr>
                    <th scope="row">{workload.family.clone()}</th>
                    <td class=SPARE>{workload.cluster_name.clone()}</td>
                    <td class=SPARE>{workload.region.clone()}</td>
                    {usd(reader, workload.monthly_usd.as_ref())}
                    <td class="number">{workload.watched_vcpus.clone()}</td>
                    <td class=SPARE_NUMBER>{workload.unwatched_vcpus.clone()}</td>
                    {gap}
                </tr>
            }
            .into_any()
        })
        .collect();
    let rest = match &report.not_attributed_usd {
        Some(rest) => format!("${}", reader.money(rest)),
        None => reader.text.unknown.to_owned(),
    };
    rows.push(
        view! {
            <tr class="cost-total">
                <th scope="row">{text.not_attributed}</th>
                <td class=SPARE></td>
                <td class=SPARE></td>
                <td class="number">{rest}</td>
                <td></td>
                <td class=SPARE></td>
                <td></td>
            </tr>
        }
        .into_any(),
    );
    let note = fill(text.workloads_note, &[("hours", &report.observed_hours.to_string())]);
    view! { <p class="panel-note">{note}</p> {scroll_table::of(text.workloads_heading, head, rows)} }.into_any()
}

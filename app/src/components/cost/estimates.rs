//! Estimates with their range, the trials that run, and what the estimates rest on.

use leptos::prelude::*;

use super::cells::{FIXED, range, usd};
use crate::components::table_head::{self, NUMBER, SPARE, SPARE_NUMBER};
use crate::components::{badge, scroll_table};
use crate::format::Reader;
use crate::model::{CostAssumption, CostBasis, CostProjection, CostRow, Field};
use crate::text::fill;

/// Estimates by account, Region and feature, and their sum.
pub fn projection(reader: &Reader, projection: &CostProjection) -> AnyView {
    let text = &reader.text.cost;
    if projection.rows.is_empty() {
        return view! { <p class="empty is-unknown">{text.no_data}</p> }.into_any();
    }
    let words = reader.text;
    let head = table_head::of(&[
        (text.column_share, ""),
        (text.column_month, NUMBER),
        (text.column_range, NUMBER),
        (words.field(Field::Account), ""),
        (words.field(Field::Region), ""),
        (text.column_usage, SPARE_NUMBER),
        (text.column_days, SPARE_NUMBER),
        (text.column_daily, SPARE_NUMBER),
        (text.column_basis, SPARE),
    ]);
    let row = |row: &CostRow| {
        let days = row.days_used.to_string();
        let days =
            if row.basis == CostBasis::TrialUnknown { fill(text.days_assumed, &[("days", &days)]) } else { days };
        let daily = row.daily_usd.as_ref().map_or_else(|| text.no_data.to_owned(), |daily| format!("${daily}"));
        let usage =
            row.usage_usd.as_ref().map_or_else(|| text.no_data.to_owned(), |usage| format!("${}", reader.money(usage)));
        let between = match (&row.monthly_usd, &row.low_usd) {
            (Some(_), Some(_)) => {
                let between = range(reader, row.low_usd.as_ref(), row.high_usd.as_ref(), false);
                view! { <td class="number cost-fixed">{between}</td> }.into_any()
            }
            (Some(_), None) => view! { <td class="number is-unknown">{text.range_none}</td> }.into_any(),
            (None, _) => view! { <td></td> }.into_any(),
        };
        view! {
            <tr>
                <th scope="row">{text.feature(&row.feature).to_owned()}</th>
                {usd(reader, row.monthly_usd.as_ref())}
                {between}
                <td class=FIXED>{row.account.clone()}</td>
                <td class=FIXED>{row.region.clone()}</td>
                <td class=SPARE_NUMBER>{usage}</td>
                <td class=SPARE_NUMBER>{days}</td>
                <td class=SPARE_NUMBER>{daily}</td>
                <td class=SPARE>{text.basis(row.basis)}</td>
            </tr>
        }
        .into_any()
    };
    let total = &projection.total;
    let usage =
        total.usage_usd.as_ref().map_or_else(|| text.no_data.to_owned(), |usage| format!("${}", reader.money(usage)));
    let wider = total.unranged_rows > 0;
    let between = range(reader, total.low_usd.as_ref(), total.high_usd.as_ref(), wider);
    let sum = view! {
        <tr class="cost-total">
            <th scope="row">{text.total}</th>
            {usd(reader, total.monthly_usd.as_ref())}
            <td class="number cost-fixed">{between}</td>
            <td></td>
            <td></td>
            <td class=SPARE_NUMBER>{usage}</td>
            <td class=SPARE_NUMBER></td>
            <td class=SPARE_NUMBER></td>
            <td class=SPARE></td>
        </tr>
    }
    .into_any();
    let rows = projection.rows.iter().map(row).chain([sum]).collect();
    scroll_table::of(text.projection_heading, head, rows)
}

/// Trials that run, those that end first on top.
pub fn trials(reader: &Reader, rows: &[CostRow]) -> AnyView {
    let text = &reader.text.cost;
    let mut running: Vec<&CostRow> = rows.iter().filter(|row| row.in_trial()).collect();
    running.sort_by_key(|row| row.days_left);
    let body = if running.is_empty() {
        view! { <p class="empty">{text.trial_none}</p> }.into_any()
    } else {
        let head = table_head::of(&[
            (text.column_share, ""),
            (text.column_left, ""),
            (text.column_ends, ""),
            (text.column_after, NUMBER),
        ]);
        let rows = running
            .into_iter()
            .map(|row| {
                view! {
                    <tr>
                        <th scope="row">
                            {text.feature(&row.feature).to_owned()}
                            {badge::whereabouts(Some(&row.account), Some(&row.region))}
                        </th>
                        <td class=FIXED>{reader.count(text.trial_left, i64::from(row.days_left.unwrap_or(0)))}</td>
                        <td class=FIXED>{row.ends_on.map(|day| day.to_string())}</td>
                        {usd(reader, row.monthly_usd.as_ref())}
                    </tr>
                }
                .into_any()
            })
            .collect();
        scroll_table::of(text.trial_heading, head, rows)
    };
    view! {
        <section class="panel" aria-labelledby="trials">
            <header class="panel-head">
                <h2 id="trials">{text.trial_heading}</h2>
                <p class="panel-note">{text.trial_note}</p>
            </header>
            {body}
        </section>
    }
    .into_any()
}

/// The same month by other readings, and what the estimates take for granted.
pub fn readings(reader: &Reader, projection: &CostProjection) -> AnyView {
    let text = &reader.text.cost;
    let head = table_head::of(&[(text.column_reading, ""), (text.column_month, NUMBER)]);
    let rows = projection
        .readings
        .iter()
        .map(|reading| {
            view! { <tr><th scope="row">{text.reading(reading.of)}</th>{usd(reader, reading.usd.as_ref())}</tr> }
                .into_any()
        })
        .collect();
    let made = |assumption: &&CostAssumption| projection.rows.iter().any(|row| row.assumptions.contains(assumption));
    let assumptions: Vec<_> =
        CostAssumption::ALL.iter().filter(made).map(|one| view! { <li>{text.assumption(*one)}</li> }).collect();
    view! {
        <section class="panel" aria-labelledby="readings">
            <header class="panel-head"><h2 id="readings">{text.readings_heading}</h2></header>
            {scroll_table::of(text.readings_heading, head, rows)}
            <h3>{text.assumptions_heading}</h3>
            <ul class="cost-assumptions">{assumptions}</ul>
        </section>
    }
    .into_any()
}

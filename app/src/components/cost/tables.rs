//! Tables of costs.

use leptos::prelude::*;

use crate::components::scroll_table;
use crate::components::table_head::{self, NUMBER, SPARE, SPARE_NUMBER};
use crate::format::Reader;
use crate::model::{
    CostAlternatives, CostAssumption, CostOutcome, CostProjection, CostReport, CostRow, CostView, Field,
};
use crate::text::fill;

/// A cell whose words stay together.
const FIXED: &str = "cost-fixed";

/// An amount, or that there is none yet.
fn usd(reader: &Reader, amount: Option<&String>) -> AnyView {
    match amount {
        Some(amount) => view! { <td class="number">{format!("${}", reader.money(amount))}</td> }.into_any(),
        None => view! { <td class="number is-unknown">{reader.text.cost.no_data}</td> }.into_any(),
    }
}

fn range(reader: &Reader, low: Option<&String>, high: Option<&String>) -> String {
    let text = &reader.text.cost;
    match (low, high) {
        (Some(low), Some(high)) => fill(text.range, &[("low", &reader.money(low)), ("high", &reader.money(high))]),
        (Some(low), None) => fill(text.range_above, &[("low", &reader.money(low))]),
        _ => reader.text.unknown.to_owned(),
    }
}

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
        let days = row.days_used.map_or_else(|| words.unknown.to_owned(), |days| days.to_string());
        let daily = row.daily_usd.as_ref().map_or_else(|| text.no_data.to_owned(), |daily| format!("${daily}"));
        let usage =
            row.usage_usd.as_ref().map_or_else(|| text.no_data.to_owned(), |usage| format!("${}", reader.money(usage)));
        let between = if row.monthly_usd.is_some() {
            range(reader, row.low_usd.as_ref(), row.high_usd.as_ref())
        } else {
            String::new()
        };
        view! {
            <tr>
                <th scope="row">{text.feature(&row.feature).to_owned()}</th>
                {usd(reader, row.monthly_usd.as_ref())}
                <td class="number cost-fixed">{between}</td>
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
    let sum = view! {
        <tr class="cost-total">
            <th scope="row">{text.total}</th>
            {usd(reader, total.monthly_usd.as_ref())}
            <td class="number cost-fixed">{range(reader, total.low_usd.as_ref(), total.high_usd.as_ref())}</td>
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
            (reader.text.field(Field::Account), ""),
            (reader.text.field(Field::Region), ""),
        ]);
        let rows = running
            .into_iter()
            .map(|row| {
                view! {
                    <tr>
                        <th scope="row">{text.feature(&row.feature).to_owned()}</th>
                        <td class=FIXED>{reader.count(text.trial_left, i64::from(row.days_left.unwrap_or(0)))}</td>
                        <td class=FIXED>{row.ends_on.map(|day| day.to_string())}</td>
                        {usd(reader, row.monthly_usd.as_ref())}
                        <td class=FIXED>{row.account.clone()}</td>
                        <td class=FIXED>{row.region.clone()}</td>
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

/// Workloads with their part and the price of their gap.
pub fn workloads(reader: &Reader, report: &CostReport) -> AnyView {
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
            let gap = match &workload.gap_usd {
                Some(gap) => format!("${}", reader.money(gap)),
                None => text.price_unknown.to_owned(),
            };
            view! {
                <tr>
                    <th scope="row">{workload.family.clone()}</th>
                    <td class=SPARE>{workload.cluster_name.clone()}</td>
                    <td class=SPARE>{workload.region.clone()}</td>
                    {usd(reader, workload.monthly_usd.as_ref())}
                    <td class="number">{workload.watched_vcpus.clone()}</td>
                    <td class=SPARE_NUMBER>{workload.unwatched_vcpus.clone()}</td>
                    <td class="number">{gap}</td>
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

/// Runtime Monitoring and the quotes.
pub fn alternatives(reader: &Reader, view: &CostView, alternatives: &CostAlternatives) -> AnyView {
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

/// What prices do not say.
pub fn differences(reader: &Reader) -> AnyView {
    let text = &reader.text.cost;
    let head = table_head::of(&[
        (text.differences_trait, ""),
        (text.differences_guardduty, ""),
        (text.differences_sidecars, ""),
    ]);
    let rows = (0..text.traits.len())
        .map(|index| {
            view! {
                <tr>
                    <th scope="row">{text.traits[index]}</th>
                    <td>{text.guardduty[index]}</td>
                    <td>{text.sidecars[index]}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    view! {
        <section class="panel" aria-labelledby="differences">
            <header class="panel-head"><h2 id="differences">{text.differences_heading}</h2></header>
            {scroll_table::of(text.differences_heading, head, rows)}
            <p class="panel-foot">{text.differences_note}</p>
        </section>
    }
    .into_any()
}

/// How every question to AWS ended.
pub fn asked(reader: &Reader, report: &CostReport) -> AnyView {
    let text = &reader.text.cost;
    let head = table_head::of(&[
        (text.column_question, ""),
        (reader.text.field(Field::Account), ""),
        (reader.text.field(Field::Region), ""),
        (text.column_outcome, ""),
    ]);
    let rows = report
        .asked
        .iter()
        .map(|asked| {
            let is_trouble = matches!(asked.outcome, CostOutcome::Denied | CostOutcome::Failed);
            let class = if is_trouble { "trouble" } else { "" };
            let note = asked.note.clone().map(|note| view! { <span class="panel-note" lang="en">" "{note}</span> });
            view! {
                <tr>
                    <th scope="row">{text.question(asked.question)}</th>
                    <td class=FIXED>{asked.account.clone()}</td>
                    <td class=FIXED>{asked.region.clone()}</td>
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

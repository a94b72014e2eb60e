//! Pictures of costs, each with its table.

use leptos::prelude::*;

use crate::backend::{ChartText, Charts, MoneyBar, MoneyLine, MoneyLines};
use crate::components::{scroll_table, table_head};
use crate::format::Reader;
use crate::model::terms::NONE_KEY;
use crate::model::{CostAlternatives, CostDay, CostPart, CostSplit};
use crate::text::fill;

/// Bars of one picture; the file has all.
const BARS: usize = 12;

fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}

fn chart_text(reader: &Reader, title: &str, description: String) -> ChartText {
    ChartText {
        title: title.to_owned(),
        description,
        unknown: reader.text.unknown.to_owned(),
        blind: reader.text.coverage.blind.to_owned(),
        partly: reader.text.coverage.partly_blind.to_owned(),
        language: reader.language.tag(),
    }
}

fn dollars(reader: &Reader, usd: Option<&String>) -> String {
    usd.map_or_else(|| reader.text.cost.no_data.to_owned(), |usd| format!("${}", reader.money(usd)))
}

/// Usage so far and the cone ahead. Nothing where there is no usage.
pub fn days(reader: &Reader, charts: &dyn Charts, days: &[CostDay]) -> Option<AnyView> {
    let text = &reader.text.cost;
    let (now, then) = (days.iter().rfind(|day| !day.ahead)?, days.last()?);
    let ends = |end: Option<&String>| end.map_or_else(|| reader.money(&then.usd), |end| reader.money(end));
    let description = fill(
        text.chart_said,
        &[
            ("heading", text.chart_heading),
            ("now", &reader.money(&now.usd)),
            ("then", &reader.money(&then.usd)),
            ("low", &ends(then.low_usd.as_ref())),
            ("high", &ends(then.high_usd.as_ref())),
        ],
    );
    let so_far = |day: &CostDay| if day.ahead { None } else { number(&day.usd) };
    // The cone begins where usage ends.
    let ahead = |day: &CostDay| (day.ahead || day.day == now.day).then(|| number(&day.usd)).flatten();
    let end = |day: &CostDay, end: Option<&String>| match end {
        Some(end) => number(end),
        None => (day.day == now.day).then(|| number(&day.usd)).flatten(),
    };
    let line = |name: &str, ink, values| MoneyLine { name: name.to_owned(), ink, values };
    let lines = MoneyLines {
        id: "cost-days",
        at: (0_u32..).take(days.len()).map(f64::from).collect(),
        names: days.iter().map(|day| reader.day(day.day)).collect(),
        lines: vec![
            line(text.chart_so_far, 0, days.iter().map(so_far).collect()),
            line(text.chart_ahead, 1, days.iter().map(ahead).collect()),
        ],
        band: Some((
            days.iter().map(|day| end(day, day.low_usd.as_ref())).collect(),
            days.iter().map(|day| end(day, day.high_usd.as_ref())).collect(),
        )),
    };
    let svg = charts.money_lines(&lines, &chart_text(reader, text.chart_heading, description));
    let head = table_head::of(&[
        (reader.text.column_from, ""),
        (text.chart_usd, table_head::NUMBER),
        (text.chart_low, table_head::NUMBER),
        (text.chart_high, table_head::NUMBER),
    ]);
    let rows = days
        .iter()
        .map(|day| {
            let end = |end: &Option<String>| end.as_ref().map(|end| reader.money(end)).unwrap_or_default();
            let when = day.day.to_string();
            let when = if day.ahead { format!("{when} ({})", text.chart_ahead) } else { when };
            view! {
                <tr>
                    <th scope="row">{when}</th>
                    <td class="number">{reader.money(&day.usd)}</td>
                    <td class="number">{end(&day.low_usd)}</td>
                    <td class="number">{end(&day.high_usd)}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    Some(
        view! {
            <section class="panel" aria-labelledby="cost-days">
                <header class="panel-head">
                    <h2 id="cost-days">{text.chart_heading}</h2>
                    <p class="panel-note">{text.chart_note}</p>
                </header>
                <div class="chart-picture" inner_html=svg></div>
                <ul class="legend">
                    {legend(text.chart_so_far.to_owned(), 0)}
                    {legend(text.chart_ahead.to_owned(), 1)}
                </ul>
                <details class="chart-table">
                    <summary>{reader.text.show_table}</summary>
                    {scroll_table::of(text.chart_heading, head, rows)}
                </details>
            </section>
        }
        .into_any(),
    )
}

fn legend(name: String, ink: usize) -> AnyView {
    let class = format!("money-key money-key-{ink}");
    view! { <li><span class=class aria-hidden="true"></span><span>{name}</span></li> }.into_any()
}

/// What a part is called.
pub fn part_name(reader: &Reader, part: &CostPart) -> String {
    match part.by {
        _ if part.key == NONE_KEY => reader.text.cost.not_attributed.to_owned(),
        CostSplit::Feature => reader.text.cost.feature(&part.key).to_owned(),
        _ => part.label.clone(),
    }
}

/// A part as a bar.
pub fn bar(reader: &Reader, part: &CostPart) -> MoneyBar {
    MoneyBar {
        name: part_name(reader, part),
        usd: part.monthly_usd.as_deref().and_then(number),
        said: dollars(reader, part.monthly_usd.as_ref()),
    }
}

/// The month by one of its splits: bars and their table.
pub fn parts(reader: &Reader, charts: &dyn Charts, parts: &[CostPart], by: CostSplit) -> Option<AnyView> {
    let text = &reader.text.cost;
    let parts: Vec<&CostPart> = parts.iter().filter(|part| part.by == by).collect();
    let first = parts.first()?;
    let heading = fill(text.parts_heading, &[("split", text.split(by))]);
    let bars: Vec<MoneyBar> = parts.iter().take(BARS).map(|part| bar(reader, part)).collect();
    let description = fill(
        text.parts_said,
        &[
            ("heading", &heading),
            ("n", &parts.len().to_string()),
            ("label", &part_name(reader, first)),
            ("usd", &first.monthly_usd.as_ref().map_or_else(|| text.no_data.to_owned(), |usd| reader.money(usd))),
        ],
    );
    let id = format!("cost-by-{by}");
    let svg = charts.money_bars(&id, &bars, &chart_text(reader, &heading, description));
    let head = table_head::of(&[(text.split(by), ""), (text.column_month, table_head::NUMBER)]);
    let rows = parts
        .iter()
        .map(|part| {
            view! {
                <tr>
                    <th scope="row">{part_name(reader, part)}</th>
                    <td class="number">{dollars(reader, part.monthly_usd.as_ref())}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    Some(
        view! {
            <section class="panel" aria-labelledby=id.clone()>
                <header class="panel-head"><h2 id=id.clone()>{heading}</h2></header>
                <div class="chart-picture" inner_html=svg></div>
                <details class="chart-table">
                    <summary>{reader.text.show_table}</summary>
                    {scroll_table::of(text.column_month, head, rows)}
                </details>
            </section>
        }
        .into_any(),
    )
}

/// Cost by size of the fleet. Nothing where there is no quote to compare with.
pub fn break_even(reader: &Reader, charts: &dyn Charts, alternatives: &CostAlternatives) -> Option<AnyView> {
    let text = &reader.text.cost;
    let last = alternatives.curve.last().filter(|_| !alternatives.rows.is_empty())?;
    let curve = &alternatives.curve;
    let names: Vec<String> = std::iter::once(text.alternatives_guardduty.to_owned())
        .chain(alternatives.rows.iter().map(|row| row.quote.name.clone()))
        .collect();
    let values = |index: usize| -> Vec<Option<f64>> {
        curve
            .iter()
            .map(|point| match index {
                0 => point.guardduty_usd.as_deref().and_then(number),
                _ => point.quotes_usd.get(index - 1)?.as_deref().and_then(number),
            })
            .collect()
    };
    let whole = |vcpus: &str| reader.money(vcpus.split('.').next().unwrap_or(vcpus));
    let lines = MoneyLines {
        id: "cost-break-even",
        at: curve.iter().map(|point| number(&point.vcpus).unwrap_or_default()).collect(),
        names: curve.iter().map(|point| whole(&point.vcpus)).collect(),
        lines: names
            .iter()
            .enumerate()
            .map(|(index, name)| MoneyLine { name: name.clone(), ink: index % 6, values: values(index) })
            .collect(),
        band: None,
    };
    let description = fill(
        text.break_even_said,
        &[
            ("heading", text.break_even_heading),
            ("vcpus", &whole(&last.vcpus)),
            ("n", &alternatives.rows.len().to_string()),
        ],
    );
    let svg = charts.money_lines(&lines, &chart_text(reader, text.break_even_heading, description));
    let keys: Vec<_> = names.iter().enumerate().map(|(index, name)| legend(name.clone(), index % 6)).collect();
    let heads: Vec<_> = names.iter().map(|name| view! { <th scope="col" class="number">{name.clone()}</th> }).collect();
    let head = view! { <thead><tr><th scope="col" class="number">{text.vcpus}</th>{heads}</tr></thead> }.into_any();
    let rows = curve
        .iter()
        .map(|point| {
            let all = std::iter::once(&point.guardduty_usd).chain(&point.quotes_usd);
            let cells: Vec<_> =
                all.map(|usd| view! { <td class="number">{dollars(reader, usd.as_ref())}</td> }).collect();
            view! { <tr><th scope="row" class="number">{point.vcpus.clone()}</th>{cells}</tr> }.into_any()
        })
        .collect();
    Some(
        view! {
            <h3>{text.break_even_heading}</h3>
            <div class="chart-picture" inner_html=svg></div>
            <ul class="legend">{keys}</ul>
            <details class="chart-table">
                <summary>{reader.text.show_table}</summary>
                {scroll_table::of(text.break_even_heading, head, rows)}
            </details>
        }
        .into_any(),
    )
}

//! Pictures of costs on the page, each with its table and a file of its own.

use leptos::prelude::*;

use super::drawings::{self, BarDrawing, LineDrawing, dollars};
use crate::backend::{Charts, MoneyBar, MoneyLine};
use crate::components::{scroll_table, table_head};
use crate::format::Reader;
use crate::model::{CostAlternatives, CostChart, CostDay, CostPart, CostSplit, CostView};

/// Bars of one picture on the page; its table has all.
const BARS: usize = 12;

/// Pictures and where their files are.
#[derive(Clone, Copy)]
pub struct Easel<'a> {
    pub charts: &'a dyn Charts,
    /// `None`: behind a link, from where nothing leads anywhere else.
    pub view: Option<&'a CostView>,
}

impl Easel<'_> {
    /// The way to a picture's file.
    fn file(&self, reader: &Reader, chart: CostChart, heading: &str) -> Option<AnyView> {
        let address = format!("/api/v1/charts/cost.png?chart={chart}&lang={}", reader.language.tag());
        let query = self.view?.to_query();
        let address = if query.is_empty() { address } else { format!("{address}&{query}") };
        let label = format!("{}: {heading}", reader.text.reports.picture);
        Some(
            view! {
                <span class="panel-actions">
                    <a class="quiet" href=address aria-label=label>{reader.text.reports.picture}</a>
                </span>
            }
            .into_any(),
        )
    }
}

fn legend(lines: &[MoneyLine]) -> AnyView {
    let key = |line: &MoneyLine| {
        let class = format!("money-key money-key-{}", line.ink);
        view! { <li><span class=class aria-hidden="true"></span><span>{line.name.clone()}</span></li> }
    };
    let keys: Vec<_> = lines.iter().map(key).collect();
    view! { <ul class="legend">{keys}</ul> }.into_any()
}

/// Usage so far and the cone ahead. Nothing where there is no usage.
pub fn days(reader: &Reader, easel: Easel<'_>, days: &[CostDay]) -> Option<AnyView> {
    let text = &reader.text.cost;
    let LineDrawing { lines, words } = drawings::days(reader, days)?;
    let svg = easel.charts.money_lines(&lines, &words);
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
                    {easel.file(reader, CostChart::Days, text.chart_heading)}
                </header>
                <div class="chart-picture" inner_html=svg></div>
                {legend(&lines.lines)}
                <details class="chart-table">
                    <summary>{reader.text.show_table}</summary>
                    {scroll_table::of(text.chart_heading, head, rows)}
                </details>
            </section>
        }
        .into_any(),
    )
}

/// The month by one of its splits: bars and their table.
pub fn parts(reader: &Reader, easel: Easel<'_>, parts: &[CostPart], by: CostSplit) -> Option<AnyView> {
    let text = &reader.text.cost;
    let BarDrawing { bars, words } = drawings::parts(reader, parts, by, usize::MAX)?;
    let id = format!("cost-by-{by}");
    let svg = easel.charts.money_bars(&id, &bars[..bars.len().min(BARS)], &words);
    let heading = words.title;
    let head = table_head::of(&[(text.split(by), ""), (text.column_month, table_head::NUMBER)]);
    let row =
        |bar: MoneyBar| view! { <tr><th scope="row">{bar.name}</th><td class="number">{bar.said}</td></tr> }.into_any();
    let rows = bars.into_iter().map(row).collect();
    Some(
        view! {
            <section class="panel" aria-labelledby=id.clone()>
                <header class="panel-head">
                    <h2 id=id.clone()>{heading.clone()}</h2>
                    {easel.file(reader, by.into(), &heading)}
                </header>
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
pub fn break_even(reader: &Reader, easel: Easel<'_>, alternatives: &CostAlternatives) -> Option<AnyView> {
    let text = &reader.text.cost;
    let LineDrawing { lines, words } = drawings::break_even(reader, alternatives)?;
    let svg = easel.charts.money_lines(&lines, &words);
    let heads: Vec<_> =
        lines.lines.iter().map(|line| view! { <th scope="col" class="number">{line.name.clone()}</th> }).collect();
    let head = view! { <thead><tr><th scope="col" class="number">{text.vcpus}</th>{heads}</tr></thead> }.into_any();
    let rows = alternatives
        .curve
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
            <header class="panel-head">
                <h3>{text.break_even_heading}</h3>
                {easel.file(reader, CostChart::BreakEven, text.break_even_heading)}
            </header>
            <div class="chart-picture" inner_html=svg></div>
            {legend(&lines.lines)}
            <details class="chart-table">
                <summary>{reader.text.show_table}</summary>
                {scroll_table::of(text.break_even_heading, head, rows)}
            </details>
        }
        .into_any(),
    )
}

//! What pictures of costs show and say: the same on the page, in a file of its own and behind a link.

use crate::backend::{ChartText, MoneyBar, MoneyLine, MoneyLines};
use crate::components::chart_words;
use crate::format::Reader;
use crate::model::terms::NONE_KEY;
use crate::model::{CostAlternatives, CostDay, CostPart, CostSplit};
use crate::text::fill;

/// Lines told apart.
pub const INKS: usize = 6;

/// Lines and what they say.
#[derive(Debug)]
pub struct LineDrawing {
    pub lines: MoneyLines,
    pub words: ChartText,
}

/// Bars and what they say.
#[derive(Debug)]
pub struct BarDrawing {
    pub bars: Vec<MoneyBar>,
    pub words: ChartText,
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}

fn words(reader: &Reader, title: &str, description: String) -> ChartText {
    // Bars are unknown, not spans of time.
    let unknown = reader.text.unknown.to_owned();
    ChartText { unknown, ..chart_words::chart_text(reader, title.to_owned(), description) }
}

/// An amount in USD, or that there is none yet.
pub fn dollars(reader: &Reader, usd: Option<&String>) -> String {
    usd.map_or_else(|| reader.text.cost.no_data.to_owned(), |usd| format!("${}", reader.money(usd)))
}

/// Usage so far and the cone ahead. Nothing where there is no usage.
pub fn days(reader: &Reader, days: &[CostDay]) -> Option<LineDrawing> {
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
    Some(LineDrawing { lines, words: words(reader, text.chart_heading, description) })
}

/// What a part is called.
pub fn part_name(reader: &Reader, part: &CostPart) -> String {
    match part.by {
        _ if part.key == NONE_KEY => reader.text.cost.not_attributed.to_owned(),
        CostSplit::Feature => reader.text.cost.feature(&part.key).to_owned(),
        _ => part.label.clone(),
    }
}

/// The month by one of its splits, the first `most` parts of it. Nothing where there is no part.
pub fn parts(reader: &Reader, parts: &[CostPart], by: CostSplit, most: usize) -> Option<BarDrawing> {
    let text = &reader.text.cost;
    let parts: Vec<&CostPart> = parts.iter().filter(|part| part.by == by).collect();
    // Where no part has an amount there is nothing to compare.
    let first = parts.first().filter(|first| first.monthly_usd.is_some())?;
    let heading = fill(text.parts_heading, &[("split", text.split(by))]);
    let description = fill(
        text.parts_said,
        &[
            ("heading", &heading),
            ("n", &parts.len().to_string()),
            ("label", &part_name(reader, first)),
            ("usd", &first.monthly_usd.as_ref().map_or_else(|| text.no_data.to_owned(), |usd| reader.money(usd))),
        ],
    );
    let bar = |part: &&CostPart| MoneyBar {
        name: part_name(reader, part),
        usd: part.monthly_usd.as_deref().and_then(number),
        said: dollars(reader, part.monthly_usd.as_ref()),
    };
    let mut bars: Vec<MoneyBar> = parts.iter().map(bar).collect();
    if matches!(by, CostSplit::Cluster | CostSplit::Family) {
        let names = parts.iter().zip(&mut bars).map(|(part, bar)| (part.key.as_str(), &mut bar.name));
        chart_words::told_apart(names.collect());
    }
    bars.truncate(most);
    Some(BarDrawing { bars, words: words(reader, &heading, description) })
}

/// A number of vCPUs without its fraction.
fn whole(reader: &Reader, vcpus: &str) -> String {
    reader.money(vcpus.split('.').next().unwrap_or(vcpus))
}

/// Cost by size of the fleet. Nothing where there is no quote to compare with.
pub fn break_even(reader: &Reader, alternatives: &CostAlternatives) -> Option<LineDrawing> {
    let text = &reader.text.cost;
    let curve = &alternatives.curve;
    let last = curve.last().filter(|_| !alternatives.rows.is_empty())?;
    let values = |index: usize| -> Vec<Option<f64>> {
        curve
            .iter()
            .map(|point| match index {
                0 => point.guardduty_usd.as_deref().and_then(number),
                _ => point.quotes_usd.get(index - 1)?.as_deref().and_then(number),
            })
            .collect()
    };
    let names = std::iter::once(text.alternatives_guardduty.to_owned())
        .chain(alternatives.rows.iter().map(|row| row.quote.name.clone()));
    let lines = MoneyLines {
        id: "cost-break-even",
        at: curve.iter().map(|point| number(&point.vcpus).unwrap_or_default()).collect(),
        names: curve.iter().map(|point| whole(reader, &point.vcpus)).collect(),
        lines: names
            .enumerate()
            .map(|(index, name)| MoneyLine { name, ink: index % INKS, values: values(index) })
            .collect(),
        band: None,
    };
    let description = fill(
        text.break_even_said,
        &[
            ("heading", text.break_even_heading),
            ("vcpus", &whole(reader, &last.vcpus)),
            ("n", &alternatives.rows.len().to_string()),
        ],
    );
    Some(LineDrawing { lines, words: words(reader, text.break_even_heading, description) })
}

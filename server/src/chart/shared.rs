//! Shared views as pictures: the same values as the page behind the link, with the moment they speak of inside, because
//! wikis keep pictures.

use std::fmt::Write;

use app::components::shared_parts::named;
use app::components::{chart_words, headline_words, layer_rows, shared_words};
use app::format::Reader;
use app::model::{
    BreakdownRow, Layer, Shared, SharedContent, SharedFindings, SharedKpi, SharedLayers, SharedOverview, SharedRows,
};
use app::page::Theme;
use app::text::{Language, fill};

use super::standalone::{Frame, Picture, composed, coverage_of, fitted, heatmap_of, placed, trend_of};
use super::svg::{escape, hatch};
use super::{cost, trend};

/// Width of the drawing, in units: that of the charts.
pub(super) const WIDTH: u32 = 1080;
/// Height of a row, and size of its text.
pub(super) const ROW: u32 = 26;
const FONT: u32 = 12;
/// Rows of bars, and of findings, of one picture.
pub(super) const MOST_BARS: usize = 20;
const MOST_FINDINGS: usize = 15;
/// Rows of each list of the overview.
const LISTED: usize = 6;
/// Between the columns of the overview.
const GUTTER: u32 = 40;

/// A shared view as a picture.
pub fn shared_picture(shared: &Shared, reader: &Reader, frame: Frame) -> Picture {
    let scope = [shared_words::scope(reader, shared)];
    match &shared.content {
        SharedContent::Trend(trend) => trend_of(trend, reader, &scope, frame),
        SharedContent::Heatmap(heatmap) => heatmap_of(heatmap, reader, &scope, frame),
        SharedContent::Overview(overview) => of_overview(shared, overview, reader, frame),
        SharedContent::Breakdown(rows) => {
            let (drawing, size) = bars(rows, reader);
            let heading = shared_words::heading(reader, shared);
            let total = format!("{} {}", reader.text.column_total, reader.number(rows.breakdown.total.findings));
            let notes = [scope[0].clone(), total, shared_words::stamp(reader)];
            composed(&drawing, size, &heading, &notes, &[], frame)
        }
        SharedContent::Cost(cost) => {
            cost::of_share(cost, reader, &shared_words::heading(reader, shared), &scope, frame)
        }
        SharedContent::Coverage(coverage) => coverage_of(&coverage.coverage, reader, &scope, frame),
        SharedContent::Layers(layers) => {
            let (drawing, size) = matrix(layers, reader);
            let notes = [scope[0].clone(), shared_words::stamp(reader)];
            composed(&drawing, size, &shared_words::heading(reader, shared), &notes, &[], frame)
        }
        SharedContent::Findings(findings) => {
            let (drawing, size) = list(findings, reader);
            let notes = [scope[0].clone(), shared_words::stamp(reader)];
            composed(&drawing, size, &shared_words::heading(reader, shared), &notes, &[], frame)
        }
    }
}

/// What wikis show where a link is dead: they keep broken pictures, so it is a whole one.
pub fn gone_picture(language: Language, theme: Theme) -> Picture {
    let text = &language.text().shares;
    composed(
        &open((WIDTH, 1), ""),
        (WIDTH, 1),
        text.gone_heading,
        &[text.gone_advice.to_owned()],
        &[],
        Frame { theme, titled: true },
    )
}

/// A drawing of one size, without its end.
pub(super) fn open((width, height): (u32, u32), content: &str) -> String {
    format!(r#"<svg viewBox="0 0 {width} {height}">{content}</svg>"#)
}

pub(super) fn label(out: &mut String, class: &str, (x, y): (u32, u32), anchor: &str, text: &str) {
    // Writing to a string cannot fail.
    let _ = write!(out, r#"<text class="{class}" x="{x}" y="{y}" text-anchor="{anchor}">{}</text>"#, escape(text));
}

fn height_of(rows: usize) -> u32 {
    u32::try_from(rows.max(1)).unwrap_or(1) * ROW
}

/// A place where nothing stands, because nothing was found or because nobody looked: that is hatched.
pub(super) fn nothing(out: &mut String, reader: &Reader, watched: bool, (x, y): (u32, u32), width: u32) {
    let text = if watched { reader.text.empty_window } else { reader.text.unwatched_window };
    if !watched {
        out.push_str(&hatch("nothing"));
        let _ = write!(
            out,
            r#"<rect class="unknown" fill="url(#nothing-hatch)" x="{x}" y="{y}" width="{width}" height="{ROW}"/>"#
        );
    }
    label(out, "label", (x + 8, y + 17), "start", &fitted(text, width, FONT));
}

fn bars(rows: &SharedRows, reader: &Reader) -> (String, (u32, u32)) {
    let (breakdown, _) = named(reader, &rows.breakdown);
    let mut out = String::new();
    if breakdown.rows.is_empty() {
        nothing(&mut out, reader, rows.breakdown.watched, (0, 0), WIDTH);
        return (open((WIDTH, ROW), &out), (WIDTH, ROW));
    }
    let shown = &breakdown.rows[..breakdown.rows.len().min(MOST_BARS)];
    let mut lines = shown.len();
    column_of_bars(&mut out, reader, shown, (0, 0), WIDTH);
    let more = rows.rows_total.saturating_sub(shown.len());
    if more > 0 {
        let words = reader.count(reader.text.shares.rows_more, i64::try_from(more).unwrap_or(i64::MAX));
        label(&mut out, "label", (0, height_of(lines) + 17), "start", &words);
        lines += 1;
    }
    let size = (WIDTH, height_of(lines));
    (open(size, &out), size)
}

/// Rows with a bar each: names at the left, numbers at the right.
fn column_of_bars(out: &mut String, reader: &Reader, rows: &[BreakdownRow], (left, top): (u32, u32), width: u32) {
    let highest = rows.iter().map(|row| row.findings).max().unwrap_or(1).max(1);
    let names = width * 3 / 10;
    let room = width - names - 70;
    for (index, row) in rows.iter().enumerate() {
        let y = top + u32::try_from(index).unwrap_or(0) * ROW;
        let long = i64::from(room) * row.findings / highest;
        // What was found is visible, however small beside the rest.
        let long = u32::try_from(long.max(i64::from(row.findings > 0))).unwrap_or(0);
        label(out, "label", (left + names - 10, y + 17), "end", &fitted(&row.label, names - 20, FONT));
        let _ = write!(
            out,
            r#"<rect class="series-0" x="{}" y="{}" width="{long}" height="{}" rx="2"/>"#,
            left + names,
            y + 5,
            ROW - 10
        );
        label(out, "strong", (left + names + long + 8, y + 17), "start", &reader.number(row.findings));
    }
}

fn list(findings: &SharedFindings, reader: &Reader) -> (String, (u32, u32)) {
    let mut out = String::new();
    if findings.rows.is_empty() {
        nothing(&mut out, reader, findings.watched, (0, 0), WIDTH);
        return (open((WIDTH, ROW), &out), (WIDTH, ROW));
    }
    let shown = findings.rows.iter().take(MOST_FINDINGS);
    for (index, finding) in shown.clone().enumerate() {
        let y = u32::try_from(index).unwrap_or(0) * ROW;
        let _ = write!(out, r#"<line class="grid" x1="0" y1="{y}" x2="{WIDTH}" y2="{y}"/>"#);
        let _ = write!(
            out,
            r#"<rect class="series-{}" x="0" y="{}" width="10" height="10" rx="2"/>"#,
            finding.severity,
            y + 8
        );
        label(&mut out, "strong", (18, y + 17), "start", &fitted(reader.text.severity(finding.severity), 90, FONT));
        label(&mut out, "strong", (116, y + 17), "start", &fitted(&finding.title, 520, FONT));
        label(&mut out, "label", (650, y + 17), "start", &fitted(&shared_words::place(finding), 300, FONT));
        label(&mut out, "label", (WIDTH, y + 17), "end", &reader.time(finding.created_at));
    }
    let mut lines = shown.len();
    if findings.total > i64::try_from(lines).unwrap_or(i64::MAX) {
        let words = reader.count(reader.text.shares.rows_more, findings.total - i64::try_from(lines).unwrap_or(0));
        label(&mut out, "label", (0, height_of(lines) + 17), "start", &words);
        lines += 1;
    }
    let size = (WIDTH, height_of(lines));
    (open(size, &out), size)
}

/// The first workloads by layer, in words.
fn matrix(layers: &SharedLayers, reader: &Reader) -> (String, (u32, u32)) {
    const NAME: u32 = 240;
    let text = &reader.text.layers;
    let wide = (WIDTH - NAME) / 4;
    let mut out = String::new();
    for (column, layer) in (0..).zip(Layer::ALL) {
        label(&mut out, "label", (NAME + column * wide, 17), "start", &fitted(text.layer(*layer), wide - 8, FONT));
    }
    let shown = layers.rows.iter().take(MOST_FINDINGS);
    for (line, row) in (1..).zip(shown.clone()) {
        let y = line * ROW;
        let _ = write!(out, r#"<line class="grid" x1="0" y1="{y}" x2="{WIDTH}" y2="{y}"/>"#);
        let name = format!("{} · {}", row.label, row.region);
        label(&mut out, "strong", (0, y + 17), "start", &fitted(&name, NAME - 8, FONT));
        for (column, cell) in (0..).zip(&row.cells) {
            let words = fitted(&layer_rows::words(reader, cell), wide - 8, FONT);
            label(&mut out, "label", (NAME + column * wide, y + 17), "start", &words);
        }
    }
    let mut lines = shown.len() + 1;
    let more = i64::try_from(layers.rows_total.saturating_sub(shown.len())).unwrap_or(0);
    if more > 0 {
        let words = reader.count(reader.text.shares.rows_more, more);
        label(&mut out, "label", (0, height_of(lines) + 17), "start", &words);
        lines += 1;
    }
    let size = (WIDTH, height_of(lines));
    (open(size, &out), size)
}

fn of_overview(shared: &Shared, overview: &SharedOverview, reader: &Reader, frame: Frame) -> Picture {
    let mut out = String::new();
    cards(&mut out, &overview.kpis, reader);
    let (report, words) = chart_words::trend(reader, &overview.trend);
    label(&mut out, "heading", (0, 110), "start", &fitted(&words.title, WIDTH, 16));
    let (drawing, (width, height)) = trend::draw_wide(&report, &words);
    out.push_str(&placed(&drawing, (0, 122), (width, height)));
    let top = 122 + height + 30;
    let columns = [
        (reader.text.categories_heading, overview.categories.rows.clone()),
        (reader.text.families_heading, overview.families.iter().map(|place| place.row.clone()).collect()),
    ];
    let wide = (WIDTH - GUTTER) / 2;
    let mut lines = 1;
    for (index, (heading, rows)) in columns.into_iter().enumerate() {
        let left = u32::try_from(index).unwrap_or(0) * (wide + GUTTER);
        label(&mut out, "heading", (left, top), "start", heading);
        let by = if index == 0 { overview.categories.by } else { app::model::Dimension::Family };
        let breakdown = app::model::Breakdown { by, rows, ..overview.categories.clone() };
        let (breakdown, _) = named(reader, &breakdown);
        let shown = &breakdown.rows[..breakdown.rows.len().min(LISTED)];
        if shown.is_empty() {
            nothing(&mut out, reader, overview.categories.watched, (left, top + 12), wide);
        }
        column_of_bars(&mut out, reader, shown, (left, top + 12), wide);
        lines = lines.max(shown.len());
    }
    let size = (WIDTH, top + 12 + height_of(lines));
    let headline = &overview.headline;
    let notes = [
        headline_words::health(reader, headline.sources_failing, headline.sources_total),
        shared_words::scope(reader, shared),
        shared_words::stamp(reader),
    ];
    composed(&open(size, &out), size, &shared_words::heading(reader, shared), &notes, &[], frame)
}

/// Key figures in a row.
fn cards(out: &mut String, kpis: &[SharedKpi], reader: &Reader) {
    let text = reader.text;
    let count = u32::try_from(kpis.len().max(1)).unwrap_or(1);
    let wide = WIDTH / count;
    for (index, kpi) in kpis.iter().enumerate() {
        let x = u32::try_from(index).unwrap_or(0) * wide;
        label(out, "label", (x, 18), "start", &fitted(text.kpi(kpi.kind), wide - 12, FONT));
        label(out, "figure", (x, 46), "start", &reader.number_or_unknown(kpi.value));
        let past = match (kpi.value, kpi.previous) {
            (Some(value), Some(previous)) if value == previous => text.change_none.to_owned(),
            (Some(value), Some(previous)) => {
                let sign = if value > previous { "+" } else { "" };
                let difference = format!("{sign}{}", reader.number(value - previous));
                fill(text.change, &[("difference", &difference), ("previous", &reader.number(previous))])
            }
            _ => text.change_unknown.to_owned(),
        };
        label(out, "label", (x, 66), "start", &fitted(&past, wide - 12, FONT));
    }
}

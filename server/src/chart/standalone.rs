//! A chart as a file of its own: with its heading, its legend, the moment it speaks of and its own colours.

use std::fmt::Write;

use app::components::chart_words;
use app::format::Reader;
use app::model::{Heatmap, Trend};
use app::page::Theme;
use app::text::fill;

use super::svg::{escape, width_in_tenths};
use super::{heatmap, palette, trend};

/// Space around the drawing, in units.
const MARGIN: u32 = 16;
/// Heading and stamp.
const HEAD: u32 = 56;
/// A row of the legend.
const LINE: u32 = 22;

/// A whole SVG document.
#[derive(Debug, Clone)]
pub struct Picture {
    pub svg: String,
}

/// Draws a trend.
pub fn trend_picture(report: &Trend, reader: &Reader, theme: Theme) -> Picture {
    let (report, words) = chart_words::trend(reader, report);
    let drawn = report.drawn_alone();
    let mut entries: Vec<(String, String)> = report.series[..drawn]
        .iter()
        .enumerate()
        .map(|(index, series)| {
            let figure = reader.number_or_unknown(report.figure(&series.values));
            (report.ink(index), format!("{} {figure}", series.label))
        })
        .collect();
    if drawn < report.series.len() {
        entries.push(("rest".to_owned(), format!("+{}", report.series.len() - drawn)));
    }
    let (drawing, size) = trend::draw_wide(&report, &words);
    let total = format!("{} {}", reader.text.column_total, reader.number_or_unknown(report.total()));
    composed(&drawing, size, &words.title, &[total, stamp(reader)], &entries, theme)
}

/// Draws a heat map.
pub fn heatmap_picture(report: &Heatmap, reader: &Reader, theme: Theme) -> Picture {
    let (report, words) = chart_words::heatmap(reader, report);
    let (drawing, size) = heatmap::draw_wide(&report, &words);
    let total = format!("{} {}", reader.text.column_total, reader.number(report.total));
    composed(&drawing, size, &words.title, &[total, stamp(reader)], &[], theme)
}

fn stamp(reader: &Reader) -> String {
    let moment = reader.as_of().map(|as_of| reader.moment(as_of)).unwrap_or_default();
    fill(reader.text.foot_as_of, &[("moment", &moment)])
}

fn composed(
    drawing: &str,
    (width, height): (u32, u32),
    heading: &str,
    notes: &[String],
    legend: &[(String, String)],
    theme: Theme,
) -> Picture {
    let (legend, legend_height) = legend_of(legend, width, HEAD + height + LINE / 2);
    let (full_width, full_height) = (width + 2 * MARGIN, HEAD + height + legend_height + MARGIN);
    let inner =
        drawing.replacen("<svg ", &format!(r#"<svg x="{MARGIN}" y="{HEAD}" width="{width}" height="{height}" "#), 1);
    let svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{full_width}" height="{full_height}" viewBox="0 0 {full_width} {full_height}"><style>{style}</style><rect class="ground" width="{full_width}" height="{full_height}"/><text class="heading" x="{MARGIN}" y="26">{heading}</text><text class="label" x="{MARGIN}" y="46">{notes}</text>{inner}{legend}</svg>"#,
        style = palette::style(theme),
        heading = escape(heading),
        notes = escape(&notes.join(" · ")),
    );
    Picture { svg }
}

/// The legend from `top` down, in as many lines as it takes, and its height.
fn legend_of(entries: &[(String, String)], width: u32, top: u32) -> (String, u32) {
    let mut svg = String::new();
    let (mut x, mut line) = (MARGIN, 0);
    for (ink, words) in entries {
        let length = width_in_tenths(words) * 12 / 10 + 38;
        if x > MARGIN && x + length > width + MARGIN {
            (x, line) = (MARGIN, line + 1);
        }
        let y = top + line * LINE;
        let _ = write!(
            svg,
            r#"<rect class="series-{}" x="{x}" y="{}" width="11" height="11" rx="2"/><text class="label" x="{}" y="{}">{}</text>"#,
            escape(ink),
            y - 10,
            x + 17,
            y,
            escape(words)
        );
        x += length;
    }
    let lines = if entries.is_empty() { 0 } else { line + 1 };
    (svg, lines * LINE)
}

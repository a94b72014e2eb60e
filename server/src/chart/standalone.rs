//! A chart as a file of its own: with its heading, its legend, the moment it speaks of and its own colours.

use std::fmt::Write;

use app::components::{chart_words, shared_words};
use app::format::Reader;
use app::model::coverage::Coverage;
use app::model::{Heatmap, Trend};
use app::page::Theme;

use super::label::shortened;
use super::svg::{escape, width_in_tenths};
use super::{coverage, heatmap, palette, trend};

/// Space around the drawing, in units.
const MARGIN: u32 = 16;
/// Heading and stamp.
const HEAD: u32 = 56;
/// A row of the legend.
const LINE: u32 = 22;
/// Sizes of heading and notes, in units.
const HEADING: u32 = 16;
const NOTE: u32 = 12;

/// A whole SVG document.
#[derive(Debug, Clone)]
pub struct Picture {
    pub svg: String,
}

/// Begins the ink of a legend's entry that is hatched; the name of its hatch follows.
const HATCHED: &str = "hatched:";

/// Draws a trend.
pub fn trend_picture(report: &Trend, reader: &Reader, theme: Theme) -> Picture {
    trend_of(report, reader, &[], Frame { theme, titled: true })
}

/// Draws a heat map.
pub fn heatmap_picture(report: &Heatmap, reader: &Reader, theme: Theme) -> Picture {
    heatmap_of(report, reader, &[], Frame { theme, titled: true })
}

/// Draws coverage over time.
pub fn coverage_picture(report: &Coverage, reader: &Reader, theme: Theme) -> Picture {
    coverage_of(report, reader, &[], Frame { theme, titled: true })
}

/// How a picture looks around its drawing.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    pub theme: Theme,
    /// Whether it has a heading; the moment it speaks of it always has.
    pub titled: bool,
}

/// A trend with further notes under its heading.
pub(super) fn trend_of(report: &Trend, reader: &Reader, notes: &[String], frame: Frame) -> Picture {
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
    let (dense, light) = trend::hatches(&report);
    let any = |is_it: &dyn Fn(usize) -> bool| (0..report.buckets.len()).any(is_it);
    for (is_there, hatch, said) in [
        (report.totals.contains(&None), &dense, &words.unknown),
        (any(&|index| report.is_blind(index)), &dense, &words.blind),
        (any(&|index| report.is_partly_blind(index)), &light, &words.partly),
    ] {
        if is_there {
            entries.push((format!("{HATCHED}{hatch}"), said.clone()));
        }
    }
    let (drawing, size) = trend::draw_wide(&report, &words);
    let total = format!("{} {}", reader.text.column_total, reader.number_or_unknown(report.total()));
    let notes = [notes, &[total, shared_words::stamp(reader)]].concat();
    composed(&drawing, size, &words.title, &notes, &entries, frame)
}

/// A heat map with further notes under its heading.
pub(super) fn heatmap_of(report: &Heatmap, reader: &Reader, notes: &[String], frame: Frame) -> Picture {
    let (report, words) = chart_words::heatmap(reader, report);
    let (drawing, size) = heatmap::draw_wide(&report, &words);
    let total = format!("{} {}", reader.text.column_total, reader.number(report.total));
    let notes = [notes, &[total, shared_words::stamp(reader)]].concat();
    composed(&drawing, size, &words.title, &notes, &[], frame)
}

/// Coverage over time with further notes under its heading.
pub(super) fn coverage_of(report: &Coverage, reader: &Reader, notes: &[String], frame: Frame) -> Picture {
    let words = chart_words::coverage(reader, report);
    let (drawing, size) = coverage::draw_wide(report, &words);
    let notes = [notes, &[shared_words::stamp(reader)]].concat();
    composed(&drawing, size, &words.title, &notes, &[], frame)
}

/// A drawing under its heading and notes, above its legend.
pub(super) fn composed(
    drawing: &str,
    (width, height): (u32, u32),
    heading: &str,
    notes: &[String],
    legend: &[(String, String)],
    frame: Frame,
) -> Picture {
    let head = if frame.titled { HEAD } else { HEAD - LINE };
    let (legend, legend_height) = legend_of(legend, width, head + height + LINE / 2);
    let (full_width, full_height) = (width + 2 * MARGIN, head + height + legend_height + MARGIN);
    let inner = placed(drawing, (MARGIN, head), (width, height));
    let heading = if frame.titled {
        format!(r#"<text class="heading" x="{MARGIN}" y="26">{}</text>"#, escape(&fitted(heading, width, HEADING)))
    } else {
        String::new()
    };
    let svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{full_width}" height="{full_height}" viewBox="0 0 {full_width} {full_height}"><style>{style}</style><rect class="ground" width="{full_width}" height="{full_height}"/>{heading}<text class="label" x="{MARGIN}" y="{note_line}">{notes}</text>{inner}{legend}</svg>"#,
        style = palette::style(frame.theme),
        note_line = head - 10,
        // The moment is the last of them, and is never cut off.
        notes = escape(&fitted_list(notes, width)),
    );
    Picture { svg }
}

/// A drawing at its place within another.
pub(super) fn placed(drawing: &str, (x, y): (u32, u32), (width, height): (u32, u32)) -> String {
    drawing.replacen("<svg ", &format!(r#"<svg x="{x}" y="{y}" width="{width}" height="{height}" "#), 1)
}

/// As much of a text as fits, in a size of tenths of a unit.
pub(super) fn fitted(text: &str, width: u32, size: u32) -> String {
    shortened(text, width * 10 / size)
}

/// Notes in one line: the first ones go where there are too many, the last stays.
fn fitted_list(notes: &[String], width: u32) -> String {
    let Some((last, others)) = notes.split_last() else { return String::new() };
    let room = (width * 10 / NOTE).saturating_sub(width_in_tenths(last) + 20);
    match shortened(&others.join(" · "), room) {
        others if others.is_empty() => last.clone(),
        others => format!("{others} · {last}"),
    }
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
        let filled = match ink.strip_prefix(HATCHED) {
            Some(hatch) => format!(r#"class="hatched" fill="url(#{})""#, escape(hatch)),
            None => format!(r#"class="series-{}""#, escape(ink)),
        };
        let _ = write!(
            svg,
            r#"<rect {filled} x="{x}" y="{}" width="11" height="11" rx="2"/><text class="label" x="{}" y="{}">{}</text>"#,
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

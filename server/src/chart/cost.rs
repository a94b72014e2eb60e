//! Costs as pictures that stand alone: each chart of the page as a file, and both that a shared view is.

use std::fmt::Write;

use app::backend::MoneyLines;
use app::components::cost::drawings::{self, BarDrawing, LineDrawing};
use app::components::shared_words;
use app::format::Reader;
use app::model::{CostChart, CostReport, CostSplit, SharedCost};
use app::page::Theme;

use super::palette::MONEY;
use super::shared::{MOST_BARS, ROW, WIDTH, label, nothing, open};
use super::standalone::{Frame, Picture, composed, placed};
use super::svg::width_in_tenths;
use super::{bars, money};

/// Between the two drawings of a shared view, and from a heading to its drawing.
const GAP: u32 = 44;
const UNDER: u32 = 14;
/// Height of a row of keys.
const KEYS: u32 = 20;

/// A picture of the page.
pub fn cost_picture(report: &CostReport, chart: CostChart, reader: &Reader, theme: Theme) -> Picture {
    let frame = Frame { theme, titled: true };
    let split = |by| drawings::parts(reader, &report.parts, by, MOST_BARS).map(Drawn::Bars);
    let drawn = match chart {
        CostChart::Days => drawings::days(reader, &report.days).map(Drawn::Lines),
        CostChart::BreakEven => drawings::break_even(reader, &report.alternatives).map(Drawn::Lines),
        CostChart::Feature => split(CostSplit::Feature),
        CostChart::Account => split(CostSplit::Account),
        CostChart::Region => split(CostSplit::Region),
        CostChart::Cluster => split(CostSplit::Cluster),
        CostChart::Family => split(CostSplit::Family),
    };
    let stamp = shared_words::stamp(reader);
    match drawn {
        Some(Drawn::Lines(LineDrawing { lines, words })) => {
            let (drawing, size) = money::lines_alone(&lines);
            // What it says begins with its heading, which stands above.
            let said = words.description.trim_start_matches(&words.title).trim_start_matches([':', '：', ' ']);
            composed(&drawing, size, &words.title, &[said.to_owned(), stamp], &legend(&lines), frame)
        }
        Some(Drawn::Bars(BarDrawing { bars, words })) => {
            let (drawing, size) = bars::bars_alone(&bars);
            composed(&drawing, size, &words.title, &[stamp], &[], frame)
        }
        None => unknown(chart, reader, &stamp, frame),
    }
}

enum Drawn {
    Lines(LineDrawing),
    Bars(BarDrawing),
}

/// Where there is nothing to draw: hatched, and said why.
fn unknown(chart: CostChart, reader: &Reader, stamp: &str, frame: Frame) -> Picture {
    let text = &reader.text.cost;
    let why = match chart {
        CostChart::BreakEven => text.alternatives_none,
        CostChart::Cluster | CostChart::Family => text.workloads_none,
        _ => text.sentence_unknown,
    };
    let mut out = String::new();
    nothing(&mut out, reader, false, (0, 0), WIDTH);
    let size = (WIDTH, ROW);
    composed(&open(size, &out), size, why, &[stamp.to_owned()], &[], frame)
}

fn legend(lines: &MoneyLines) -> Vec<(String, String)> {
    lines.lines.iter().map(|line| (MONEY[line.ink % MONEY.len()].to_owned(), line.name.clone())).collect()
}

/// The keys of a drawing that is not the last one, in a row.
fn keys(out: &mut String, lines: &MoneyLines, bottom: u32) {
    let mut left = 0;
    for (ink, name) in legend(lines) {
        let top = bottom - 10;
        // Writing to a string cannot fail.
        let _ = write!(out, r#"<rect class="series-{ink}" x="{left}" y="{top}" width="11" height="11" rx="2"/>"#);
        label(out, "label", (left + 17, bottom), "start", &name);
        left += 17 + width_in_tenths(&name) * 12 / 10 + 24;
    }
}

/// A shared view: usage with its cone, then the month by feature.
pub(super) fn of_share(cost: &SharedCost, reader: &Reader, heading: &str, scope: &[String], frame: Frame) -> Picture {
    let notes = [scope, &[shared_words::stamp(reader)]].concat();
    let mut out = String::new();
    let mut bottom = 0;
    if let Some(LineDrawing { lines, words }) = drawings::days(reader, &cost.days) {
        let top = bottom + GAP / 2;
        label(&mut out, "heading", (0, top), "start", &words.title);
        let (drawing, size) = money::lines_alone(&lines);
        out.push_str(&placed(&drawing, (0, top + UNDER), size));
        bottom = top + UNDER + size.1 + KEYS;
        keys(&mut out, &lines, bottom);
    }
    if let Some(BarDrawing { bars, words }) = drawings::parts(reader, &cost.parts, CostSplit::Feature, MOST_BARS) {
        let top = bottom + GAP;
        label(&mut out, "heading", (0, top), "start", &words.title);
        let (drawing, size) = bars::bars_alone(&bars);
        out.push_str(&placed(&drawing, (0, top + UNDER), size));
        bottom = top + UNDER + size.1;
    }
    if bottom == 0 {
        nothing(&mut out, reader, false, (0, 0), WIDTH);
        bottom = ROW;
    }
    let size = (WIDTH, bottom);
    composed(&open(size, &out), size, heading, &notes, &[], frame)
}

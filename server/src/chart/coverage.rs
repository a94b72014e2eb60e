//! Coverage over time: a line from 0 to 100 %, hatched where nobody looked.

use std::fmt::Write;

use app::backend::ChartText;
use app::model::coverage::Coverage;
use plotters::chart::ChartBuilder;
use plotters::drawing::{DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBColor};

use super::label::{Detail, bucket};
use super::svg::{Ink, SvgBackend, escape, hatch};
use super::trend::{Rule, Unknown, text_style};

/// Both renditions: name, size, room for a date in units.
const CANVASES: [(&str, (u32, u32), u32); 2] = [("wide", (1080, 200), 64), ("narrow", (360, 180), 60)];
const FONT: u32 = 12;
const TOP: f64 = 100.0;

/// Draws every rendition.
pub fn draw(coverage: &Coverage, text: &ChartText) -> String {
    let mut html = String::from(r#"<div class="chart-frame">"#);
    for canvas in CANVASES {
        html.push_str(&one(coverage, text, canvas));
    }
    html.push_str("</div>");
    html
}

/// Draws the wide rendition alone, with its size.
pub fn draw_wide(coverage: &Coverage, text: &ChartText) -> (String, (u32, u32)) {
    (one(coverage, text, CANVASES[0]), CANVASES[0].1)
}

fn one(coverage: &Coverage, text: &ChartText, (name, size, room): (&str, (u32, u32), u32)) -> String {
    let (width, height) = size;
    let id = format!("chart-coverage-{name}");
    let mut svg = format!(
        r#"<svg class="chart chart-coverage chart-{name}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{id}-title {id}-desc"><title id="{id}-title">{}</title><desc id="{id}-desc">{}</desc>"#,
        escape(&text.title),
        escape(&text.description),
    );
    svg.push_str(&hatch(&id));
    let mut strokes = String::new();
    match paint(&mut strokes, coverage, text, (size, room), &format!("{id}-hatch")) {
        Ok(()) => svg.push_str(&strokes),
        Err(error) => tracing::error!(%error, chart = %id, "chart could not be drawn"),
    }
    let _ = write!(svg, "</svg>");
    svg
}

#[expect(clippy::cast_precision_loss, reason = "buckets on a picture: far below 2^52")]
fn paint(
    out: &mut String,
    coverage: &Coverage,
    text: &ChartText,
    (size, room): ((u32, u32), u32),
    hatch: &str,
) -> Result<(), DrawingAreaErrorKind<std::convert::Infallible>> {
    let history = &coverage.history;
    let count = history.len().max(1);
    let drawing = SvgBackend::new(out, size).into_drawing_area();
    let mut chart = ChartBuilder::on(&drawing)
        .margin_top(10)
        .margin_right(8)
        .margin_left(FONT * 3 + 12)
        .margin_bottom(FONT + 14)
        .build_cartesian_2d(0f64..count as f64, 0f64..TOP)?;
    chart.configure_mesh().disable_mesh().disable_axes().x_labels(0).y_labels(0).draw()?;
    for tick in [0, 50, 100] {
        let ink = if tick == 0 { Ink::Axis } else { Ink::Grid };
        let ends = [(0.0, f64::from(tick)), (count as f64, f64::from(tick))];
        chart.draw_series([Rule { ends, ink, label: format!("{tick} %"), font: FONT }])?;
    }
    let values: Vec<Option<f64>> = history.iter().map(|bucket| bucket.covered_percent).collect();
    for (from, to) in runs(&values, Option::is_none) {
        let corners = [(from as f64, TOP), (to as f64, 0.0)];
        chart.draw_series([Unknown { corners, hatch, title: &text.unknown }])?;
    }
    for (from, to) in runs(&values, Option::is_some) {
        let at = |index: usize| (index as f64 + 0.5, values[index].unwrap_or(0.0));
        let line: Vec<(f64, f64)> = (from..to).map(at).collect();
        let (first, last) = (line[0], line[line.len() - 1]);
        if line.len() > 1 {
            let mut area = line.clone();
            area.extend([(last.0, 0.0), (first.0, 0.0)]);
            chart.draw_series([Polygon::new(area, RGBColor::from(Ink::SparkArea).filled())])?;
            chart.draw_series([PathElement::new(line, RGBColor::from(Ink::SparkLine).stroke_width(2))])?;
        }
        chart.draw_series([Circle::new(last, 3, RGBColor::from(Ink::SparkEnd).filled())])?;
    }
    let every = count.div_ceil(usize::try_from(size.0 / room).unwrap_or(4).max(2)).max(1);
    let style = text_style(FONT).pos(Pos::new(HPos::Center, VPos::Top));
    let area = chart.plotting_area();
    // Counted from the newest, as in every chart here.
    for index in (0..history.len()).rev().step_by(every) {
        let name = bucket(&history[index].start, coverage.window.grain, text.language, Detail::Axis);
        let (x, y) = area.map_coordinate(&(index as f64 + 0.5, 0.0));
        let half = i32::try_from(name.chars().count() * 4).unwrap_or(0);
        let right = i32::try_from(size.0).unwrap_or(i32::MAX) - half;
        let at = (x.clamp(half, right) - area.get_pixel_range().0.start, y + 8 - area.get_pixel_range().1.start);
        area.strip_coord_spec().draw_text(&name, &style, at)?;
    }
    drawing.present()
}

/// Half-open runs of values that are alike.
fn runs(values: &[Option<f64>], is_it: impl Fn(&Option<f64>) -> bool) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (index, _) in values.iter().enumerate().filter(|(_, value)| is_it(value)) {
        match runs.last_mut() {
            Some(last) if last.1 == index => last.1 = index + 1,
            _ => runs.push((index, index + 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_saw_interrupts_the_line() {
        let values = [Some(1.0), None, None, Some(2.0), Some(3.0)];
        assert_eq!(runs(&values, Option::is_some), [(0, 1), (3, 5)]);
        assert_eq!(runs(&values, Option::is_none), [(1, 3)]);
    }
}

//! A trend the size of a word: a line with its area, gaps where nobody looked.

use std::fmt::Write;

use app::backend::ChartText;
use plotters::chart::ChartBuilder;
use plotters::drawing::{DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon};
use plotters::style::{Color, RGBColor};

use super::svg::{Ink, SvgBackend, escape};

/// View box in user units.
const SIZE: (u32, u32) = (120, 28);

/// Draws the values from left to right. The highest value touches the top; zero is the bottom.
pub fn draw(values: &[Option<i64>], text: &ChartText) -> String {
    let (width, height) = SIZE;
    let mut svg = format!(
        r#"<svg class="chart chart-spark" viewBox="0 0 {width} {height}" role="img" aria-label="{}"><title>{}</title>"#,
        escape(&text.title),
        escape(&text.description),
    );
    let mut strokes = String::new();
    match paint(&mut strokes, values) {
        Ok(()) => svg.push_str(&strokes),
        Err(error) => tracing::error!(%error, "sparkline could not be drawn"),
    }
    let _ = write!(svg, "</svg>");
    svg
}

#[expect(clippy::cast_precision_loss, reason = "counts on a picture: far below 2^52")]
fn paint(out: &mut String, values: &[Option<i64>]) -> Result<(), DrawingAreaErrorKind<std::convert::Infallible>> {
    let highest = values.iter().flatten().copied().max().unwrap_or(0).max(1) as f64;
    let last = values.len().saturating_sub(1).max(1) as f64;
    let root = SvgBackend::new(out, SIZE).into_drawing_area();
    let mut chart = ChartBuilder::on(&root).margin(3).build_cartesian_2d(0f64..last, 0f64..highest)?;
    let points: Vec<Option<(f64, f64)>> =
        values.iter().enumerate().map(|(index, value)| value.map(|value| (index as f64, value as f64))).collect();
    for known in points.split(Option::is_none) {
        let line: Vec<(f64, f64)> = known.iter().copied().flatten().collect();
        let (Some(first), Some(end)) = (line.first().copied(), line.last().copied()) else { continue };
        if line.len() > 1 {
            let mut area = line.clone();
            area.extend([(end.0, 0.0), (first.0, 0.0)]);
            chart.draw_series([Polygon::new(area, RGBColor::from(Ink::SparkArea).filled())])?;
            chart.draw_series([PathElement::new(line, RGBColor::from(Ink::SparkLine).stroke_width(1))])?;
        }
    }
    if let Some(end) = points.last().copied().flatten() {
        chart.draw_series([Circle::new(end, 2, RGBColor::from(Ink::SparkEnd).filled())])?;
    }
    root.present()
}

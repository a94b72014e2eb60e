//! Money on pictures: lines over time or size, with a band of what is uncertain.

use std::fmt::Write;

use app::backend::{ChartText, MoneyLines};
use plotters::chart::ChartBuilder;
use plotters::drawing::IntoDrawingArea;
use plotters::element::{Drawable, PointCollection};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, RGBColor, TextStyle};
use plotters_backend::{BackendCoord, DrawingBackend, DrawingErrorKind};

use super::number::thousands;
use super::svg::{Ink, SvgBackend, escape};

/// Renditions: the page shows the one that fits its width.
const CANVASES: [(&str, (u32, u32), usize); 2] = [("wide", (1080, 260), 6), ("narrow", (360, 240), 3)];
const FONT: u32 = 12;
/// Steps of the axis.
const STEPS: f64 = 4.0;

/// Draws every rendition.
pub fn lines(lines: &MoneyLines, text: &ChartText) -> String {
    let mut html = String::from(r#"<div class="chart-frame">"#);
    for (name, size, labels) in CANVASES {
        let id = format!("chart-{}-{name}", lines.id);
        open(&mut html, &id, &format!("chart-money chart-{name}"), size, text);
        // The backend writes to memory and cannot fail; geometry errors of plotters would leave an empty frame.
        if let Err(error) = paint(&mut html, lines, size, labels) {
            tracing::error!(%error, chart = %id, "chart could not be drawn");
        }
        html.push_str("</svg>");
    }
    html.push_str("</div>");
    html
}

/// The wide drawing alone, with its size.
pub fn lines_alone(lines: &MoneyLines) -> (String, (u32, u32)) {
    let (_, size, labels) = CANVASES[0];
    let mut svg = format!(r#"<svg viewBox="0 0 {} {}">"#, size.0, size.1);
    if let Err(error) = paint(&mut svg, lines, size, labels) {
        tracing::error!(%error, "lines could not be drawn");
    }
    svg.push_str("</svg>");
    (svg, size)
}

/// Begins a drawing of a page.
pub(super) fn open(html: &mut String, id: &str, class: &str, (width, height): (u32, u32), text: &ChartText) {
    let _ = write!(
        html,
        r#"<svg class="chart {class}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{id}-title {id}-desc"><title id="{id}-title">{}</title><desc id="{id}-desc">{}</desc>"#,
        escape(&text.title),
        escape(&text.description),
    );
}

pub(super) type PlotError = plotters::drawing::DrawingAreaErrorKind<std::convert::Infallible>;
pub(super) type Drawn = Result<(), DrawingErrorKind<std::convert::Infallible>>;

/// The next step of 1, 2 or 5 × 10ⁿ that reaches `highest` in [`STEPS`] steps.
fn step(highest: f64) -> f64 {
    let wanted = (highest / STEPS).max(0.0001);
    let power = 10_f64.powf(wanted.log10().floor());
    [1.0, 2.0, 5.0, 10.0].map(|unit| unit * power).into_iter().find(|step| *step >= wanted).unwrap_or(wanted)
}

/// An amount as a mark of the axis.
#[expect(clippy::cast_possible_truncation, reason = "marks of an axis")]
fn mark(amount: f64, step: f64) -> String {
    if step < 1.0 { format!("{amount:.2}") } else { thousands(amount.round() as i64) }
}

fn paint(html: &mut String, lines: &MoneyLines, size: (u32, u32), labels: usize) -> Result<(), PlotError> {
    let (first, last) = (lines.at.first().copied().unwrap_or(0.0), lines.at.last().copied().unwrap_or(1.0));
    let band = lines.band.iter().flat_map(|(_, high)| high.iter());
    let values = lines.lines.iter().flat_map(|line| line.values.iter()).chain(band).flatten().copied();
    let highest = values.fold(0.0_f64, f64::max);
    let step = step(highest);
    let top = (highest / step).ceil().max(1.0) * step;
    let widest = mark(top, step).chars().count();
    let left = u32::try_from(widest).unwrap_or(8) * FONT * 6 / 10 + 14;
    let root = SvgBackend::new(html, size).into_drawing_area();
    let mut chart = ChartBuilder::on(&root)
        .margin_top(10)
        .margin_right(14)
        .margin_left(left)
        .margin_bottom(FONT + 14)
        .build_cartesian_2d(first..last.max(first + 0.001), 0.0..top)?;
    chart.configure_mesh().disable_mesh().disable_axes().x_labels(0).y_labels(0).draw()?;
    let mut tick = 0.0;
    while tick <= top + step / 2.0 {
        let label = mark(tick, step);
        chart.draw_series([Rule { ends: [(first, tick), (last, tick)], is_axis: tick == 0.0, label }])?;
        tick += step;
    }
    if let Some((low, high)) = &lines.band {
        let known = |ends: &[Option<f64>]| -> Vec<(f64, f64)> {
            lines.at.iter().zip(ends).filter_map(|(at, end)| Some((*at, (*end)?))).collect()
        };
        let mut points = known(high);
        points.extend(known(low).into_iter().rev());
        if points.len() > 2 {
            chart.draw_series([Path { points, class: "money-band".to_owned(), title: String::new(), closed: true }])?;
        }
    }
    for line in &lines.lines {
        let traced: Vec<(f64, f64)> =
            lines.at.iter().zip(&line.values).filter_map(|(at, value)| Some((*at, (*value)?))).collect();
        if traced.len() > 1 {
            let class = format!("money-line money-{}", line.ink);
            chart.draw_series([Path { points: traced, class, title: line.name.clone(), closed: false }])?;
        }
    }
    let every = lines.names.len().div_ceil(labels.max(1)).max(1);
    let area = chart.plotting_area();
    for index in (0..lines.names.len()).step_by(every) {
        let (Some(at), Some(name)) = (lines.at.get(index), lines.names.get(index)) else { break };
        let (x, y) = area.map_coordinate(&(*at, 0.0));
        let half = i32::try_from(name.chars().count() * 4).unwrap_or(0);
        let right = i32::try_from(size.0).unwrap_or(i32::MAX) - half;
        let centred = style(Pos::new(HPos::Center, VPos::Top));
        let origin = area.get_pixel_range();
        area.strip_coord_spec().draw_text(
            name,
            &centred,
            (x.clamp(half, right) - origin.0.start, y + 8 - origin.1.start),
        )?;
    }
    root.present()
}

fn style(pos: Pos) -> TextStyle<'static> {
    ("system-ui", FONT).into_font().color(&RGBColor::from(Ink::Label)).pos(pos)
}

/// A horizontal line with its amount at the left.
struct Rule {
    ends: [(f64, f64); 2],
    is_axis: bool,
    label: String,
}

/// A line, or an area.
struct Path {
    points: Vec<(f64, f64)>,
    class: String,
    title: String,
    closed: bool,
}

impl<'a> PointCollection<'a, (f64, f64)> for &'a Rule {
    type Point = &'a (f64, f64);
    type IntoIter = std::slice::Iter<'a, (f64, f64)>;

    fn point_iter(self) -> Self::IntoIter {
        self.ends.iter()
    }
}

impl<'a> PointCollection<'a, (f64, f64)> for &'a Path {
    type Point = &'a (f64, f64);
    type IntoIter = std::slice::Iter<'a, (f64, f64)>;

    fn point_iter(self) -> Self::IntoIter {
        self.points.iter()
    }
}

impl Drawable<SvgBackend<'_>> for Rule {
    fn draw<I: Iterator<Item = BackendCoord>>(&self, mut at: I, svg: &mut SvgBackend<'_>, _: (u32, u32)) -> Drawn {
        if let (Some(from), Some(to)) = (at.next(), at.next()) {
            let ink = if self.is_axis { Ink::Axis } else { Ink::Grid };
            svg.draw_line(from, to, &RGBColor::from(ink).stroke_width(1))?;
            svg.draw_text(&self.label, &style(Pos::new(HPos::Right, VPos::Center)), (from.0 - 8, from.1))?;
        }
        Ok(())
    }
}

impl Drawable<SvgBackend<'_>> for Path {
    fn draw<I: Iterator<Item = BackendCoord>>(&self, at: I, svg: &mut SvgBackend<'_>, _: (u32, u32)) -> Drawn {
        let mut data = String::new();
        for (index, (x, y)) in at.enumerate() {
            let _ = write!(data, "{}{x} {y}", if index == 0 { 'M' } else { 'L' });
        }
        if self.closed {
            data.push('Z');
        }
        let title =
            if self.title.is_empty() { String::new() } else { format!("<title>{}</title>", escape(&self.title)) };
        svg.push(format_args!(r#"<path class="{}" d="{data}">{title}</path>"#, self.class));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_has_round_steps() {
        for (highest, expected) in [(0.0, 0.0001), (3.2, 1.0), (17.0, 5.0), (100.0, 50.0), (101.0, 50.0), (0.7, 0.2)] {
            assert!((step(highest) - expected).abs() < 1e-9, "{highest}: {}", step(highest));
        }
    }
}

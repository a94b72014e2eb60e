//! The trend: stacked bars over time, hatched where nobody looked.

use std::fmt::Write;

use app::backend::ChartText;
use app::model::{Series, Trend};
use plotters::chart::ChartBuilder;
use plotters::drawing::IntoDrawingArea;
use plotters::element::{Drawable, PointCollection};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, RGBColor, TextStyle};
use plotters_backend::{BackendCoord, DrawingErrorKind};

use super::label::{Detail, bucket};
use super::number::thousands;
use super::svg::{Ink, SvgBackend, escape, hatch, hatch_of, light_hatch};

/// One rendition of the same drawing; the page shows the one that fits its width.
struct Canvas {
    name: &'static str,
    size: (u32, u32),
    font: u32,
    /// Room for one date on the axis, in units.
    label_room: u32,
    ticks: usize,
    /// Whether every value is told where somebody points.
    has_words: bool,
}

const CANVASES: [Canvas; 2] = [
    Canvas { name: "wide", size: (1080, 280), font: 12, label_room: 64, ticks: 6, has_words: true },
    Canvas { name: "narrow", size: (360, 240), font: 12, label_room: 60, ticks: 5, has_words: false },
];

/// A few buckets in a wide picture stay bars, in units.
const WIDEST_BAR: i32 = 56;

/// Draws every rendition.
pub fn draw(trend: &Trend, text: &ChartText) -> String {
    let series = drawn_series(trend);
    let mut html = String::from(r#"<div class="chart-frame">"#);
    for canvas in &CANVASES {
        draw_one(&mut html, canvas, trend, &series, text);
    }
    html.push_str("</div>");
    html
}

/// Draws the wide rendition alone, with its size.
pub fn draw_wide(trend: &Trend, text: &ChartText) -> (String, (u32, u32)) {
    let mut svg = String::new();
    draw_one(&mut svg, &CANVASES[0], trend, &drawn_series(trend), text);
    (svg, CANVASES[0].size)
}

fn id_of(trend: &Trend, canvas: &Canvas) -> String {
    format!("chart-{}-{}-{}", trend.by, trend.metric, canvas.name)
}

/// What the wide rendition is hatched with, for a legend beside it: where nobody looked or could have seen, and where
/// somebody could have seen a part.
pub(super) fn hatches(trend: &Trend) -> (String, String) {
    let dense = hatch_of(&id_of(trend, &CANVASES[0]));
    let light = light_hatch(&dense);
    (dense, light)
}

/// A series with its class.
struct Layer {
    class: String,
    series: Series,
}

impl Layer {
    /// What it has in a bucket; `None`: nothing, or nobody knows.
    fn value(&self, index: usize) -> Option<i64> {
        self.series.values.get(index).copied().flatten().filter(|value| *value > 0)
    }
}

fn drawn_series(trend: &Trend) -> Vec<Layer> {
    let layer = |(index, series): (usize, &Series)| Layer {
        class: format!("series-{}", trend.ink(index)),
        series: series.clone(),
    };
    let (shown, rest) = trend.series.split_at(trend.drawn_alone());
    let remainder = (!rest.is_empty()).then(|| {
        let sum = |index: usize| {
            rest.iter().filter_map(|series| series.values.get(index).copied().flatten()).reduce(|a, b| a + b)
        };
        let values = (0..trend.buckets.len()).map(sum).collect();
        let series = Series { key: "rest".to_owned(), label: format!("+{}", rest.len()), values };
        Layer { class: "series-rest".to_owned(), series }
    });
    shown.iter().enumerate().map(layer).chain(remainder).collect()
}

/// The top of the axis: the next 1, 2 or 5 × 10ⁿ step above `highest`, so that every tick is a whole number.
fn axis_top(highest: i64, ticks: usize) -> (i64, i64) {
    let wanted = i64::try_from(ticks).unwrap_or(5).max(2) - 1;
    let steps = (0..18u32).flat_map(|power| [1, 2, 5].map(|unit| unit * 10_i64.pow(power)));
    let step = steps.into_iter().find(|step| step * wanted >= highest).unwrap_or(i64::MAX / 16);
    let top = (highest.max(1) + step - 1) / step * step;
    (top, step)
}

fn draw_one(html: &mut String, canvas: &Canvas, trend: &Trend, layers: &[Layer], text: &ChartText) {
    let (width, height) = canvas.size;
    let id = id_of(trend, canvas);
    let stacked = |index: usize| -> i64 {
        layers.iter().filter_map(|layer| layer.series.values.get(index).copied().flatten()).sum()
    };
    let highest = (0..trend.buckets.len()).map(stacked).max().unwrap_or(0);
    let (top, step) = axis_top(highest, canvas.ticks);

    let _ = write!(
        html,
        r#"<svg class="chart chart-trend chart-{name}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{id}-title {id}-desc" data-grain="{grain}"><title id="{id}-title">{title}</title><desc id="{id}-desc">{description}</desc>"#,
        name = canvas.name,
        grain = trend.grain,
        title = escape(&text.title),
        description = escape(&text.description),
    );
    html.push_str(&hatch(&id));
    let picture = Picture { canvas, trend, layers, text, top, step, hatch: hatch_of(&id) };
    // The backend writes to memory and cannot fail; geometry errors of plotters would leave an empty frame.
    if let Err(error) = picture.paint(html) {
        tracing::error!(%error, chart = %id, "chart could not be drawn");
    }
    html.push_str("</svg>");
}

struct Picture<'a> {
    canvas: &'a Canvas,
    trend: &'a Trend,
    layers: &'a [Layer],
    text: &'a ChartText,
    top: i64,
    step: i64,
    hatch: String,
}

type PlotError = plotters::drawing::DrawingAreaErrorKind<std::convert::Infallible>;

#[expect(clippy::cast_precision_loss, reason = "counts on a picture: far below 2^52")]
impl Picture<'_> {
    fn paint(&self, html: &mut String) -> Result<(), PlotError> {
        let count = self.trend.buckets.len().max(1);
        let root = SvgBackend::new(html, self.canvas.size).into_drawing_area();
        let widest = thousands(self.top).chars().count();
        let left = u32::try_from(widest).unwrap_or(8) * self.canvas.font * 6 / 10 + 12;
        let mut chart = ChartBuilder::on(&root)
            .margin_top(10)
            .margin_right(8)
            .margin_left(left)
            .margin_bottom(self.canvas.font + 14)
            .build_cartesian_2d(0f64..count as f64, 0f64..self.top as f64)?;
        chart.configure_mesh().disable_mesh().disable_axes().x_labels(0).y_labels(0).draw()?;

        for tick in (0..=self.top).step_by(usize::try_from(self.step).unwrap_or(1)) {
            let ink = if tick == 0 { Ink::Axis } else { Ink::Grid };
            let ends = [(0.0, tick as f64), (count as f64, tick as f64)];
            chart.draw_series([Rule { ends, ink, label: thousands(tick), font: self.canvas.font }])?;
        }
        for (from, to) in self.unknown_spans() {
            let corners = [(from as f64, self.top as f64), (to as f64, 0.0)];
            chart.draw_series([Unknown { corners, hatch: &self.hatch, title: &self.text.unknown }])?;
        }
        for (from, to) in self.blind_spans() {
            let corners = [(from as f64, self.top as f64), (to as f64, 0.0)];
            chart.draw_series([Unknown { corners, hatch: &self.hatch, title: &self.text.blind }])?;
        }
        let light = light_hatch(&self.hatch);
        for (from, to) in spans((0..self.trend.buckets.len()).map(|index| self.trend.is_partly_blind(index))) {
            let corners = [(from as f64, self.top as f64), (to as f64, 0.0)];
            chart.draw_series([Unknown { corners, hatch: &light, title: &self.text.partly }])?;
        }
        for (index, start) in self.trend.buckets.iter().enumerate() {
            let name = bucket(start, self.trend.grain, self.text.language, Detail::Full);
            chart.draw_series([self.column(index, &name)])?;
        }
        chart.draw_series(self.bars())?;
        self.dates(&chart)?;
        root.present()
    }

    fn unknown_spans(&self) -> Vec<(usize, usize)> {
        spans(self.trend.totals.iter().map(Option::is_none))
    }

    fn blind_spans(&self) -> Vec<(usize, usize)> {
        spans((0..self.trend.buckets.len()).map(|index| self.trend.is_blind(index)))
    }

    /// `name` is the bucket's.
    fn column<'a>(&self, index: usize, name: &'a str) -> Column<'a> {
        let value = |layer: &Layer| layer.value(index).map(|value| value.to_string()).unwrap_or_default();
        Column {
            points: [(index as f64, self.top as f64), (index as f64 + 1.0, 0.0)],
            index,
            name,
            total: self.trend.totals.get(index).copied().flatten(),
            values: self.layers.iter().map(value).collect::<Vec<_>>().join(","),
            words: self.words(index, name),
        }
    }

    /// What a bucket says where no script does: all of it where there is a pointer for certain.
    fn words(&self, index: usize, name: &str) -> Vec<String> {
        let Some(total) = self.trend.totals.get(index).copied().flatten() else {
            return vec![format!("{name} · {}", self.text.unknown)];
        };
        let marks =
            [(self.trend.is_blind(index), &self.text.blind), (self.trend.is_partly_blind(index), &self.text.partly)];
        let marks = marks.into_iter().filter(|(is_there, _)| *is_there).map(|(_, words)| words.clone());
        let of_layer = |layer: &Layer| {
            let value = layer.value(index)?;
            Some(format!("{}: {}", layer.series.label, thousands(value)))
        };
        let layers = self.layers.iter().filter(|_| self.canvas.has_words).filter_map(of_layer);
        std::iter::once(format!("{name} · {}", thousands(total))).chain(marks).chain(layers).collect()
    }

    /// Every layer on those before it.
    fn bars(&self) -> Vec<Bars<'_>> {
        let mut heights = vec![0; self.trend.buckets.len()];
        let bars = self.layers.iter().map(|layer| {
            let mut points = Vec::new();
            for (index, height) in heights.iter_mut().enumerate() {
                let Some(value) = layer.value(index) else { continue };
                points.push((index as f64, (*height + value) as f64));
                points.push((index as f64 + 1.0, *height as f64));
                *height += value;
            }
            Bars { points, class: &layer.class }
        });
        bars.filter(|bars| !bars.points.is_empty()).collect()
    }

    fn dates<CT>(&self, chart: &plotters::chart::ChartContext<'_, SvgBackend<'_>, CT>) -> Result<(), PlotError>
    where
        CT: plotters::coord::CoordTranslate<From = (f64, f64)>,
    {
        let count = self.trend.buckets.len();
        let room = usize::try_from(self.canvas.size.0 / self.canvas.label_room).unwrap_or(4).max(2);
        let every = count.div_ceil(room).max(1);
        let style = text_style(self.canvas.font).pos(Pos::new(HPos::Center, VPos::Top));
        let area = chart.plotting_area();
        // Counted from the newest: the last bucket is the one people look for. A label at the very edge needs half
        // of its room inside the picture.
        for index in (0..count).rev().step_by(every) {
            let name = bucket(&self.trend.buckets[index], self.trend.grain, self.text.language, Detail::Axis);
            let (x, y) = area.map_coordinate(&(index as f64 + 0.5, 0.0));
            let half = i32::try_from(name.chars().count() * 4).unwrap_or(0);
            let right = i32::try_from(self.canvas.size.0).unwrap_or(i32::MAX) - half;
            area.strip_coord_spec().draw_text(
                &name,
                &style,
                (x.clamp(half, right) - area.get_pixel_range().0.start, y + 8 - area.get_pixel_range().1.start),
            )?;
        }
        Ok(())
    }
}

/// Half-open runs of what is true.
fn spans(is_it: impl Iterator<Item = bool>) -> Vec<(usize, usize)> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for (index, _) in is_it.enumerate().filter(|(_, is_it)| *is_it) {
        match spans.last_mut() {
            Some(last) if last.1 == index => last.1 = index + 1,
            _ => spans.push((index, index + 1)),
        }
    }
    spans
}

pub(super) fn text_style(size: u32) -> TextStyle<'static> {
    ("system-ui", size).into_font().color(&RGBColor::from(Ink::Label))
}

/// A horizontal line with its number at the left.
pub(super) struct Rule {
    pub(super) ends: [(f64, f64); 2],
    pub(super) ink: Ink,
    pub(super) label: String,
    pub(super) font: u32,
}

/// Buckets nobody looked at.
pub(super) struct Unknown<'a> {
    pub(super) corners: [(f64, f64); 2],
    pub(super) hatch: &'a str,
    pub(super) title: &'a str,
}

/// A place to point at, as high as the chart, and what it says.
struct Column<'a> {
    points: [(f64, f64); 2],
    index: usize,
    name: &'a str,
    total: Option<i64>,
    /// Of every layer, in their order; nothing where there is none.
    values: String,
    words: Vec<String>,
}

/// A layer: a bar in every bucket in which it has anything. One element, because a page has hundreds of bars.
struct Bars<'a> {
    /// Corners of each bar.
    points: Vec<(f64, f64)>,
    class: &'a str,
}

macro_rules! corners {
    ($element:ident, $field:ident) => {
        impl<'a> PointCollection<'a, (f64, f64)> for &'a $element {
            type Point = &'a (f64, f64);
            type IntoIter = std::slice::Iter<'a, (f64, f64)>;

            fn point_iter(self) -> Self::IntoIter {
                self.$field.iter()
            }
        }
    };
    ($element:ident<'_>, $field:ident) => {
        impl<'a> PointCollection<'a, (f64, f64)> for &'a $element<'_> {
            type Point = &'a (f64, f64);
            type IntoIter = std::slice::Iter<'a, (f64, f64)>;

            fn point_iter(self) -> Self::IntoIter {
                self.$field.iter()
            }
        }
    };
}

corners!(Rule, ends);
corners!(Unknown<'_>, corners);
corners!(Column<'_>, points);
corners!(Bars<'_>, points);

type Drawn = Result<(), DrawingErrorKind<std::convert::Infallible>>;

impl Drawable<SvgBackend<'_>> for Rule {
    fn draw<I: Iterator<Item = BackendCoord>>(&self, mut at: I, svg: &mut SvgBackend<'_>, _: (u32, u32)) -> Drawn {
        use plotters_backend::DrawingBackend;
        if let (Some(from), Some(to)) = (at.next(), at.next()) {
            svg.draw_line(from, to, &RGBColor::from(self.ink).stroke_width(1))?;
            let style = text_style(self.font).pos(Pos::new(HPos::Right, VPos::Center));
            svg.draw_text(&self.label, &style, (from.0 - 8, from.1))?;
        }
        Ok(())
    }
}

impl Drawable<SvgBackend<'_>> for Unknown<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(&self, mut at: I, svg: &mut SvgBackend<'_>, _: (u32, u32)) -> Drawn {
        if let (Some((x, y)), Some((right, bottom))) = (at.next(), at.next()) {
            let (width, height) = (right - x, bottom - y);
            svg.push(format_args!(
                r#"<rect class="unknown" fill="url(#{})" x="{x}" y="{y}" width="{width}" height="{height}"><title>{}</title></rect>"#,
                self.hatch,
                escape(self.title)
            ));
        }
        Ok(())
    }
}

impl Drawable<SvgBackend<'_>> for Column<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(&self, mut at: I, svg: &mut SvgBackend<'_>, _: (u32, u32)) -> Drawn {
        let (Some((left, ceiling)), Some((right, floor))) = (at.next(), at.next()) else { return Ok(()) };
        let Self { index, total, values, .. } = self;
        let total = total.map(|total| format!(r#" data-total="{total}" data-values="{values}""#)).unwrap_or_default();
        svg.push(format_args!(
            r#"<g class="bucket" data-bucket="{index}" data-label="{name}"{total}><title>{words}</title><rect class="hit" x="{left}" y="{ceiling}" width="{width}" height="{height}"/></g>"#,
            name = escape(self.name),
            words = self.words.iter().map(|line| escape(line)).collect::<Vec<_>>().join("\n"),
            width = (right - left).max(1),
            height = floor - ceiling,
        ));
        Ok(())
    }
}

impl Drawable<SvgBackend<'_>> for Bars<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(&self, mut at: I, svg: &mut SvgBackend<'_>, _: (u32, u32)) -> Drawn {
        // Before the places to point at, and out of their way.
        svg.push(format_args!(r#"<path class="bar {}" pointer-events="none" d=""#, escape(self.class)));
        while let (Some((left, top)), Some((right, bottom))) = (at.next(), at.next()) {
            // A gap between neighbours, as long as there is room for one.
            let gap = match right - left {
                ..=3 => 0,
                4..=9 => 1,
                10..=24 => 2,
                _ => 4,
            };
            let width = (right - left - gap).clamp(1, WIDEST_BAR);
            let x = left + (right - left - width) / 2;
            // What was found is visible, however small beside the rest.
            let height = (bottom - top).max(1);
            svg.push(format_args!("M{x} {bottom}v-{height}h{width}v{height}z"));
        }
        svg.push(format_args!(r#""/>"#));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_on_a_whole_step_at_or_above_the_highest_bar() {
        for highest in [0, 1, 3, 4, 5, 9, 10, 11, 99, 100, 101, 12_345] {
            let (top, step) = axis_top(highest, 5);
            assert!(top >= highest.max(1) && top % step == 0 && top / step <= 4, "{highest}: {top} by {step}");
        }
    }
}

//! The heat map: cells in seven steps of shade, hatched where nobody looked.

use std::fmt::Write;
use std::ops::Range;

use app::backend::ChartText;
use app::model::{Grain, HeatColumns, Heatmap};
use plotters::chart::ChartBuilder;
use plotters::drawing::IntoDrawingArea;
use plotters::element::{Drawable, PointCollection};
use plotters_backend::{BackendCoord, DrawingErrorKind};

use super::label::{Detail, bucket, shortened};
use super::number::thousands;
use super::svg::{SvgBackend, escape, hatch, width_in_tenths};

/// Steps of shade besides none.
const STEPS: i64 = 7;
/// More rows than this are a table.
const MOST_ROWS: usize = 16;
/// Height of a row, in units.
const ROW: u32 = 28;
const FONT: u32 = 12;

/// One rendition of the same drawing; the page shows the one that fits its width.
struct Canvas {
    name: &'static str,
    width: u32,
    columns: usize,
    /// Room for the names of rows and below the columns, in units.
    left: u32,
    bottom: u32,
}

const CANVASES: [Canvas; 2] = [
    Canvas { name: "wide", width: 1080, columns: 24, left: 236, bottom: 84 },
    Canvas { name: "narrow", width: 360, columns: 6, left: 132, bottom: 76 },
];

type Href<'a> = &'a dyn Fn(usize, usize) -> Option<String>;

/// Draws every rendition.
pub fn draw(heatmap: &Heatmap, text: &ChartText, href: Href<'_>) -> String {
    let mut html = String::from(r#"<div class="chart-frame">"#);
    for canvas in &CANVASES {
        draw_one(&mut html, canvas, heatmap, text, href);
    }
    html.push_str("</div>");
    html
}

/// Draws the wide rendition alone, with its size.
pub fn draw_wide(heatmap: &Heatmap, text: &ChartText) -> (String, (u32, u32)) {
    let mut svg = String::new();
    draw_one(&mut svg, &CANVASES[0], heatmap, text, &|_, _| None);
    (svg, size(&CANVASES[0], heatmap))
}

fn size(canvas: &Canvas, heatmap: &Heatmap) -> (u32, u32) {
    let rows = u32::try_from(heatmap.rows.len().clamp(1, MOST_ROWS)).unwrap_or(1);
    (canvas.width, rows * ROW + canvas.bottom + 4)
}

/// The shade of a value, from 0 for none to [`STEPS`]. By the root: most cells are far below the largest.
fn step(value: i64, highest: i64) -> i64 {
    // The smallest step whose square covers the value's share.
    (0..STEPS).find(|step| value * STEPS * STEPS <= step * step * highest).unwrap_or(STEPS)
}

fn draw_one(html: &mut String, canvas: &Canvas, heatmap: &Heatmap, text: &ChartText, href: Href<'_>) {
    let (width, height) = size(canvas, heatmap);
    let id = format!("heat-{}-{}-{}", heatmap.rows_by, heatmap.cols_by, canvas.name);
    // A group, not an image: its cells are links.
    let _ = write!(
        html,
        r#"<svg class="chart chart-heat chart-{name}" viewBox="0 0 {width} {height}" role="group" aria-labelledby="{id}-title" aria-describedby="{id}-desc"><title id="{id}-title">{title}</title><desc id="{id}-desc">{description}</desc>{hatch}"#,
        name = canvas.name,
        title = escape(&text.title),
        description = escape(&text.description),
        hatch = hatch(&id),
    );
    let picture = Picture { canvas, heatmap, text, href, columns: heatmap.columns_in(canvas.columns), id: &id };
    if let Err(error) = picture.paint(html, (width, height)) {
        tracing::error!(%error, chart = %id, "chart could not be drawn");
    }
    html.push_str("</svg>");
}

struct Picture<'a> {
    canvas: &'a Canvas,
    heatmap: &'a Heatmap,
    text: &'a ChartText,
    href: Href<'a>,
    columns: Range<usize>,
    id: &'a str,
}

type PlotError = plotters::drawing::DrawingAreaErrorKind<std::convert::Infallible>;

#[expect(clippy::cast_precision_loss, reason = "a few rows and columns")]
impl Picture<'_> {
    fn paint(&self, html: &mut String, size: (u32, u32)) -> Result<(), PlotError> {
        let rows = self.heatmap.rows.len().min(MOST_ROWS);
        let root = SvgBackend::new(html, size).into_drawing_area();
        let mut chart = ChartBuilder::on(&root)
            .margin_top(4)
            .margin_right(8)
            .margin_left(self.canvas.left)
            .margin_bottom(self.canvas.bottom)
            .build_cartesian_2d(0f64..self.columns.len().max(1) as f64, rows.max(1) as f64..0f64)?;
        let highest = self.heatmap.highest();
        for (index, row) in self.heatmap.rows.iter().take(MOST_ROWS).enumerate() {
            let name = shortened(&row.label, (self.canvas.left - 16) * 10 / FONT);
            let y = index as f64 + 0.5;
            chart.draw_series([Name { at: [(0.0, y)], short: name, full: &row.label, tilted: false, below: false }])?;
            for (place, column) in self.columns.clone().enumerate() {
                let value = row.cells.get(column).copied().flatten();
                chart.draw_series([Cell {
                    corners: [(place as f64, index as f64), (place as f64 + 1.0, index as f64 + 1.0)],
                    value,
                    step: value.map(|value| step(value, highest)),
                    name: format!("{} · {}", row.label, self.column_name(column, Detail::Full)),
                    href: value.filter(|value| *value > 0).and_then(|_| (self.href)(index, column)),
                    unknown: &self.text.unknown,
                    hatch: self.id,
                }])?;
            }
        }
        let names: Vec<String> = self.columns.clone().map(|column| self.column_name(column, Detail::Axis)).collect();
        let share = (self.canvas.width - self.canvas.left) as usize / names.len().max(1);
        let fits = |name: &String| (width_in_tenths(name) * FONT / 10 + 8) as usize <= share;
        // All in one way, so that they read as one row.
        let tilted = !names.iter().all(fits);
        for (place, (name, column)) in names.into_iter().zip(self.columns.clone()).enumerate() {
            let full = self.column_name(column, Detail::Full);
            let short = if tilted { shortened(&name, 96) } else { name };
            let at = [(place as f64 + 0.5, rows.max(1) as f64)];
            chart.draw_series([Name { at, short, full: &full, tilted, below: true }])?;
        }
        root.present()
    }

    fn column_name(&self, column: usize, detail: Detail) -> String {
        let label = &self.heatmap.columns[column].label;
        match self.heatmap.cols_by {
            HeatColumns::Of(_) => label.clone(),
            HeatColumns::Time => bucket(label, self.heatmap.grain.unwrap_or(Grain::Week), self.text.language, detail),
        }
    }
}

/// The name of a row at its left, or of a column below it.
struct Name<'a> {
    at: [(f64, f64); 1],
    short: String,
    full: &'a str,
    tilted: bool,
    below: bool,
}

struct Cell<'a> {
    corners: [(f64, f64); 2],
    value: Option<i64>,
    step: Option<i64>,
    name: String,
    href: Option<String>,
    unknown: &'a str,
    hatch: &'a str,
}

impl<'a> PointCollection<'a, (f64, f64)> for &'a Name<'_> {
    type Point = &'a (f64, f64);
    type IntoIter = std::slice::Iter<'a, (f64, f64)>;

    fn point_iter(self) -> Self::IntoIter {
        self.at.iter()
    }
}

impl<'a> PointCollection<'a, (f64, f64)> for &'a Cell<'_> {
    type Point = &'a (f64, f64);
    type IntoIter = std::slice::Iter<'a, (f64, f64)>;

    fn point_iter(self) -> Self::IntoIter {
        self.corners.iter()
    }
}

type Drawn = Result<(), DrawingErrorKind<std::convert::Infallible>>;

impl Drawable<SvgBackend<'_>> for Name<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(&self, mut at: I, svg: &mut SvgBackend<'_>, _: (u32, u32)) -> Drawn {
        let Some((x, y)) = at.next() else { return Ok(()) };
        let (x, y, anchor, dy) = match (self.below, self.tilted) {
            (false, _) => (x - 8, y, "end", "0.35em"),
            (true, true) => (x + 4, y + 8, "end", "0.5em"),
            (true, false) => (x, y + 8, "middle", "0.8em"),
        };
        let turn = if self.tilted { format!(r#" transform="rotate(-40 {x} {y})""#) } else { String::new() };
        svg.push(format_args!(
            r#"<text class="label" x="{x}" y="{y}" dy="{dy}" text-anchor="{anchor}"{turn}>{}<title>{}</title></text>"#,
            escape(&self.short),
            escape(self.full)
        ));
        Ok(())
    }
}

impl Drawable<SvgBackend<'_>> for Cell<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(&self, mut at: I, svg: &mut SvgBackend<'_>, _: (u32, u32)) -> Drawn {
        let (Some((x, y)), Some((right, bottom))) = (at.next(), at.next()) else { return Ok(()) };
        let (width, height) = ((right - x - 2).max(1), (bottom - y - 2).max(1));
        let count = self.value.map_or_else(|| self.unknown.to_owned(), thousands);
        let title = escape(&format!("{}: {count}", self.name));
        let Some((step, value)) = self.step.zip(self.value) else {
            svg.push(format_args!(
                r#"<g class="cell"><rect class="unknown" fill="url(#{}-hatch)" x="{x}" y="{y}" width="{width}" height="{height}"><title>{title}</title></rect></g>"#,
                self.hatch
            ));
            return Ok(());
        };
        // The table has the same links for the keyboard; a stop at every cell would be in its way. The title is the link's
        // name, too.
        let (tag, link) = match &self.href {
            Some(href) => ("a", format!(r#" href="{}" tabindex="-1""#, escape(href))),
            None => ("g", String::new()),
        };
        svg.push(format_args!(
            r#"<{tag} class="cell heat-{step}"{link} data-value="{value}"><title>{title}</title><rect x="{x}" y="{y}" width="{width}" height="{height}" rx="2"/>"#
        ));
        let room = i64::from(width) * 10;
        if step > 0 && i64::from(width_in_tenths(&count) * FONT) <= room {
            let (x, y) = (x + width / 2, y + height / 2);
            svg.push(format_args!(r#"<text x="{x}" y="{y}" dy="0.35em" text-anchor="middle">{count}</text>"#));
        }
        svg.push(format_args!("</{tag}>"));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_grow_with_the_value_and_reach_the_last() {
        assert_eq!([0, 1, 3, 50, 99, 100].map(|value| step(value, 100)), [0, 1, 2, 5, 7, 7]);
        assert_eq!((step(1, 1), step(0, 0)), (7, 0));
    }
}

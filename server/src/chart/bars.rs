//! Money on pictures: bars side by side, each under its name.

use app::backend::{ChartText, MoneyBar};
use plotters::chart::ChartBuilder;
use plotters::drawing::IntoDrawingArea;
use plotters::element::{Drawable, PointCollection};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{IntoFont, RGBColor, TextStyle};
use plotters_backend::{BackendCoord, DrawingBackend};

use super::label::shortened;
use super::money::{Drawn, PlotError, open};
use super::svg::{Ink, SvgBackend, escape};

/// Renditions, which stand two in a row: half as wide as lines.
const CANVASES: [(&str, u32); 2] = [("wide", 560), ("narrow", 360)];
/// Where a picture stands alone.
const ALONE: u32 = 1080;
const FONT: u32 = 12;
/// Height of a name with its bar, in units.
const ROW: u32 = 40;
/// Room for an amount right of the longest bar.
const AMOUNT: u32 = 100;
/// Of its row, where a bar begins and ends: its name is above it.
const BEGINS: f64 = 0.46;
const ENDS: f64 = 0.80;

/// Draws every rendition: bars from the left, as long as their amounts.
pub fn bars(id: &str, bars: &[MoneyBar], text: &ChartText) -> String {
    let mut html = String::from(r#"<div class="chart-frame">"#);
    for (name, width) in CANVASES {
        let id = format!("chart-{id}-{name}");
        let size = (width, height(bars));
        open(&mut html, &id, &format!("chart-money chart-bars chart-{name}"), size, text);
        // The backend writes to memory and cannot fail; geometry errors of plotters would leave an empty frame.
        if let Err(error) = paint(&mut html, bars, size) {
            tracing::error!(%error, chart = %id, "bars could not be drawn");
        }
        html.push_str("</svg>");
    }
    html.push_str("</div>");
    html
}

/// One drawing alone, with its size.
pub fn bars_alone(bars: &[MoneyBar]) -> (String, (u32, u32)) {
    let size = (ALONE, height(bars));
    let mut svg = format!(r#"<svg viewBox="0 0 {} {}">"#, size.0, size.1);
    if let Err(error) = paint(&mut svg, bars, size) {
        tracing::error!(%error, "bars could not be drawn");
    }
    svg.push_str("</svg>");
    (svg, size)
}

fn height(bars: &[MoneyBar]) -> u32 {
    ROW * u32::try_from(bars.len().max(1)).unwrap_or(1)
}

fn paint(html: &mut String, bars: &[MoneyBar], size: (u32, u32)) -> Result<(), PlotError> {
    let highest = bars.iter().filter_map(|bar| bar.usd).fold(0.0_f64, f64::max).max(0.01);
    let bottom = f64::from(size.1 / ROW);
    let root = SvgBackend::new(html, size).into_drawing_area();
    let mut chart = ChartBuilder::on(&root).margin_right(AMOUNT).build_cartesian_2d(0.0..highest, bottom..0.0)?;
    chart.configure_mesh().disable_mesh().disable_axes().x_labels(0).y_labels(0).draw()?;
    let mut top = 0.0;
    for bar in bars {
        let ends = [(0.0, top + BEGINS), (bar.usd.unwrap_or(0.0), top + ENDS)];
        let name = shortened(&bar.name, size.0 * 10 / FONT);
        chart.draw_series([Bar { ends, of: bar, name }])?;
        top += 1.0;
    }
    root.present()
}

fn style(pos: Pos) -> TextStyle<'static> {
    ("system-ui", FONT).into_font().color(&RGBColor::from(Ink::Label)).pos(pos)
}

struct Bar<'a> {
    ends: [(f64, f64); 2],
    of: &'a MoneyBar,
    /// As much of it as there is room for.
    name: String,
}

impl<'a> PointCollection<'a, (f64, f64)> for &'a Bar<'_> {
    type Point = &'a (f64, f64);
    type IntoIter = std::slice::Iter<'a, (f64, f64)>;

    fn point_iter(self) -> Self::IntoIter {
        self.ends.iter()
    }
}

impl Drawable<SvgBackend<'_>> for Bar<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(&self, mut at: I, svg: &mut SvgBackend<'_>, _: (u32, u32)) -> Drawn {
        let (Some((left, top)), Some((right, bottom))) = (at.next(), at.next()) else { return Ok(()) };
        svg.draw_text(&self.name, &style(Pos::new(HPos::Left, VPos::Bottom)), (left, top - 3))?;
        if self.of.usd.is_some_and(|usd| usd > 0.0) {
            // What costs something is visible, however little beside the rest.
            let width = (right - left).max(1);
            svg.push(format_args!(
                r#"<rect class="bar series-0" x="{left}" y="{top}" width="{width}" height="{}"><title>{}: {}</title></rect>"#,
                (bottom - top).max(1),
                escape(&self.of.name),
                escape(&self.of.said)
            ));
        }
        let middle = i32::midpoint(top, bottom);
        let beside = if self.of.usd.is_some_and(|usd| usd > 0.0) { right.max(left) + 8 } else { left };
        svg.draw_text(&self.of.said, &style(Pos::new(HPos::Left, VPos::Center)), (beside, middle))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> ChartText {
        ChartText {
            title: "T".to_owned(),
            description: "D".to_owned(),
            unknown: String::new(),
            blind: String::new(),
            partly: String::new(),
            language: "en",
        }
    }

    fn bar(name: &str, usd: Option<f64>, said: &str) -> MoneyBar {
        MoneyBar { name: name.to_owned(), usd, said: said.to_owned() }
    }

    #[test]
    fn names_are_escaped_and_what_is_unknown_or_nothing_has_no_bar() {
        let svg = super::bars(
            "parts",
            &[bar("<b>", Some(2.0), "$2.00"), bar("x", None, "unknown"), bar("y", Some(0.0), "$0.00")],
            &text(),
        );
        assert!(!svg.contains("<b>") && svg.contains("&lt;b&gt;"), "{svg}");
        // One bar in each of two renditions.
        assert_eq!(svg.matches("class=\"bar").count(), 2);
    }

    #[test]
    fn the_longest_names_of_ours_are_whole_on_a_phone() {
        let names = [
            "Runtime Monitoring, ECS on Fargate",
            "Runtime Monitoring（ECS on Fargate）",
            "CloudTrail management events",
        ];
        for name in names {
            let svg = super::bars("parts", &[bar(name, Some(2.0), "$2.00")], &text());
            assert_eq!(svg.matches(&format!(">{name}</text>")).count(), 2, "{svg}");
        }
    }
}

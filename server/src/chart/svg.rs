//! A plotters backend that writes SVG elements with classes.
//!
//! plotters knows colours only. Here a colour is an [`Ink`]: the number of a class. Coordinates are whole user units of
//! the view box; the page decides how large a unit is.

use std::convert::Infallible;
use std::fmt::Write;

use plotters::style::RGBColor;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

/// What a stroke or a fill means; the style sheet gives it a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Grid,
    Axis,
    Label,
    SparkLine,
    SparkArea,
    SparkEnd,
}

impl Ink {
    const ALL: [Self; 6] = [Self::Grid, Self::Axis, Self::Label, Self::SparkLine, Self::SparkArea, Self::SparkEnd];

    const fn class(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::Axis => "axis",
            Self::Label => "label",
            Self::SparkLine => "spark-line",
            Self::SparkArea => "spark-area",
            Self::SparkEnd => "spark-end",
        }
    }

    fn class_of(color: BackendColor) -> &'static str {
        Self::ALL.get(usize::from(color.rgb.0)).copied().unwrap_or(Self::Label).class()
    }
}

impl From<Ink> for RGBColor {
    fn from(ink: Ink) -> Self {
        Self(ink as u8, 0, 0)
    }
}

/// Writes elements into a string that the caller wraps into `<svg>`.
pub struct SvgBackend<'a> {
    out: &'a mut String,
    size: (u32, u32),
}

impl<'a> SvgBackend<'a> {
    /// Draws into `out` on a canvas of `size` user units.
    pub fn new(out: &'a mut String, size: (u32, u32)) -> Self {
        Self { out, size }
    }

    /// Writes text that is already SVG.
    pub fn push(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.out.write_fmt(element);
    }
}

/// Escapes text for element content and double-quoted attributes. Characters XML cannot carry become `U+FFFD`.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' => escaped.push(' '),
            control if control.is_control() || matches!(control, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The pattern of what nobody looked at, named `{id}-hatch`. It lives in each drawing: a reference into a hidden drawing
/// paints nothing.
pub fn hatch(id: &str) -> String {
    let dense = hatch_of(id);
    let light = light_hatch(&dense);
    let pattern = |name: &str, class: &str, step: u32| {
        format!(
            r#"<pattern id="{name}" class="{class}" width="{step}" height="{step}" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch-line" x1="0" y1="0" x2="0" y2="{step}"/></pattern>"#
        )
    };
    format!("<defs>{}{}</defs>", pattern(&dense, "hatch", 6), pattern(&light, "hatch hatch-light", 14))
}

/// The name of a drawing's hatch.
pub fn hatch_of(id: &str) -> String {
    format!("{id}-hatch")
}

/// The lighter of two.
pub fn light_hatch(hatch: &str) -> String {
    format!("{hatch}-light")
}

/// Width of `text` in tenths of its size: system fonts are unknown here, so a generous guess.
pub fn width_in_tenths(text: &str) -> u32 {
    text.chars().map(|character| if character.is_ascii() { 6 } else { 10 }).sum()
}

fn path_data(points: impl IntoIterator<Item = BackendCoord>) -> String {
    let mut data = String::new();
    for (index, (x, y)) in points.into_iter().enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        let _ = write!(data, "{command}{x} {y}");
    }
    data
}

impl DrawingBackend for SvgBackend<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        self.push(format_args!(r#"<rect class="{}" x="{x}" y="{y}" width="1" height="1"/>"#, Ink::class_of(color)));
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        // Half a unit off, a one-unit stroke falls on whole pixels.
        let class = Ink::class_of(style.color());
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(|unit| f64::from(unit) + 0.5);
        self.push(format_args!(r#"<line class="{class}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>"#));
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, _fill: bool) -> Drawn {
        let (x, y) = (from.0.min(to.0), from.1.min(to.1));
        let (width, height) = (from.0.abs_diff(to.0), from.1.abs_diff(to.1));
        let class = Ink::class_of(style.color());
        self.push(format_args!(r#"<rect class="{class}" x="{x}" y="{y}" width="{width}" height="{height}"/>"#));
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        let class = Ink::class_of(style.color());
        self.push(format_args!(r#"<path class="{class}" d="{}"/>"#, path_data(path)));
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, (x, y): BackendCoord, radius: u32, style: &S, _fill: bool) -> Drawn {
        let class = Ink::class_of(style.color());
        self.push(format_args!(r#"<circle class="{class}" cx="{x}" cy="{y}" r="{radius}"/>"#));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        let class = Ink::class_of(style.color());
        self.push(format_args!(r#"<path class="{class}" d="{}Z"/>"#, path_data(path)));
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) -> Drawn {
        let anchor = style.anchor();
        let text_anchor = match anchor.h_pos {
            HPos::Left => "start",
            HPos::Center => "middle",
            HPos::Right => "end",
        };
        // Attributes, not `dominant-baseline`: embedders differ in how they support it.
        let dy = match anchor.v_pos {
            VPos::Top => "0.8em",
            VPos::Center => "0.35em",
            VPos::Bottom => "-0.2em",
        };
        let class = Ink::class_of(style.color());
        let text = escape(text);
        self.push(format_args!(
            r#"<text class="{class}" x="{x}" y="{y}" dy="{dy}" text-anchor="{text_anchor}">{text}</text>"#
        ));
        Ok(())
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "font sizes are small and positive")]
    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let size = style.size().max(0.0).ceil() as u32;
        Ok((width_in_tenths(text) * size / 10, size))
    }
}

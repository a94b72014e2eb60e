//! What the browser adds. Every page is whole without it.

mod chart_hover;
mod copy_button;

pub use chart_hover::ChartHover;
pub use copy_button::CopyButton;

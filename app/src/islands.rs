//! What the browser adds. Every page is whole without it.

mod chart_hover;
mod copy_button;
#[cfg(feature = "hydrate")]
mod dom;
mod facet_combobox;
mod instant_apply;
mod new_data;

pub use chart_hover::ChartHover;
pub use copy_button::CopyButton;
pub use facet_combobox::FacetCombobox;
pub use instant_apply::InstantApply;
pub use new_data::NewData;

//! Pages, components, islands, texts and the model types shared with the browser.
//!
//! Knows no database, no AWS and no clock: pages are functions of what the [`backend`] port answers.

#[cfg(feature = "ssr")]
pub mod backend;
pub mod model;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod text;

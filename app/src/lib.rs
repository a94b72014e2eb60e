//! Pages, components, islands, texts and the model types shared with the browser.
//!
//! Knows no database, no AWS and no clock: pages are functions of what the [`backend`] port answers.
// A view is a type as deep as its markup.
#![recursion_limit = "256"]

#[cfg(feature = "ssr")]
pub mod advice;
#[cfg(feature = "ssr")]
pub mod backend;
#[cfg(feature = "ssr")]
pub mod components;
#[cfg(feature = "ssr")]
pub mod format;
pub mod islands;
pub mod model;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod remedy;
#[cfg(feature = "ssr")]
pub mod text;

/// Prepares the browser's side; called once before the first island wakes.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}

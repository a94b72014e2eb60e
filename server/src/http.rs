//! Routes, middleware, and nothing that decides: a request becomes a question to the backend, its answer becomes bytes.
//!
//! Failures carry no form of their own ([`failure`]); one place gives them the form their reader understands.

mod answer;
mod failure;
mod middleware;
pub mod openapi;
mod origin;
mod outside;
mod packing;
mod presentation;
mod router;
pub mod routes;
mod site;
mod state;

pub use router::router;
pub use site::{SiteError, SiteFiles};
pub use state::App;

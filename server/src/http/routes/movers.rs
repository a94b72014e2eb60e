//! `GET /api/v1/movers`: what changed most against the window before.

use std::sync::Arc;

use app::backend::Backend;
use app::model::Filter;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::http::App;
use crate::http::answer::json;
use crate::http::failure::Failure;

/// Takes a filter.
pub async fn movers(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let filter = Filter::parse(&query.unwrap_or_default(), &[])?;
    let movers = state.backend.movers(&filter).await?;
    json(&movers, movers.data_version)
}

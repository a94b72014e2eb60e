//! `GET /api/v1/status`: freshness of every source, and the database.

use std::sync::Arc;

use app::backend::Backend;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::http::App;
use crate::http::answer::json;
use crate::http::failure::Failure;
use crate::question::takes_nothing;

/// Takes nothing.
pub async fn status(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    takes_nothing(&query.unwrap_or_default(), &[])?;
    let status = state.backend.status().await?;
    json(&status, status.data_version)
}

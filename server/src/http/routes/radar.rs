//! `GET /api/v1/radar`: what AWS is about to forget.

use std::sync::Arc;

use app::backend::Backend;
use app::model::Filter;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::http::App;
use crate::http::answer::json;
use crate::http::failure::Failure;

/// Takes a filter.
pub async fn radar(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let filter = Filter::parse(&query.unwrap_or_default(), &[])?;
    let radar = state.backend.radar(&filter).await?;
    json(&radar, radar.data_version)
}

//! `GET /api/v1/filters`: values to filter by, with counts.

use std::sync::Arc;

use app::backend::Backend;
use app::model::Filter;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::http::App;
use crate::http::answer::json;
use crate::http::failure::Failure;

/// Takes a filter.
pub async fn filters(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let filter = Filter::parse(&query.unwrap_or_default(), &[])?;
    let values = state.backend.filter_values(&filter).await?;
    json(&values, values.data_version)
}

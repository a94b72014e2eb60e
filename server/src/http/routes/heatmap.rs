//! `GET /api/v1/heatmap`: counts by two dimensions, or by one and time.

use std::sync::Arc;

use app::backend::Backend;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::http::App;
use crate::http::answer::json;
use crate::http::failure::Failure;
use crate::question::HeatmapQuestion;

/// Takes a filter, `rows` and `cols`.
pub async fn heatmap(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let question = HeatmapQuestion::parse(&query.unwrap_or_default(), &[])?;
    let heatmap = state.backend.heatmap(&question.filter, question.rows, question.columns).await?;
    json(&heatmap, heatmap.data_version)
}

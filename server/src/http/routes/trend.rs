//! `GET /api/v1/trend`: counts over time.

use std::sync::Arc;

use app::backend::Backend;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::http::App;
use crate::http::answer::json;
use crate::http::failure::Failure;
use crate::question::TrendQuestion;

/// Takes a filter, `by` and `metric`.
pub async fn trend(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let question = TrendQuestion::parse(&query.unwrap_or_default(), &[])?;
    let trend = state.backend.trend(&question.filter, question.by, question.metric).await?;
    json(&trend, trend.data_version)
}

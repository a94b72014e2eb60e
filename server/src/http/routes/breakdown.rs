//! `GET /api/v1/breakdown`: findings split by one dimension.

use std::sync::Arc;

use app::backend::Backend;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::http::App;
use crate::http::answer::json;
use crate::http::failure::Failure;
use crate::question::BreakdownQuestion;

/// Takes a filter and `by`.
pub async fn breakdown(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let question = BreakdownQuestion::parse(&query.unwrap_or_default(), &[])?;
    let breakdown = state.backend.breakdown(&question.filter, question.by).await?;
    json(&breakdown, breakdown.data_version)
}

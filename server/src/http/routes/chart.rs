//! `GET /api/v1/charts/trend.svg`: the trend as a picture that stands alone.

use std::sync::Arc;

use app::backend::Backend;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};

use crate::chart::standalone_trend;
use crate::http::App;
use crate::http::answer::DATA_VERSION;
use crate::http::failure::Failure;
use crate::question::TrendQuestion;

/// The drawing brings its own colours, and may do nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// Takes what the trend takes.
pub async fn trend(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let question = TrendQuestion::parse(&query.unwrap_or_default(), &[])?;
    let trend = state.backend.trend(&question.filter, question.by, question.metric).await?;
    let headers = [(CONTENT_TYPE, "image/svg+xml"), (CONTENT_SECURITY_POLICY, POLICY)];
    Ok((headers, [(DATA_VERSION, trend.data_version.to_string())], standalone_trend(&trend)).into_response())
}

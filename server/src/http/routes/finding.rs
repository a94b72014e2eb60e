//! `GET /api/v1/findings/{id}`: everything known about one finding.

use std::sync::Arc;

use app::backend::Backend;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;

use crate::http::App;
use crate::http::answer::json;
use crate::http::failure::Failure;
use crate::question::takes_nothing;

/// By id, ARN or GuardDuty finding id.
pub async fn finding(
    State(state): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    takes_nothing(&query.unwrap_or_default(), &[])?;
    let detail = state.backend.finding(&id).await?;
    json(&detail, detail.data_version)
}

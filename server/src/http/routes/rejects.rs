//! `GET /api/v1/status/rejects`: input that was no finding.

use std::sync::Arc;

use app::backend::Backend;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::http::App;
use crate::http::answer::json;
use crate::http::failure::Failure;
use crate::question::rejects_question;

/// Takes `limit` and `cursor`.
pub async fn rejects(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let question = rejects_question(&query.unwrap_or_default())?;
    let page = state.backend.rejects(&question).await?;
    json(&page, page.data_version)
}

//! `GET /api/v1/news`: what was never seen before the window.

use std::sync::Arc;

use app::backend::Backend;
use app::model::Filter;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::http::App;
use crate::http::answer::json;
use crate::http::failure::Failure;

/// Takes a filter.
pub async fn news(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let filter = Filter::parse(&query.unwrap_or_default(), &[])?;
    let news = state.backend.news(&filter).await?;
    json(&news, news.data_version)
}

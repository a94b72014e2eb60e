//! `GET /api/v1/groups`: findings by type and place.

use std::sync::Arc;

use app::backend::Backend;
use app::model::Filter;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::http::App;
use crate::http::answer::json;
use crate::http::failure::Failure;

/// Takes a filter; `limit` is that of the types.
pub async fn groups(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let filter = Filter::parse(&query.unwrap_or_default(), &[])?;
    let groups = state.backend.groups(&filter).await?;
    json(&groups, groups.data_version)
}

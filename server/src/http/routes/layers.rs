//! `GET /api/v1/layers`: what looks at each workload, and what nobody looks at.

use std::sync::Arc;

use app::backend::Backend;
use app::model::{Filter, LayersView};
use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::http::App;
use crate::http::answer::json;
use crate::http::failure::Failure;

/// Takes a filter and `by`.
pub async fn layers(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let query = query.unwrap_or_default();
    let filter = Filter::parse(&query, &LayersView::PARAMETERS)?;
    let layers = state.backend.layers(&filter, LayersView::parse(&query)?).await?;
    json(&layers, layers.data_version)
}

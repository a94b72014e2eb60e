//! `GET /api/v1/export/pack.zip`: every report of a filter in one archive.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use crate::http::App;
use crate::http::failure::Failure;
use crate::pack::{self, Order, Pack};

/// Takes the filter and `lang`.
pub async fn pack(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let order = Order::parse(&query.unwrap_or_default())?;
    let Pack { file_name, pieces } = pack::start(&state.backend, order).await?;
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(pack::CONTENT_TYPE));
    // A name of ours is always a valid value.
    if let Ok(disposition) = HeaderValue::try_from(format!("attachment; filename=\"{file_name}\"")) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

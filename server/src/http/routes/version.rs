//! `GET /api/v1/version`: whether there is anything new, for those who ask often.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, ETAG};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;

use crate::http::App;
use crate::http::answer::{DATA_VERSION, json};
use crate::http::failure::Failure;
use crate::http::middleware::holds;
use crate::question::takes_nothing;

#[derive(Serialize)]
struct Version {
    data_version: u64,
}

/// Takes nothing. The tag is the version: 304 until the data changes, whatever time it is.
pub async fn version(
    State(state): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    takes_nothing(&query.unwrap_or_default(), &[])?;
    let data_version = state.backend.store().data_version();
    let tag = format!("\"{data_version}\"");
    let mut response = if holds(&headers, &tag) {
        (StatusCode::NOT_MODIFIED, [(DATA_VERSION, HeaderValue::from(data_version))]).into_response()
    } else {
        json(&Version { data_version }, data_version)?
    };
    if let Ok(tag) = HeaderValue::try_from(tag) {
        response.headers_mut().insert(ETAG, tag);
    }
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

//! `GET /api/openapi.json`: the API's description.

use std::sync::LazyLock;

use axum::response::IntoResponse;
use http::header::CONTENT_TYPE;

use crate::http::openapi::document;

static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().to_string());

/// Takes nothing.
pub async fn openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}

//! `POST /api/v1/sync`: pull now.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{ACCEPT, LOCATION};
use http::{HeaderMap, StatusCode};
use serde_json::json;

use crate::http::App;
use crate::http::failure::Failure;
use crate::http::origin;
use crate::question::takes_nothing;

/// Asks for a pull and does not wait for it: 202. A form without script is sent back to the status page, which follows the
/// pull.
pub async fn pull_now(
    State(state): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    takes_nothing(&query.unwrap_or_default(), &[])?;
    origin::check(&headers)?;
    state.syncer.request_now();
    let is_form = origin::text(&headers, ACCEPT.as_str()).is_some_and(|accept| accept.contains("text/html"));
    if is_form {
        return Ok(Redirect::to(&format!("/status?follow={}", state.syncer.runs().ended())).into_response());
    }
    Ok((StatusCode::ACCEPTED, [(LOCATION, "/api/v1/status")], Json(json!({"status": "requested"}))).into_response())
}

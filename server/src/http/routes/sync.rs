//! `POST /api/v1/sync`, `POST /api/v1/cost/sync`: ask AWS now.

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

/// Asks for a pull of findings. A form without script is sent back to the status page, which follows the pull.
pub async fn pull_now(
    State(state): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let page = format!("/status?follow={}", state.syncer.runs().ended());
    requested(query, &headers, || state.syncer.request_now(), &page, "/api/v1/status")
}

/// Asks what it costs. A form without script is sent back to where the answers are told.
pub async fn cost_now(
    State(state): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    requested(query, &headers, || state.syncer.request_cost_now(), "/cost#asked", "/api/v1/cost")
}

/// Does not wait for it: 202, or back to a page for those who sent a form.
fn requested(
    query: Option<String>,
    headers: &HeaderMap,
    request: impl FnOnce(),
    page: &str,
    told_at: &'static str,
) -> Result<Response, Failure> {
    takes_nothing(&query.unwrap_or_default(), &[])?;
    origin::check(headers)?;
    request();
    if origin::text(headers, ACCEPT.as_str()).is_some_and(|accept| accept.contains("text/html")) {
        return Ok(Redirect::to(page).into_response());
    }
    Ok((StatusCode::ACCEPTED, [(LOCATION, told_at)], Json(json!({"status": "requested"}))).into_response())
}

//! `POST /api/v1/sync`: pull now.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{ACCEPT, HOST, LOCATION, ORIGIN};
use http::{HeaderMap, StatusCode};
use serde_json::json;

use crate::http::App;
use crate::http::failure::Failure;
use crate::question::takes_nothing;

/// Programs send it with every write: a page of another origin cannot, without asking us first (CORS), which we refuse.
const OWN_HEADER: &str = "x-yagura-request";

/// Asks for a pull and does not wait for it: 202. A form without script is sent back to the status page,
/// which follows the pull.
pub async fn pull_now(
    State(state): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    takes_nothing(&query.unwrap_or_default(), &[])?;
    if !is_ours(&headers) {
        let detail = format!("writes come from Yagura's own pages, or carry the header `{OWN_HEADER}`");
        return Err(Failure::new(StatusCode::FORBIDDEN, detail));
    }
    state.syncer.request_now();
    let is_form = text(&headers, ACCEPT.as_str()).is_some_and(|accept| accept.contains("text/html"));
    if is_form {
        return Ok(Redirect::to(&format!("/status?follow={}", state.syncer.runs().ended())).into_response());
    }
    Ok((StatusCode::ACCEPTED, [(LOCATION, "/api/v1/status")], Json(json!({"status": "requested"}))).into_response())
}

/// Sent by one of our pages, or by a program that says so.
fn is_ours(headers: &HeaderMap) -> bool {
    if headers.contains_key(OWN_HEADER) {
        return true;
    }
    if let Some(site) = text(headers, "sec-fetch-site") {
        return site == "same-origin";
    }
    // Browsers that do not say where a request comes from still name its origin on writes.
    let origin = text(headers, ORIGIN.as_str()).and_then(|origin| origin.split_once("://"));
    origin.is_some_and(|(_, authority)| Some(authority) == text(headers, HOST.as_str()))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

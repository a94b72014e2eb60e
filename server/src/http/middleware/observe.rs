//! One id, one measurement and one log line per request.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use tracing::Instrument;

use crate::http::App;

/// The route of addresses that match none: attackers choose paths, so paths never become labels.
const NO_ROUTE: &str = "(none)";

/// Outermost: sees every answer.
pub async fn observe(State(state): State<Arc<App>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = uuid::Uuid::new_v4().simple().to_string();
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| NO_ROUTE.to_owned(), |p| p.as_str().to_owned());
    let method = request.method().clone();
    let span = tracing::info_span!("request", id);
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    state.backend.metrics().request(&route, status, took);
    span.in_scope(|| tracing::debug!(%method, route, status, took_ms = took.as_millis(), "answered"));
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

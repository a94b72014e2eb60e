//! Bounds: how many requests at once, how large, how long.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use http::header::CONTENT_LENGTH;
use http_body::{Frame, SizeHint};
use http_body_util::Limited;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use crate::http::App;
use crate::http::failure::Failure;

/// Largest body taken, in bytes: no operation wants more than a small form.
const LARGEST_BODY: usize = 64 * 1024;

/// Refuses what is too much at once. Health checks pass: a busy server is not a dead one.
pub async fn limit(State(state): State<Arc<App>>, request: Request, next: Next) -> Response {
    if matches!(request.uri().path(), "/healthz" | "/readyz" | "/metrics") {
        return next.run(request).await;
    }
    let Ok(permit) = Arc::clone(&state.room).try_acquire_owned() else {
        return Failure::new(StatusCode::SERVICE_UNAVAILABLE, "too many requests at once; try again in a moment")
            .into_response();
    };
    let length = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > LARGEST_BODY as u64) {
        let detail = format!("the body is larger than {LARGEST_BODY} bytes");
        return Failure::new(StatusCode::PAYLOAD_TOO_LARGE, detail).into_response();
    }
    let request = request.map(|body| Body::new(Limited::new(body, LARGEST_BODY)));
    let Ok(response) = timeout(state.request_timeout, next.run(request)).await else {
        let limit = state.request_timeout.as_secs();
        tracing::warn!(limit_seconds = limit, "a request took too long and was given up");
        let detail = format!("there was no answer within {limit} s; ask for less, or later");
        return Failure::new(StatusCode::SERVICE_UNAVAILABLE, detail).into_response();
    };
    response.map(|body| Body::new(InFlight { body, _permit: permit }))
}

/// A body that takes its room until its last byte: long downloads count.
struct InFlight {
    body: Body,
    _permit: OwnedSemaphorePermit,
}

impl HttpBody for InFlight {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

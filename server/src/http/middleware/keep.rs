//! Pages as they were sent, for whoever asks for the same next: a page takes longer to write and to pack than to send.
//!
//! What a page is made of is what its tag is made of ([`revalidate`](super::revalidate())), so it is good for every request
//! with this tag, and a commit, a step of a pull or a minute ends it. Whoever asks for a page that is being written waits
//! for it. Kept is what was packed; a reader who takes no packing gets a page of their own.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Extension, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::revalidate::Tag;
use crate::backend::cache::Cache;
use crate::http::App;
use crate::http::failure::Failure;
use crate::http::packing::{Effort, Packing};

/// Pages kept at most, each of some ten kilobytes; of the longest lists, a hundred.
const MOST_PAGES: usize = 64;

/// Pages that were packed.
pub struct KeptPages(Cache<(Tag, Packing), Page>);

impl Default for KeptPages {
    fn default() -> Self {
        Self(Cache::of(MOST_PAGES))
    }
}

struct Page {
    headers: HeaderMap,
    packed: Bytes,
}

impl Page {
    /// Anything that is not a page for everybody is answered as it is.
    async fn of(response: Response, packing: Packing) -> Result<Self, Response> {
        if response.status() != StatusCode::OK {
            return Err(response);
        }
        let (mut parts, body) = response.into_parts();
        // It was in memory as a whole before.
        let Ok(body) = to_bytes(body, usize::MAX).await else {
            return Err(
                Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "the page could not be written").into_response()
            );
        };
        let Some(packed) = packing.pack(&body, Effort::Quick) else {
            return Err(Response::from_parts(parts, Body::from(body)));
        };
        parts.headers.remove(CONTENT_LENGTH);
        parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static(packing.name()));
        Ok(Self { headers: parts.headers, packed })
    }

    fn answer(&self) -> Response {
        (self.headers.clone(), self.packed.clone()).into_response()
    }
}

/// Answers with the page that is kept, or keeps the one that is written.
pub async fn keep(
    State(state): State<Arc<App>>,
    tag: Option<Extension<Tag>>,
    request: Request,
    next: Next,
) -> Response {
    let packing = Packing::of(request.headers()).filter(|_| *request.method() == Method::GET);
    // What may not be kept has no tag, such as a method that no page has.
    let (Some(packing), Some(Extension(tag))) = (packing, tag) else { return next.run(request).await };
    let written = async { Page::of(next.run(request).await, packing).await };
    match state.pages.0.get((tag, packing), state.backend.moment(), written).await {
        Ok(page) => page.answer(),
        Err(response) => response,
    }
}

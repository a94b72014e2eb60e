//! "Do you have anything newer?" answered without asking the database.
//!
//! The tag is made from what an answer depends on: the data's version, the address, language and theme, the program and
//! the front end, the pulls under way, ended and planned (freshness is shown), trouble with writing, what else was
//! committed (saved views) and the present to the minute. What none of these tells, such as the size of the database or a
//! repair of rollups, is a minute late at most. It is made before the question runs; an answer from newer data
//! than its tag is asked for once more, never kept too long.

use std::sync::Arc;

use axum::extract::{Extension, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, VARY};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use xxhash_rust::xxh3::xxh3_64;

use crate::http::App;
use crate::http::answer::DATA_VERSION;
use crate::http::failure::Reader;
use crate::http::presentation::Presentation;

/// Answers 304 where the client's copy is good, and labels what may be kept.
pub async fn revalidate(
    State(state): State<Arc<App>>,
    Extension(presentation): Extension<Presentation>,
    Extension(reader): Extension<Reader>,
    mut request: Request,
    next: Next,
) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let version = state.backend.store().data_version();
    let tag = tag(&state, version, request.uri(), presentation);
    let mut response = if holds(request.headers(), &tag.print(version)) {
        let mut unchanged = StatusCode::NOT_MODIFIED.into_response();
        if reader == Reader::Program {
            unchanged.headers_mut().insert(DATA_VERSION, version.into());
        }
        unchanged
    } else {
        request.extensions_mut().insert(tag.clone());
        next.run(request).await
    };
    if !matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED) {
        return response;
    }
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::try_from(tag.print(version)) {
        headers.insert(ETAG, tag);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if reader == Reader::Person {
        headers.insert(VARY, HeaderValue::from_static("accept-language, cookie"));
    }
    headers.append(VARY, HeaderValue::from_static("accept-encoding"));
    response
}

/// What an answer is made of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tag(Arc<str>);

impl Tag {
    /// In short, for who asks. Weak: compressed and plain bodies share it.
    fn print(&self, version: u64) -> String {
        format!("W/\"{version}-{:016x}\"", xxh3_64(self.0.as_bytes()))
    }
}

fn tag(state: &App, version: u64, uri: &Uri, presentation: Presentation) -> Tag {
    let minute = state.backend.clock().now().as_second().div_euclid(60);
    let (language, theme) = (presentation.language.tag(), presentation.theme.as_str());
    let (runs, commits) = (state.syncer.runs().moved(), state.backend.store().revision());
    let trouble = state.backend.store().write_trouble();
    let parts = format!("{uri} {language} {theme} {} {runs} {version} {commits} {trouble:?} {minute}", state.build);
    Tag(parts.into())
}

/// Whether `If-None-Match` names the tag, by weak comparison (RFC 9110, 8.8.3.2).
pub fn holds(headers: &HeaderMap, tag: &str) -> bool {
    let wanted = tag.trim_start_matches("W/");
    let lists = headers.get_all(IF_NONE_MATCH).into_iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|held| held.trim().trim_start_matches("W/") == wanted)
}

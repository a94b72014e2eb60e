//! `GET /assets/{name}`: the front end's files. Names carry a hash of the content, so they are kept for ever.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue};

use crate::http::App;
use crate::http::failure::Failure;

/// The file in the smallest form the client accepts.
pub async fn asset(
    State(state): State<Arc<App>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let asset = state.site.asset(&name).ok_or_else(Failure::not_found)?;
    let compressed = [("br", &asset.brotli), ("gzip", &asset.gzip)];
    let chosen = compressed.into_iter().find_map(|(name, form)| {
        let form = form.as_ref().filter(|_| accepts(&headers, name))?;
        Some((name, form.clone()))
    });
    let mut response = match chosen {
        Some((encoding, form)) => ([(CONTENT_ENCODING, HeaderValue::from_static(encoding))], form).into_response(),
        None => asset.plain.clone().into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    Ok(response)
}

/// Whether `Accept-Encoding` names the coding without refusing it (RFC 9110, 12.5.3).
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let lists = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|item| {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        let refused = parameters.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse() == Ok(0.0_f32));
        name.trim().eq_ignore_ascii_case(coding) && !refused
    })
}

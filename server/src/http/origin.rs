//! Who may write: our own pages, and programs that say so.
//!
//! Without this, a page of anybody could make its reader's browser write here (cross-site request forgery).

use http::header::{HOST, ORIGIN};
use http::{HeaderMap, StatusCode};

use super::failure::Failure;

/// Programs send it with every write: a page of another origin cannot, without asking us first (CORS), which we refuse.
pub const OWN_HEADER: &str = "x-yagura-request";

/// Refuses a write that comes from elsewhere.
pub fn check(headers: &HeaderMap) -> Result<(), Failure> {
    if is_ours(headers) {
        return Ok(());
    }
    let detail = format!("writes come from Yagura's own pages, or carry the header `{OWN_HEADER}`");
    Err(Failure::new(StatusCode::FORBIDDEN, detail))
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

/// A header's text.
pub fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

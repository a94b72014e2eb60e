//! `GET /speculation-rules.json`: which pages a browser may fetch while somebody is about to follow a link.
//!
//! A page of ours is fetched when the pointer rests on its link or a finger touches it
//! (<https://developer.mozilla.org/en-US/docs/Web/API/Speculation_Rules_API>). Browsers without it do nothing. Links that
//! do something are left alone: the switches of language and colours, which are remembered, shares, whose uses are
//! counted, and files.

use axum::response::IntoResponse;
use http::HeaderName;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::json;

/// Where the rules live.
pub const PATH: &str = "/speculation-rules.json";
/// Names the rules to whoever reads a page.
pub const HEADER: (HeaderName, &str) = (HeaderName::from_static("speculation-rules"), "\"/speculation-rules.json\"");

/// The rules.
pub async fn rules() -> impl IntoResponse {
    let rules = json!({"prefetch": [{
        "source": "document",
        "eagerness": "moderate",
        "where": {"and": [
            {"href_matches": "/*"},
            {"not": {"href_matches": ["/api/*", "/assets/*", "/views/*", "/e/*", "/*.csv", "/*.csv?*", "/healthz", "/metrics"]}},
            {"not": {"selector_matches": ".preferences a, a[download]"}},
        ]},
    }]});
    let headers = [(CONTENT_TYPE, "application/speculationrules+json"), (CACHE_CONTROL, "public, max-age=3600")];
    (headers, rules.to_string())
}

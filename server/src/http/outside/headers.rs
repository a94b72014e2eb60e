//! Headers of what people outside get.

use app::model::{Share, ShareFormat, ShareSetting};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue};

use crate::http::answer::DATA_VERSION;
use crate::share::forms::{content_type, is_picture};

/// What nothing says otherwise of. There is no `X-Frame-Options`: it knows no list of origins and would win over one.
const HEADERS: [(HeaderName, &str); 7] = [
    (CONTENT_SECURITY_POLICY, "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    // Pages of others show it: the link is the permission.
    (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    (CACHE_CONTROL, "no-store"),
];

/// Adds each header an answer has not set itself.
pub async fn plain(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Headers of a view that is shown.
pub fn of_view(
    headers: &mut HeaderMap,
    format: ShareFormat,
    style_hash: &str,
    data_version: u64,
    ancestors: &[String],
) {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(format)));
    // A revoked link is gone from caches as soon; pictures are fetched by proxies that ask at every view otherwise.
    let kept = if is_picture(format) { "public, max-age=300" } else { "private, max-age=60" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(DATA_VERSION, data_version.into());
    policy(headers, format, style_hash, ancestors);
}

/// What a document may do, and who may frame it.
pub fn policy(headers: &mut HeaderMap, format: ShareFormat, style_hash: &str, ancestors: &[String]) {
    let style = match format {
        ShareFormat::Html => format!("style-src '{style_hash}'; "),
        // A drawing brings its own colours and may do nothing else.
        ShareFormat::Svg => "style-src 'unsafe-inline'; ".to_owned(),
        _ => String::new(),
    };
    let framed = if ancestors.is_empty() { "'none'".to_owned() } else { ancestors.join(" ") };
    let policy = format!("default-src 'none'; {style}base-uri 'none'; form-action 'none'; frame-ancestors {framed}");
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
}

/// The origins that may frame a share.
pub fn ancestors<'a>(share: &'a Share, setting: &'a ShareSetting) -> &'a [String] {
    share.frame_ancestors.as_deref().unwrap_or(&setting.frame_ancestors)
}

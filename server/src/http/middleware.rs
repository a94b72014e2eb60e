//! What happens to every request, whatever it asks.

mod failures;
mod headers;
mod host;
mod keep;
mod limits;
mod observe;
mod revalidate;

pub use failures::{panicked, render_failures};
pub use headers::{FRAMING_POLICY, secure_headers};
pub use host::{Hosts, check_host};
pub use keep::{KeptPages, keep};
pub use limits::limit;
pub use observe::observe;
pub use revalidate::{holds, revalidate};

use http::{Extensions, HeaderMap, StatusCode, Version, header};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate, SizeAbove};

/// Compresses text on its way. Files of the front end and pages that are kept were compressed beforehand.
pub fn compression() -> CompressionLayer<impl Predicate> {
    let is_text = |_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions| {
        const TEXTS: [&str; 5] = ["text/html", "application/json", "application/problem+json", "text/csv", "image/svg"];
        let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        TEXTS.iter().any(|text| content_type.starts_with(text))
    };
    // Brotli's own default is its slowest level.
    CompressionLayer::new().quality(CompressionLevel::Precise(4)).compress_when(SizeAbove::new(512).and(is_text))
}

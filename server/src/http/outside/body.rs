//! A finished body in the encodings that readers take, each with a tag of its own.

use app::model::ShareFormat;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, ETAG};
use http::{HeaderMap, HeaderValue, StatusCode};
use xxhash_rust::xxh3::xxh3_128;

use crate::http::middleware::holds;
use crate::http::packing::{Effort, Packing};
use crate::share::forms::Rendered;

/// What is kept of an answer.
#[derive(Debug)]
pub struct Body {
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
    /// Of the plain bytes.
    hash: u128,
    pub style_hash: String,
    pub data_version: u64,
}

impl Body {
    /// Compresses what gets smaller by it. Blocks for some milliseconds.
    pub fn new(rendered: Rendered, format: ShareFormat) -> Self {
        let Rendered { body, style_hash, data_version } = rendered;
        let is_packed = format == ShareFormat::Png;
        let pack = |packing: Packing| if is_packed { None } else { packing.pack(&body, Effort::Thorough) };
        let (brotli, gzip) = (pack(Packing::Brotli), pack(Packing::Gzip));
        Self { hash: xxh3_128(&body), plain: body.into(), brotli, gzip, style_hash, data_version }
    }

    /// The answer to a reader with these headers: the body, or that the reader's copy is good.
    pub fn answer(&self, headers: &HeaderMap) -> Response {
        let packing = Packing::of(headers);
        let packed = packing.and_then(|packing| match packing {
            Packing::Brotli => self.brotli.as_ref(),
            Packing::Gzip => self.gzip.as_ref(),
        });
        let encoding = packing.filter(|_| packed.is_some()).map(Packing::name);
        let bytes = packed.unwrap_or(&self.plain);
        // Strong: other bytes, other tag (RFC 9110, 8.8.3.3).
        let tag = match encoding {
            Some(encoding) => format!("\"{:032x}-{encoding}\"", self.hash),
            None => format!("\"{:032x}\"", self.hash),
        };
        let mut response = if holds(headers, &tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut response = bytes.clone().into_response();
            if let Some(encoding) = encoding {
                response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
            response
        };
        if let Ok(tag) = HeaderValue::try_from(tag) {
            response.headers_mut().insert(ETAG, tag);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use super::*;

    fn asking(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn each_encoding_has_its_tag() {
        let rendered = Rendered { body: b"abc ".repeat(100), style_hash: String::new(), data_version: 1 };
        let body = Body::new(rendered, ShareFormat::Html);
        let mut tags = Vec::new();
        for (accepted, encoding) in
            [("br, gzip", Some("br")), ("gzip;q=0.5", Some("gzip")), ("br;q=0", None), ("identity", None)]
        {
            let response = body.answer(&asking(&[("accept-encoding", accepted)]));
            let found = response.headers().get(CONTENT_ENCODING).map(|value| value.to_str().unwrap());
            assert_eq!(found, encoding, "{accepted}");
            let tag = response.headers()[ETAG].to_str().unwrap().to_owned();
            assert!(tag.starts_with('"'), "{tag}");
            let again = body.answer(&asking(&[("accept-encoding", accepted), ("if-none-match", &tag)]));
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
            tags.push(tag);
        }
        assert_eq!(tags[2], tags[3]);
        assert!(tags[0] != tags[1] && tags[1] != tags[2]);
    }
}

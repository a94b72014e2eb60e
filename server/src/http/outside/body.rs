//! A finished body in the encodings that readers take, each with a tag of its own.

use std::io::Write;

use app::model::ShareFormat;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, ETAG};
use http::{HeaderMap, HeaderValue, StatusCode};
use xxhash_rust::xxh3::xxh3_128;

use crate::http::middleware::holds;
use crate::share::forms::Rendered;

/// Good and quick: kept bodies are compressed once and sent many times.
const BROTLI_QUALITY: i32 = 5;

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
        let (brotli, gzip) = if is_packed { (None, None) } else { (brotli(&body), gzip(&body)) };
        Self { hash: xxh3_128(&body), plain: body.into(), brotli, gzip, style_hash, data_version }
    }

    /// The answer to a reader with these headers: the body, or that the reader's copy is good.
    pub fn answer(&self, headers: &HeaderMap) -> Response {
        let takes = |name: &str| takes(headers, name);
        let (encoding, bytes) = match (&self.brotli, &self.gzip) {
            (Some(bytes), _) if takes("br") => (Some("br"), bytes),
            (_, Some(bytes)) if takes("gzip") => (Some("gzip"), bytes),
            _ => (None, &self.plain),
        };
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

/// Whether `Accept-Encoding` names an encoding and does not refuse it.
fn takes(headers: &HeaderMap, name: &str) -> bool {
    let lists = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|member| {
        let (coding, weight) = member.split_once(';').unwrap_or((member, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32));
        coding.trim().eq_ignore_ascii_case(name) && !refused
    })
}

fn brotli(body: &[u8]) -> Option<Bytes> {
    let mut packed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: BROTLI_QUALITY, ..Default::default() };
    brotli::BrotliCompress(&mut &*body, &mut packed, &parameters).ok()?;
    Some(packed.into())
}

fn gzip(body: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).ok()?;
    encoder.finish().ok().map(Bytes::from)
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

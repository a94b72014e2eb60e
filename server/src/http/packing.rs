//! Bodies made smaller as a whole, in an encoding their reader takes. What is sent piece by piece is packed on its way by a
//! layer around all routes ([`compression`](super::middleware::compression)), which takes three times as long.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

/// A content coding (RFC 9110, 8.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Packing {
    Brotli,
    Gzip,
}

impl Packing {
    /// The better one of those that `Accept-Encoding` names and does not refuse; `None`: a body is sent as it is.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        [Self::Brotli, Self::Gzip].into_iter().find(|packing| takes(headers, packing.name()))
    }

    /// What `Content-Encoding` calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// Blocks for some milliseconds. `None`: it could not be packed.
    pub fn pack(self, body: &[u8], effort: Effort) -> Option<Bytes> {
        match self {
            Self::Brotli => brotli(body, effort.brotli()),
            Self::Gzip => gzip(body, effort.gzip()),
        }
    }
}

/// How much time packing may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// Somebody waits for the body.
    Quick,
    /// It is sent many times.
    Thorough,
}

impl Effort {
    const fn brotli(self) -> i32 {
        match self {
            // A twelfth larger than by 4, in two thirds to three quarters of the time.
            Self::Quick => 3,
            Self::Thorough => 5,
        }
    }

    const fn gzip(self) -> Compression {
        match self {
            Self::Quick => Compression::new(4),
            Self::Thorough => Compression::new(6),
        }
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

fn brotli(body: &[u8], quality: i32) -> Option<Bytes> {
    let mut packed = Vec::new();
    // Of a known length and with a window that a page fills, packing takes a fifth less.
    let parameters =
        brotli::enc::BrotliEncoderParams { quality, lgwin: 18, size_hint: body.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &*body, &mut packed, &parameters).ok()?;
    Some(packed.into())
}

fn gzip(body: &[u8], level: Compression) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(body).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use std::io::Read;

    use proptest::prelude::*;

    use super::*;

    fn unpacked(packing: Packing, packed: &[u8]) -> Vec<u8> {
        let mut body = Vec::new();
        match packing {
            Packing::Brotli => brotli::Decompressor::new(packed, 4096).read_to_end(&mut body).unwrap(),
            Packing::Gzip => flate2::read::GzDecoder::new(packed).read_to_end(&mut body).unwrap(),
        };
        body
    }

    #[test]
    fn readers_get_what_they_take() {
        for (accepted, packing) in [
            (Some("gzip, deflate, br, zstd"), Some(Packing::Brotli)),
            (Some("GZIP;q=0.5"), Some(Packing::Gzip)),
            (Some("br;q=0, gzip"), Some(Packing::Gzip)),
            (Some("br;q=0.0"), None),
            (Some("identity"), None),
            (None, None),
        ] {
            let headers = accepted.map(|accepted| (ACCEPT_ENCODING, accepted.parse().unwrap())).into_iter().collect();
            assert_eq!(Packing::of(&headers), packing, "{accepted:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]
        /// Longer than a window, too.
        #[test]
        fn what_was_packed_is_the_same_again(word in prop::collection::vec(any::<u8>(), 0..300), times in 0..3000_usize) {
            let body = word.repeat(times);
            for packing in [Packing::Brotli, Packing::Gzip] {
                for effort in [Effort::Quick, Effort::Thorough] {
                    let packed = packing.pack(&body, effort).unwrap();
                    prop_assert!(unpacked(packing, &packed) == body, "{} bytes by {:?}", body.len(), packing);
                }
            }
        }
    }
}

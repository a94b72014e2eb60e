//! Files as browsers get them: named by content, compressed beforehand.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use xxhash_rust::xxh3::xxh3_64;

use crate::command::{AtPath, Failure};

/// Writes `content` as `stem.<hash>.extension` with `.br` and `.gz` beside it; gives the name.
pub fn publish(folder: &Path, name: &str, content: &[u8]) -> Result<String, Failure> {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let hashed = format!("{stem}.{:016x}.{extension}", xxh3_64(content));
    let file = folder.join(&hashed);
    fs::write(&file, content).at(&file)?;
    let compressed = folder.join(format!("{hashed}.br"));
    fs::write(&compressed, brotli(content).at(&compressed)?).at(&compressed)?;
    let compressed = folder.join(format!("{hashed}.gz"));
    fs::write(&compressed, gzip(content).at(&compressed)?).at(&compressed)?;
    Ok(hashed)
}

fn brotli(content: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(content: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use super::*;

    #[test]
    fn both_compressed_forms_give_the_content_back() {
        let content = b"body { color: red } ".repeat(50);
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut brotli(&content).unwrap().as_slice(), &mut plain).unwrap();
        assert_eq!(plain, content);
        let mut plain = Vec::new();
        let compressed = gzip(&content).unwrap();
        std::io::copy(&mut flate2::read::GzDecoder::new(compressed.as_slice()), &mut plain).unwrap();
        assert_eq!(plain, content);
    }
}

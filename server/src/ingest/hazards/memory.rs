//! A file may be larger than memory.

use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;

use super::finding;
use crate::ingest::import;

/// Writes the same finding until there is enough of it, and knows how much was taken.
struct Endless {
    piece: Vec<u8>,
    at: usize,
    left: u64,
    taken: Arc<AtomicU64>,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let Some(rest) = self.piece.get(self.at..).filter(|_| self.left > 0) else { return Ok(0) };
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.at += length;
        self.taken.fetch_add(length as u64, Ordering::Relaxed);
        if self.at == self.piece.len() {
            (self.at, self.left) = (0, self.left - 1);
        }
        Ok(length)
    }
}

/// Reads 50 MB and tells how many findings came and how far reading ran ahead of them at most.
fn ahead(piece: &str, before: &str) -> (u64, u64) {
    const SIZE: u64 = 50_000_000;
    let length = piece.len() as u64;
    let taken = Arc::new(AtomicU64::new(0));
    let endless = Endless { piece: piece.into(), at: 0, left: SIZE / length, taken: Arc::clone(&taken) };
    let (mut given, mut most) = (0_u64, 0);
    import::read("file", before.as_bytes().chain(endless), Timestamp::UNIX_EPOCH, &mut |result| {
        if result.is_ok() {
            given += 1;
            most = most.max(taken.load(Ordering::Relaxed).saturating_sub(given * length));
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(given, SIZE / length);
    (given, most)
}

/// What is read and not yet given is a buffer's worth, not a part of the file.
#[test]
fn findings_are_given_as_they_are_read() {
    const BUFFERS: u64 = 64 * 1024;
    let mut document = finding();
    document["description"] = "x".repeat(4000).into();
    let (lines, ahead_of_lines) = ahead(&format!("{document}\n"), "");
    assert!(lines > 10_000 && ahead_of_lines < BUFFERS, "{lines} findings, {ahead_of_lines} bytes ahead");
    // A list that never closes is refused at its end, and everything in it was given before.
    let (members, ahead_of_members) = ahead(&format!("{document},"), "{\"Findings\": [\n");
    assert!(members > 10_000 && ahead_of_members < BUFFERS, "{members} findings, {ahead_of_members} bytes ahead");
}

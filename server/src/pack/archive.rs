//! The archive: a zip that is written while it is sent, and what is known of each file in it.

use std::io::{self, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use zip::result::{ZipError, ZipResult};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::export::pieces::PieceSender;

/// Bytes of a piece on its way.
const PIECE: usize = 64 * 1024;

/// A file that is in the archive.
pub struct Entry {
    pub name: &'static str,
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sum: String,
    /// Records, where it has any.
    pub rows: Option<i64>,
    /// Of the data it was made from; `None`: it speaks of files alone.
    pub data_version: Option<u64>,
}

/// Takes files one after another.
pub struct Archive<'a> {
    zip: ZipWriter<StreamWriter<Out<'a>>>,
    options: SimpleFileOptions,
    open: Option<(&'static str, u64, Sha256)>,
    entries: Vec<Entry>,
}

impl<'a> Archive<'a> {
    /// Every file is dated `at`, in UTC.
    pub fn new(out: Out<'a>, at: Timestamp) -> Self {
        let at = at.to_zoned(TimeZone::UTC).datetime();
        let parts = |part: i8| u8::try_from(part).unwrap_or_default();
        let dated = DateTime::from_date_and_time(
            u16::try_from(at.year()).unwrap_or_default(),
            parts(at.month()),
            parts(at.day()),
            parts(at.hour()),
            parts(at.minute()),
            parts(at.second()),
        );
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(dated.unwrap_or_default())
            // How long a file gets is not known when it begins.
            .large_file(true);
        Self { zip: ZipWriter::new_stream(out), options, open: None, entries: Vec::new() }
    }

    /// Begins a file; what is written next is in it.
    pub fn begin(&mut self, name: &'static str) -> ZipResult<()> {
        self.zip.start_file(name, self.options)?;
        self.open = Some((name, 0, Sha256::new()));
        Ok(())
    }

    /// Ends the file.
    pub fn end(&mut self) {
        let Some((name, bytes, sum)) = self.open.take() else { return };
        let sum = hexadecimal(&sum.finalize());
        self.entries.push(Entry { name, bytes, sum, rows: None, data_version: None });
    }

    /// A file that is here already.
    pub fn whole(&mut self, name: &'static str, content: &[u8]) -> ZipResult<()> {
        self.begin(name)?;
        self.write_all(content)?;
        self.end();
        Ok(())
    }

    /// What the last file speaks of.
    pub fn told(&mut self, rows: Option<i64>, data_version: u64) {
        if let Some(last) = self.entries.last_mut() {
            (last.rows, last.data_version) = (rows, Some(data_version));
        }
    }

    /// The files so far.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Writes the directory, without which it is no archive.
    pub fn finish(self) -> ZipResult<()> {
        let mut out = self.zip.finish()?.into_inner();
        Ok(out.flush()?)
    }
}

impl Write for Archive<'_> {
    fn write(&mut self, content: &[u8]) -> io::Result<usize> {
        let written = self.zip.write(content)?;
        if let Some((_, bytes, sum)) = &mut self.open {
            *bytes += u64::try_from(written).unwrap_or_default();
            sum.update(&content[..written]);
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.flush()
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |four: u8| char::from(DIGITS[usize::from(four)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The way out, in pieces.
pub struct Out<'a> {
    sender: &'a PieceSender,
    stop: &'a CancellationToken,
    piece: Vec<u8>,
}

impl<'a> Out<'a> {
    pub fn new(sender: &'a PieceSender, stop: &'a CancellationToken) -> Self {
        Self { sender, stop, piece: Vec::with_capacity(PIECE) }
    }
}

impl Write for Out<'_> {
    fn write(&mut self, content: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(content);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(content.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        if self.sender.send(piece, self.stop) { Ok(()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
    }
}

/// Whether an archive broke off because nobody reads it any more.
pub fn is_left(error: &ZipError) -> bool {
    matches!(error, ZipError::Io(error) if error.kind() == io::ErrorKind::BrokenPipe)
}

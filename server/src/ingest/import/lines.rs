//! Lines of a stream, of bounded length, that can also be read on as one document.

use std::io::{self, BufRead, Read};

/// A line longer than this is read as a document, piece by piece.
const LONGEST: u64 = 4 * 1024 * 1024;

/// One line, without its end.
pub struct Line {
    /// From 1.
    pub number: u64,
    pub content: Vec<u8>,
    /// False when the line goes on.
    pub complete: bool,
}

/// Hands out lines and remembers where it is.
pub struct Lines<R> {
    input: R,
    number: u64,
    kept: Option<Line>,
}

impl<R: BufRead> Lines<R> {
    pub fn new(input: R) -> Self {
        Self { input, number: 0, kept: None }
    }

    /// The next line; `None` at the end.
    pub fn next_line(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.kept.take() {
            return Ok(Some(line));
        }
        let mut content = Vec::new();
        let read = self.input.by_ref().take(LONGEST).read_until(b'\n', &mut content)?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        let complete = content.ends_with(b"\n") || self.input.fill_buf()?.is_empty();
        Ok(Some(Line { number: self.number, content, complete }))
    }

    /// The number of the line that was read last, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Whether nothing comes any more.
    pub fn is_at_end(&mut self) -> io::Result<bool> {
        Ok(self.kept.is_none() && self.input.fill_buf()?.is_empty())
    }

    /// The bytes after the last line, counting the lines that pass.
    pub fn continuing(&mut self) -> Continuing<'_, R> {
        Continuing { lines: self }
    }

    /// After a broken document: goes on at the next line that starts a document at its very beginning.
    pub fn skip_to_start(&mut self) -> io::Result<()> {
        while let Some(line) = self.next_line()? {
            if matches!(line.content.first(), Some(b'{' | b'[')) {
                self.kept = Some(line);
                return Ok(());
            }
        }
        Ok(())
    }
}

/// See [`Lines::continuing`].
pub struct Continuing<'a, R> {
    lines: &'a mut Lines<R>,
}

impl<R: BufRead> Read for Continuing<'_, R> {
    /// One byte at a time: the parser must not take more than its document, and buffers above us cost more than this.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (Some(slot), Some(&byte)) = (buffer.first_mut(), self.lines.input.fill_buf()?.first()) else {
            return Ok(0);
        };
        *slot = byte;
        self.lines.input.consume(1);
        if byte == b'\n' {
            self.lines.number += 1;
        }
        Ok(1)
    }
}

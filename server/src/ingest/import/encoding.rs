//! Bytes of a file to UTF-8 text: gzip, zstd, byte order marks, UTF-16.

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

/// Decompresses by magic number, drops a byte order mark, turns UTF-16 into UTF-8.
///
/// UTF-16 is what `aws … > file` writes in PowerShell; such a file is read whole.
pub fn decode<'a>(input: impl Read + 'a) -> io::Result<Box<dyn BufRead + 'a>> {
    let (head, input) = begun(BufReader::new(input))?;
    without_mark(match head[..] {
        [0x1f, 0x8b, ..] => Box::new(BufReader::new(flate2::bufread::MultiGzDecoder::new(input))),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(BufReader::new(zstd::Decoder::with_buffer(input)?)),
        _ => Box::new(input),
    })
}

/// An input whose first bytes were looked at.
type Begun<R> = Chain<Cursor<Vec<u8>>, R>;

/// The first bytes, even if a pipe gives them one by one, and an input that still has them.
fn begun<R: BufRead>(mut input: R) -> io::Result<(Vec<u8>, Begun<R>)> {
    let mut head = Vec::new();
    input.by_ref().take(4).read_to_end(&mut head)?;
    Ok((head.clone(), Cursor::new(head).chain(input)))
}

fn without_mark<'a>(input: Box<dyn BufRead + 'a>) -> io::Result<Box<dyn BufRead + 'a>> {
    let (head, mut input) = begun(input)?;
    let (mark, little) = match head[..] {
        [0xef, 0xbb, 0xbf, ..] => (3, None),
        [0xff, 0xfe, ..] => (2, Some(true)),
        [0xfe, 0xff, ..] => (2, Some(false)),
        _ => (0, None),
    };
    input.consume(mark);
    let Some(little) = little else { return Ok(Box::new(input)) };
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let unit = |pair: &[u8]| {
        let pair = [pair[0], pair.get(1).copied().unwrap_or(0)];
        if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }
    };
    let text: String = char::decode_utf16(bytes.chunks(2).map(unit))
        .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    Ok(Box::new(Cursor::new(text.into_bytes())))
}

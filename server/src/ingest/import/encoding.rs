//! Bytes of a file to UTF-8 text: gzip, zstd, byte order marks, UTF-16.

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

use super::packed::{Damages, Gzip, Zstd};

/// Decompresses by magic number, drops a byte order mark, turns UTF-16 into UTF-8 as it is read. Compressed data that
/// is damaged ends where it is, and `damages` tells of it.
pub fn decode<'a>(input: impl Read + 'a, damages: &Damages) -> io::Result<Box<dyn BufRead + 'a>> {
    let (head, input) = begun(BufReader::new(input))?;
    let noted = Damages::clone(damages);
    without_mark(match head[..] {
        [0x1f, 0x8b, ..] => Box::new(BufReader::new(Gzip::new(input, noted))),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(BufReader::new(Zstd::new(input, noted)?)),
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
    let (mark, unit): (_, Option<Unit>) = match head[..] {
        [0xef, 0xbb, 0xbf, ..] => (3, None),
        [0xff, 0xfe, ..] => (2, Some(u16::from_le_bytes)),
        [0xfe, 0xff, ..] => (2, Some(u16::from_be_bytes)),
        _ => (0, None),
    };
    input.consume(mark);
    let Some(unit) = unit else { return Ok(Box::new(input)) };
    Ok(Box::new(BufReader::new(Utf16 { input, unit, high: None, text: Vec::new(), given: 0 })))
}

/// Makes a code unit of its two bytes.
type Unit = fn([u8; 2]) -> u16;

/// UTF-16 as UTF-8: what `aws … > file` writes in PowerShell. What is no character becomes U+FFFD.
struct Utf16<R> {
    input: R,
    unit: Unit,
    /// The first half of a character beyond the basic plane.
    high: Option<u16>,
    /// Decoded, of which so much was given.
    text: Vec<u8>,
    given: usize,
}

/// U+FFFD as a code unit.
const REPLACEMENT: u16 = 0xfffd;
/// Code units decoded at once.
const UNITS: usize = 4096;

impl<R: BufRead> Utf16<R> {
    /// Decodes the next units into `text`; nothing at the end.
    fn refill(&mut self) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(2 * UNITS);
        self.input.by_ref().take(2 * UNITS as u64).read_to_end(&mut bytes)?;
        let is_end = bytes.len() < 2 * UNITS;
        // Half a unit at the end is none.
        let mut units: Vec<u16> = self.high.take().into_iter().collect();
        let (whole, half) = bytes.as_chunks::<2>();
        units.extend(whole.iter().map(|pair| (self.unit)(*pair)));
        if !half.is_empty() {
            units.push(REPLACEMENT);
        }
        if !is_end && units.last().is_some_and(|last| (0xd800..0xdc00).contains(last)) {
            self.high = units.pop();
        }
        let text: String = char::decode_utf16(units).map(|one| one.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        (self.text, self.given) = (text.into_bytes(), 0);
        Ok(())
    }
}

impl<R: BufRead> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.text.len() {
            self.refill()?;
        }
        let mut rest = &self.text[self.given..];
        let given = rest.read(buffer)?;
        self.given += given;
        Ok(given)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use proptest::prelude::*;

    use super::*;

    fn decoded(units: &[u16], little: bool, odd: bool) -> String {
        let mut bytes = if little { vec![0xff, 0xfe] } else { vec![0xfe, 0xff] };
        bytes.extend(units.iter().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }));
        bytes.extend(odd.then_some(0x20));
        let mut text = String::new();
        decode(bytes.as_slice(), &Damages::default()).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    proptest! {
        #[test]
        fn any_units_read_as_the_standard_library_reads_them(
            units in prop::collection::vec(prop_oneof![any::<u16>(), 0xd800..0xe000_u16], 0..40), little: bool, odd: bool,
        ) {
            let expected = String::from_utf16_lossy(&units) + if odd { "\u{fffd}" } else { "" };
            prop_assert_eq!(decoded(&units, little, odd), expected);
        }
    }

    #[test]
    fn characters_that_lie_across_two_pieces_stay_whole() {
        for before in UNITS - 3..UNITS + 3 {
            let text = "a".repeat(before) + &"\u{1f5fc}".repeat(UNITS);
            let units: Vec<u16> = text.encode_utf16().collect();
            assert!(decoded(&units, true, false) == text, "{before}");
        }
    }
}

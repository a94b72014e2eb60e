//! gzip and zstd, read up to their damage: everything that stands before it comes out, and where it is gets noted.
//!
//! The decoders of the libraries' own readers drop what they had decoded in the step that fails. Here the steps are ours:
//! what a failing one of gzip wrote is taken, and zstd is given one block at a time.

use std::cell::RefCell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use flate2::{Crc, Decompress, FlushDecompress, Status};
use zstd::stream::raw::{InBuffer, Operation, OutBuffer};

/// What is wrong with compressed data, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Byte of the file as it lies on the disk, from 0.
    pub at: u64,
    pub reason: String,
    /// Whether findings may be missing or wrong because of it; what stands behind the data may be anything.
    pub harmful: bool,
}

/// Shared by a reader and whoever asks afterwards.
pub type Damages = Rc<RefCell<Vec<Damage>>>;

const ENDS_EARLY: &str = "the compressed data ends in the middle: what follows is lost";
const CORRUPT: &str = "the compressed data is damaged: what follows is lost";
const WRONG_SUM: &str = "the checksum does not fit: what was read before may be wrong";
const STRANGE: &str = "what follows the compressed data is none, and was not read";

/// An input that counts what was taken of it.
struct Counted<R> {
    input: R,
    passed: u64,
}

impl<R: BufRead> Counted<R> {
    fn consume(&mut self, count: usize) {
        self.input.consume(count);
        self.passed += count as u64;
    }

    /// The next byte; `None` at the end.
    fn byte(&mut self) -> io::Result<Option<u8>> {
        let byte = self.input.fill_buf()?.first().copied();
        if byte.is_some() {
            self.consume(1);
        }
        Ok(byte)
    }

    /// The next bytes; `None` when there are fewer.
    fn bytes<const N: usize>(&mut self) -> io::Result<Option<[u8; N]>> {
        let mut bytes = [0; N];
        for slot in &mut bytes {
            let Some(byte) = self.byte()? else { return Ok(None) };
            *slot = byte;
        }
        Ok(Some(bytes))
    }
}

/// What a step of decoding came to: bytes written, and what was wrong.
type Step = io::Result<(usize, Option<&'static str>)>;

/// Bytes of gzip members, one after the other (RFC 1952).
pub struct Gzip<R> {
    input: Counted<R>,
    place: Place,
    inflate: Decompress,
    sum: Crc,
    damages: Damages,
}

/// Where in a file of members the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    First,
    Data,
    Trailer,
    /// After a member: another one, zeros that fill a block, or the end.
    Between,
    End,
}

impl<R: BufRead> Gzip<R> {
    pub fn new(input: R, damages: Damages) -> Self {
        let input = Counted { input, passed: 0 };
        Self { input, place: Place::First, inflate: Decompress::new(false), sum: Crc::new(), damages }
    }

    fn step(&mut self, buffer: &mut [u8]) -> Step {
        match self.place {
            Place::End => Ok((0, None)),
            Place::First => self.header(),
            Place::Between => match self.input.input.fill_buf()?.first() {
                None => {
                    self.place = Place::End;
                    Ok((0, None))
                }
                Some(0) => {
                    self.input.consume(1);
                    Ok((0, None))
                }
                Some(0x1f) => self.header(),
                Some(_) => Ok((0, Some(STRANGE))),
            },
            Place::Data => self.data(buffer),
            Place::Trailer => self.trailer(),
        }
    }

    fn header(&mut self) -> Step {
        let strange = if self.place == Place::Between { STRANGE } else { CORRUPT };
        let Some([first, second, method, flags, ..]) = self.input.bytes::<10>()? else {
            return Ok((0, Some(ENDS_EARLY)));
        };
        if (first, second, method, flags & 0xe0) != (0x1f, 0x8b, 8, 0) {
            return Ok((0, Some(strange)));
        }
        let whole = self.fields(flags)?;
        self.place = Place::Data;
        self.inflate.reset(false);
        self.sum.reset();
        Ok((0, (!whole).then_some(ENDS_EARLY)))
    }

    /// Passes over what a header may hold besides; false when it ends there.
    fn fields(&mut self, flags: u8) -> io::Result<bool> {
        if flags & 4 != 0 {
            let Some(length) = self.input.bytes::<2>()? else { return Ok(false) };
            for _ in 0..u16::from_le_bytes(length) {
                if self.input.byte()?.is_none() {
                    return Ok(false);
                }
            }
        }
        // A name and a comment, each ended by a zero.
        for _ in 0..u8::from(flags & 8 != 0) + u8::from(flags & 16 != 0) {
            loop {
                match self.input.byte()? {
                    None => return Ok(false),
                    Some(0) => break,
                    Some(_) => {}
                }
            }
        }
        Ok(flags & 2 == 0 || self.input.bytes::<2>()?.is_some())
    }

    fn data(&mut self, buffer: &mut [u8]) -> Step {
        let input = self.input.input.fill_buf()?;
        let is_end = input.is_empty();
        let before = (self.inflate.total_in(), self.inflate.total_out());
        let result = self.inflate.decompress(input, buffer, FlushDecompress::None);
        let taken = usize::try_from(self.inflate.total_in() - before.0).unwrap_or(0);
        let written = usize::try_from(self.inflate.total_out() - before.1).unwrap_or(0);
        self.input.consume(taken);
        self.sum.update(&buffer[..written]);
        let wrong = match result {
            Err(_) => Some(CORRUPT),
            Ok(Status::StreamEnd) => {
                self.place = Place::Trailer;
                None
            }
            Ok(_) if written == 0 && is_end => Some(ENDS_EARLY),
            Ok(_) => (written == 0 && taken == 0).then_some(CORRUPT),
        };
        Ok((written, wrong))
    }

    fn trailer(&mut self) -> Step {
        self.place = Place::Between;
        let Some([a, b, c, d, length @ ..]) = self.input.bytes::<8>()? else {
            self.place = Place::End;
            return Ok((0, Some(ENDS_EARLY)));
        };
        let fits =
            (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes(length)) == (self.sum.sum(), self.sum.amount());
        Ok((0, (!fits).then_some(WRONG_SUM)))
    }
}

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.place != Place::End && !buffer.is_empty() {
            let (written, wrong) = self.step(buffer)?;
            if let Some(reason) = wrong {
                note(&self.damages, self.input.passed, reason);
                // Another member may be whole.
                if reason != WRONG_SUM {
                    self.place = Place::End;
                }
            }
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

/// Bytes of zstd frames, one after the other (RFC 8878).
pub struct Zstd<R> {
    input: Counted<R>,
    decoder: zstd::stream::raw::Decoder<'static>,
    /// Bytes up to the end of the next block.
    wanted: usize,
    in_frame: bool,
    ended: bool,
    damages: Damages,
}

/// Bytes that tell how long the header of a frame is.
const FRAME_START: usize = 5;

impl<R: BufRead> Zstd<R> {
    pub fn new(input: R, damages: Damages) -> io::Result<Self> {
        let (input, decoder) = (Counted { input, passed: 0 }, zstd::stream::raw::Decoder::new()?);
        Ok(Self { input, decoder, wanted: FRAME_START, in_frame: false, ended: false, damages })
    }

    fn step(&mut self, buffer: &mut [u8]) -> Step {
        let available = self.input.input.fill_buf()?;
        let is_end = available.is_empty();
        if is_end && !self.in_frame {
            self.ended = true;
            return Ok((0, None));
        }
        let mut input = InBuffer::around(&available[..available.len().min(self.wanted)]);
        let mut output = OutBuffer::around(buffer);
        let result = self.decoder.run(&mut input, &mut output);
        let (taken, written) = (input.pos(), output.pos());
        self.input.consume(taken);
        let wrong = match result {
            Err(_) if !self.in_frame && self.input.passed > FRAME_START as u64 => Some(STRANGE),
            Err(error) if error.to_string().contains("checksum") => Some(WRONG_SUM),
            Err(_) => Some(CORRUPT),
            Ok(_) if is_end && written == 0 => Some(ENDS_EARLY),
            Ok(_) if taken == 0 && written == 0 => Some(CORRUPT),
            Ok(wanted) => {
                self.in_frame = wanted > 0;
                self.wanted = if wanted > 0 { wanted } else { FRAME_START };
                None
            }
        };
        Ok((written, wrong))
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.ended && !buffer.is_empty() {
            let (written, wrong) = self.step(buffer)?;
            if let Some(reason) = wrong {
                note(&self.damages, self.input.passed, reason);
                self.ended = true;
            }
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

fn note(damages: &Damages, at: u64, reason: &str) {
    damages.borrow_mut().push(Damage { at, reason: reason.to_owned(), harmful: reason != STRANGE });
}

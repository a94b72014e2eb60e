//! Files of captured findings: any bytes are read or refused with a reason, and how they arrive changes nothing.
#![no_main]

use std::io::{self, Read};
use std::ops::ControlFlow;

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use server::ingest::import;

/// Identity of what was read, or position and reason.
type Outcome = Result<(String, u64), (String, String)>;

/// Everything that comes, and whether the input broke off.
fn read(input: impl Read, most: usize) -> (Vec<Outcome>, bool) {
    let mut outcomes = Vec::new();
    let read = import::read("fuzz", input, Timestamp::UNIX_EPOCH, &mut |result| {
        outcomes.push(match result {
            Ok(observation) => Ok((observation.arn, observation.details_hash)),
            Err(rejected) => {
                assert!(!rejected.position.is_empty() && !rejected.reason.is_empty());
                Err((rejected.position, rejected.reason))
            }
        });
        if outcomes.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    (outcomes, read.is_err())
}

/// A pipe that gives some bytes at a time.
struct Drops<'a>(&'a [u8], usize);

impl Read for Drops<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let given = self.0.len().min(buffer.len()).min(self.1);
        buffer[..given].copy_from_slice(&self.0[..given]);
        self.0 = &self.0[given..];
        Ok(given)
    }
}

fuzz_target!(|data: &[u8]| {
    let whole = read(data, usize::MAX);
    for size in [1, 3, 64] {
        let (outcomes, broken) = read(Drops(data, size), usize::MAX);
        assert_eq!(broken, whole.1, "in pieces of {size}");
        // How much is unpacked before a broken place depends on the pieces.
        if !broken {
            assert_eq!(outcomes, whole.0, "in pieces of {size}");
        }
    }
    if let Some(first) = whole.0.first() {
        assert_eq!(read(data, 1).0, std::slice::from_ref(first), "nothing comes after the end was asked for");
    }
});

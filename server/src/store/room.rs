//! Room on the disk, and what is known when there is none.
//!
//! DuckDB survives a commit that finds no room, but not a checkpoint: after that it answers nothing more until it is
//! opened again. So nothing is begun without a reserve.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use app::model::{WriteFailure, WriteTrouble};

use super::StoreError;
use crate::clock::{Clock, SystemClock};

/// Bytes this user may still write to the disk of a folder; `None` where the system does not tell.
#[cfg(unix)]
pub(super) fn free_bytes(folder: &Path) -> Option<u64> {
    let told = rustix::fs::statvfs(folder).ok()?;
    told.f_bavail.checked_mul(told.f_frsize)
}

#[cfg(not(unix))]
pub(super) fn free_bytes(_: &Path) -> Option<u64> {
    None
}

/// Refuses when less than `reserve` bytes are free.
pub(super) fn check(folder: &Path, reserve: u64) -> Result<(), StoreError> {
    match free_bytes(folder) {
        Some(free) if free < reserve => Err(StoreError::DiskFull { free, reserve }),
        _ => Ok(()),
    }
}

/// Where a large batch finds no room a small one may: trouble is over when this time has passed without a failure.
const QUIET: Duration = Duration::from_secs(15);

/// How writing goes: in memory, because trouble with the disk cannot be written down. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Writing(Arc<Mutex<Option<Failing>>>);

#[derive(Debug, Clone, Copy)]
struct Failing {
    trouble: WriteTrouble,
    last: Instant,
}

impl Writing {
    pub(super) fn trouble(&self) -> Option<WriteTrouble> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).map(|failing| failing.trouble)
    }

    pub(super) fn failed(&self, error: &StoreError, at: Instant) {
        let mut failing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = failing.map_or_else(|| SystemClock.now(), |before| before.trouble.since);
        *failing = Some(Failing { trouble: WriteTrouble { since, why: why(error) }, last: at });
    }

    pub(super) fn went_well(&self, at: Instant) {
        let mut failing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *failing = failing.filter(|failing| at.duration_since(failing.last) < QUIET);
    }
}

/// DuckDB gives the system's words and no code.
fn why(error: &StoreError) -> WriteFailure {
    const FULL: [&str; 3] = ["No space left on device", "Disk quota exceeded", "File too large"];
    match error {
        StoreError::DiskFull { .. } => WriteFailure::DiskFull,
        other if FULL.iter().any(|words| other.to_string().contains(words)) => WriteFailure::DiskFull,
        _ => WriteFailure::Failed,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]
    use super::*;

    #[test]
    fn trouble_keeps_its_beginning_and_ends_when_writing_goes_well_for_a_while() {
        let (writing, now) = (Writing::default(), Instant::now());
        writing.failed(&StoreError::Panicked, now);
        let begun = writing.trouble().unwrap();
        assert_eq!(begun.why, WriteFailure::Failed);
        writing.went_well(now + QUIET / 2);
        writing.failed(&StoreError::DiskFull { free: 1, reserve: 2 }, now + QUIET);
        let full = Some(WriteTrouble { why: WriteFailure::DiskFull, ..begun });
        assert_eq!(writing.trouble(), full);
        writing.went_well(now + QUIET + QUIET / 2);
        assert_eq!(writing.trouble(), full);
        writing.went_well(now + QUIET * 2);
        assert_eq!(writing.trouble(), None);
    }

    #[test]
    fn room_is_measured_on_the_disk_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert!(check(folder.path(), 1).is_ok());
        assert!(matches!(check(folder.path(), u64::MAX), Err(StoreError::DiskFull { reserve: u64::MAX, .. })));
    }
}

//! Where the present comes from.
//!
//! Everything that needs the time takes a [`Clock`], so that a demo can live in a chosen week and a test can stand
//! still. Reading the system's clock anywhere else is a lint error.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Tells the present instant.
pub trait Clock: Send + Sync + Debug {
    /// The present, in UTC.
    fn now(&self) -> Timestamp;
}

/// A clock shared by every part of one process.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that may read the machine's clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that moves only when told to.
#[derive(Debug)]
pub struct FixedClock(Mutex<Timestamp>);

impl FixedClock {
    /// A clock standing at `now`.
    pub fn new(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Moves the clock forward (or back, for a negative span).
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.saturating_add(by).unwrap_or(*now);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The machine's clock shifted by a constant: time goes on, but from a chosen start.
#[derive(Debug, Clone, Copy)]
pub struct ShiftedClock {
    shift: SignedDuration,
}

impl ShiftedClock {
    /// A clock that reads `start` at this moment and runs on from there.
    pub fn starting_at(start: Timestamp) -> Self {
        Self { shift: start.duration_since(SystemClock.now()) }
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        let real = SystemClock.now();
        real.saturating_add(self.shift).unwrap_or(real)
    }
}

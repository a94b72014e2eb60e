//! Keeps calls under a quota: a token bucket that slows down when the service says so.
//!
//! The quota is shared with everybody else who asks in the same account and Region, so keeping to one's own rate is not
//! always enough. A throttled answer doubles the time between calls and ends the burst; good answers bring the
//! configured rate back bit by bit. The SDK's retries wait by themselves, with jitter, but they use up turns too.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The slowest is this many times slower than configured.
const SLOWEST: f64 = 16.0;
/// What a good answer leaves of the slowness: about fourteen halve it.
const RECOVERY: f64 = 0.95;

/// Lets through `per_second` calls on average and `burst` at once.
#[derive(Debug)]
pub struct Pace {
    gap: Duration,
    credit: Duration,
    bucket: Mutex<Bucket>,
}

#[derive(Debug)]
struct Bucket {
    /// When it would be full again.
    full_at: Option<Instant>,
    /// 1.0: as configured.
    slowness: f64,
}

impl Pace {
    pub fn new(per_second: f64, burst: u32) -> Self {
        let gap = Duration::from_secs_f64(1.0 / per_second);
        let bucket = Mutex::new(Bucket { full_at: None, slowness: 1.0 });
        Self { gap, credit: gap * burst.saturating_sub(1), bucket }
    }

    /// Waits for a turn.
    pub async fn turn(&self) {
        let start = self.reserve(Instant::now());
        sleep_until(start).await;
    }

    /// A retry went out: it has used up a turn without asking.
    pub fn retried(&self) {
        self.reserve(Instant::now());
    }

    /// The service said that this was too much.
    pub fn throttled(&self) {
        self.slow_down(Instant::now());
    }

    /// The service answered.
    pub fn answered(&self) {
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        bucket.slowness = (bucket.slowness * RECOVERY).max(1.0);
    }

    fn slow_down(&self, now: Instant) {
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        bucket.slowness = (bucket.slowness * 2.0).min(SLOWEST);
        let empty = now + self.credit;
        bucket.full_at = Some(bucket.full_at.map_or(empty, |at| at.max(empty)));
    }

    /// Takes the next turn and tells when it is.
    fn reserve(&self, now: Instant) -> Instant {
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let begins = bucket.full_at.map_or(now, |at| at.max(now));
        bucket.full_at = Some(begins + self.gap.mul_f64(bucket.slowness));
        begins.checked_sub(self.credit).unwrap_or(now).max(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(pace: &Pace, now: Instant, count: usize) -> Vec<u128> {
        (0..count).map(|_| (pace.reserve(now) - now).as_millis()).collect()
    }

    #[test]
    fn a_burst_passes_and_then_calls_are_spread() {
        let pace = Pace::new(2.0, 3);
        let now = Instant::now();
        assert_eq!(waits(&pace, now, 5), [0, 0, 0, 500, 1000]);
        let later = now + Duration::from_mins(1);
        assert_eq!(pace.reserve(later), later);
    }

    #[test]
    fn throttling_ends_the_burst_and_doubles_the_gap_until_answers_come_again() {
        let pace = Pace::new(2.0, 3);
        let now = Instant::now();
        pace.slow_down(now);
        assert_eq!(waits(&pace, now, 3), [0, 1000, 2000]);
        for _ in 0..100 {
            pace.answered();
        }
        let later = now + Duration::from_mins(1);
        assert_eq!(waits(&pace, later, 5), [0, 0, 0, 500, 1000]);
        for _ in 0..100 {
            pace.slow_down(later);
        }
        let slow = waits(&pace, later, 3);
        assert_eq!(slow[2] - slow[1], 8000, "never slower than {SLOWEST} times");
    }
}

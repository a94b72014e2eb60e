//! Keeps calls under a quota: a token bucket.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Lets through `per_second` calls on average and `burst` at once.
#[derive(Debug)]
pub struct Pace {
    gap: Duration,
    credit: Duration,
    /// When the bucket would be full again.
    full_at: Mutex<Option<Instant>>,
}

impl Pace {
    pub fn new(per_second: f64, burst: u32) -> Self {
        let gap = Duration::from_secs_f64(1.0 / per_second);
        Self { gap, credit: gap * burst.saturating_sub(1), full_at: Mutex::new(None) }
    }

    /// Waits for a turn.
    pub async fn turn(&self) {
        let start = self.reserve(Instant::now());
        sleep_until(start).await;
    }

    /// Takes the next turn and tells when it is.
    fn reserve(&self, now: Instant) -> Instant {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let begins = full_at.map_or(now, |at| at.max(now));
        *full_at = Some(begins + self.gap);
        begins.checked_sub(self.credit).unwrap_or(now).max(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_calls_are_spread() {
        let pace = Pace::new(2.0, 3);
        let now = Instant::now();
        let waits: Vec<u128> = (0..5).map(|_| (pace.reserve(now) - now).as_millis()).collect();
        assert_eq!(waits, [0, 0, 0, 500, 1000]);
        let later = now + Duration::from_mins(1);
        assert_eq!(pace.reserve(later), later);
    }
}

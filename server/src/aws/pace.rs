//! Keeps calls under a quota: a token bucket.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// Lets through `per_second` calls on average and `burst` at once.
#[derive(Debug)]
pub struct Pace {
    gap: Duration,
    credit: Duration,
    /// When the bucket would be full.
    full_at: Mutex<Option<Instant>>,
}

impl Pace {
    pub fn new(per_second: f64, burst: u32) -> Self {
        let gap = Duration::from_secs_f64(1.0 / per_second);
        Self { gap, credit: gap * burst.saturating_sub(1), full_at: Mutex::new(None) }
    }

    /// Waits for a turn.
    pub async fn turn(&self) {
        let start = {
            let mut full_at = self.full_at.lock().await;
            let now = Instant::now();
            let next = full_at.map_or(now, |at| at.max(now)) + self.gap;
            *full_at = Some(next);
            (next - self.gap).checked_sub(self.credit).unwrap_or(now)
        };
        sleep_until(start).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_and_then_calls_are_spread() {
        let pace = Pace::new(2.0, 3);
        let begun = Instant::now();
        let mut at = Vec::new();
        for _ in 0..5 {
            pace.turn().await;
            at.push(begun.elapsed().as_millis());
        }
        assert_eq!(at, [0, 0, 0, 500, 1000]);
    }
}

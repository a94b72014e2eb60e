//! How many requests went out, how they ended, and what time it was at AWS.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::SignedDuration;

/// The outcome of an answer with status 400 whose code says that there were too many requests: ECS and STS say it so.
pub const THROTTLED: &str = "throttled";

/// Service, operation and outcome: a status code, [`THROTTLED`], `broken` or `unreachable`.
pub type Key = (&'static str, &'static str, String);

/// Counts every attempt, retries included.
#[derive(Debug, Default)]
pub struct Counters {
    counts: Mutex<BTreeMap<Key, u64>>,
    /// How far this machine's clock was ahead of AWS's at the last answer.
    clock_ahead: Mutex<Option<SignedDuration>>,
    /// Counts the same again, for all together.
    whole: Option<Arc<Counters>>,
}

/// Sums of a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    pub requests: u64,
    /// Answers with status 429, or with status 400 and a throttling code.
    pub throttles: u64,
    /// Other answers that were no success, and attempts without an answer.
    pub errors: u64,
    /// Seconds by which this machine's clock is ahead of AWS's, to the second; `None`: no answer told the time.
    pub clock_ahead_seconds: Option<i64>,
}

impl Counters {
    /// Counters of a part, such as one pull, starting at nothing: what they count is counted in `whole` too. Parts run at
    /// the same time, so what `whole` gained meanwhile says nothing about one of them.
    pub fn part_of(whole: &Arc<Self>) -> Arc<Self> {
        Arc::new(Self { whole: Some(Arc::clone(whole)), ..Self::default() })
    }

    /// Counts one attempt.
    pub fn count(&self, service: &'static str, operation: &'static str, outcome: &str) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((service, operation, outcome.to_owned())).or_default() += 1;
        drop(counts);
        if let Some(whole) = &self.whole {
            whole.count(service, operation, outcome);
        }
    }

    /// Notes how far this machine's clock is ahead of AWS's, as the `Date` of an answer tells.
    pub fn note_clock(&self, ahead: SignedDuration) {
        *self.clock_ahead.lock().unwrap_or_else(PoisonError::into_inner) = Some(ahead);
        if let Some(whole) = &self.whole {
            whole.note_clock(ahead);
        }
    }

    /// Every count so far.
    pub fn snapshot(&self) -> BTreeMap<Key, u64> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sums over all operations.
    pub fn sums(&self) -> Sums {
        let ahead = *self.clock_ahead.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sums = Sums { clock_ahead_seconds: ahead.map(|ahead| ahead.as_secs()), ..Sums::default() };
        for ((_, _, outcome), count) in self.snapshot() {
            sums.requests += count;
            match outcome.as_str() {
                "429" | THROTTLED => sums.throttles += count,
                outcome if outcome.starts_with('2') => {}
                _ => sums.errors += count,
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_count_their_own_and_the_whole_counts_all() {
        let whole = Arc::new(Counters::default());
        let (one, two) = (Counters::part_of(&whole), Counters::part_of(&whole));
        one.count("guardduty", "ListFindings", "200");
        two.count("guardduty", "ListFindings", "429");
        two.count("guardduty", "ListFindings", "unreachable");
        assert_eq!(one.sums(), Sums { requests: 1, throttles: 0, errors: 0, ..Sums::default() });
        assert_eq!(two.sums(), Sums { requests: 2, throttles: 1, errors: 1, ..Sums::default() });
        assert_eq!(whole.sums(), Sums { requests: 3, throttles: 1, errors: 1, ..Sums::default() });
    }

    #[test]
    fn the_last_answer_tells_the_time() {
        let whole = Arc::new(Counters::default());
        let part = Counters::part_of(&whole);
        assert_eq!(part.sums().clock_ahead_seconds, None);
        part.note_clock(SignedDuration::from_millis(-90_400));
        assert_eq!((part.sums().clock_ahead_seconds, whole.sums().clock_ahead_seconds), (Some(-90), Some(-90)));
    }

    #[test]
    fn sums_tell_throttles_from_other_failures() {
        let counters = Counters::default();
        for outcome in ["200", "429", THROTTLED, "500", "unreachable"] {
            counters.count("ecs", "ListTasks", outcome);
        }
        assert_eq!(counters.sums(), Sums { requests: 5, throttles: 2, errors: 2, ..Sums::default() });
    }
}

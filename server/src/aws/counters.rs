//! How many requests went out, and how they ended.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The outcome of an answer with status 400 whose code says that there were too many requests: ECS and STS say it so.
pub const THROTTLED: &str = "throttled";

/// Service, operation and outcome: a status code, [`THROTTLED`], `broken` or `unreachable`.
pub type Key = (&'static str, &'static str, String);

/// Counts every attempt, retries included.
#[derive(Debug, Default)]
pub struct Counters {
    counts: Mutex<BTreeMap<Key, u64>>,
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
}

impl Counters {
    /// Counters of a part, such as one pull, starting at nothing: what they count is counted in `whole` too. Parts run at
    /// the same time, so what `whole` gained meanwhile says nothing about one of them.
    pub fn part_of(whole: &Arc<Self>) -> Arc<Self> {
        Arc::new(Self { counts: Mutex::default(), whole: Some(Arc::clone(whole)) })
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

    /// Every count so far.
    pub fn snapshot(&self) -> BTreeMap<Key, u64> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sums over all operations.
    pub fn sums(&self) -> Sums {
        let mut sums = Sums::default();
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
        assert_eq!(one.sums(), Sums { requests: 1, throttles: 0, errors: 0 });
        assert_eq!(two.sums(), Sums { requests: 2, throttles: 1, errors: 1 });
        assert_eq!(whole.sums(), Sums { requests: 3, throttles: 1, errors: 1 });
    }

    #[test]
    fn sums_tell_throttles_from_other_failures() {
        let counters = Counters::default();
        for outcome in ["200", "429", THROTTLED, "500", "unreachable"] {
            counters.count("ecs", "ListTasks", outcome);
        }
        assert_eq!(counters.sums(), Sums { requests: 5, throttles: 2, errors: 2 });
    }
}

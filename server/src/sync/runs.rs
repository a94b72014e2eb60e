//! Pulls that ended and pulls under way: for metrics, and for whoever shows how fresh the data is.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::report::ScopeReport;
use super::rounds::Rounds;
use crate::store::Scope;

/// The pulls of every collector since the start.
#[derive(Debug, Default)]
pub struct Runs {
    counts: Mutex<BTreeMap<(Scope, &'static str), u64>>,
    under_way: Mutex<BTreeMap<Scope, Progress>>,
    next_at: Mutex<Option<Timestamp>>,
    ended: AtomicU64,
    moved: AtomicU64,
    rounds: Option<Rounds>,
}

/// How far a pull is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub started_at: Timestamp,
    /// Findings read so far.
    pub read: u64,
}

impl Runs {
    /// None yet; what is asked beside them comes in these rounds.
    pub(super) fn of(rounds: Rounds) -> Self {
        Self { rounds: Some(rounds), ..Self::default() }
    }

    pub(super) fn count(&self, report: &ScopeReport) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((report.scope.clone(), report.result().word())).or_default() += 1;
        drop(counts);
        self.ended.fetch_add(1, Ordering::Release);
        self.moved.fetch_add(1, Ordering::Release);
    }

    /// A pull begins; it is under way until what is given is dropped.
    pub(super) fn begin(self: &Arc<Self>, scope: &Scope, started_at: Timestamp) -> UnderWay {
        self.change(|under_way| {
            under_way.insert(scope.clone(), Progress { started_at, read: 0 });
        });
        UnderWay { runs: Arc::clone(self), scope: scope.clone() }
    }

    /// When the next round begins unless somebody asks for one before.
    pub(super) fn expect(&self, next_at: Option<Timestamp>) {
        *self.next_at.lock().unwrap_or_else(PoisonError::into_inner) = next_at;
        self.moved.fetch_add(1, Ordering::Release);
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<Scope, Progress>)) {
        change(&mut self.under_way.lock().unwrap_or_else(PoisonError::into_inner));
        self.moved.fetch_add(1, Ordering::Release);
    }

    /// By collector and outcome: `ok`, `failed`, `denied` or `not-enabled`.
    pub fn snapshot(&self) -> BTreeMap<(Scope, &'static str), u64> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The pulls that have begun and not ended.
    pub fn under_way(&self) -> BTreeMap<Scope, Progress> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// When the next round begins; `None` where nothing pulls by itself.
    pub fn next_at(&self) -> Option<Timestamp> {
        *self.next_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often AWS is asked beside the pulls; `None` where nothing asks by itself.
    pub fn rounds(&self) -> Option<Rounds> {
        self.rounds.filter(|_| self.next_at().is_some())
    }

    /// Grows when a pull has ended, whether or not it changed a finding.
    pub fn ended(&self) -> u64 {
        self.ended.load(Ordering::Acquire)
    }

    /// Grows with everything told here: when a pull begins, reads, and ends, and when the next round is planned.
    pub fn moved(&self) -> u64 {
        self.moved.load(Ordering::Acquire)
    }
}

/// A pull under way.
#[derive(Debug)]
pub(super) struct UnderWay {
    runs: Arc<Runs>,
    scope: Scope,
}

impl UnderWay {
    /// So many findings were read since it began.
    pub(super) fn read(&self, read: u64) {
        self.runs.change(|under_way| {
            if let Some(progress) = under_way.get_mut(&self.scope) {
                progress.read = read;
            }
        });
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.runs.change(|under_way| {
            under_way.remove(&self.scope);
        });
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use app::model::Source;

    use super::*;

    #[test]
    fn a_pull_is_under_way_until_it_is_dropped() {
        let runs = Arc::new(Runs::default());
        let scope = Scope { account: "1".to_owned(), region: "r".to_owned(), source: Source::GuardDuty };
        let started_at: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let pull = runs.begin(&scope, started_at);
        let before = runs.moved();
        pull.read(50);
        assert_eq!(runs.under_way(), BTreeMap::from([(scope, Progress { started_at, read: 50 })]));
        assert!(runs.moved() > before);
        let before = runs.moved();
        runs.expect(Some(started_at));
        assert_eq!((runs.next_at(), runs.moved() > before), (Some(started_at), true));
        drop(pull);
        assert!(runs.under_way().is_empty());
        assert_eq!(runs.ended(), 0);
    }
}

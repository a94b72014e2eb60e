//! How many pulls ended, and how: for metrics, and for whoever shows how fresh the data is.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::report::ScopeReport;
use crate::store::Scope;

/// Counts the pulls of every collector since the start.
#[derive(Debug, Default)]
pub struct Runs {
    counts: Mutex<BTreeMap<(Scope, &'static str), u64>>,
    ended: AtomicU64,
}

impl Runs {
    pub(super) fn count(&self, report: &ScopeReport) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((report.scope.clone(), report.result().word())).or_default() += 1;
        self.ended.fetch_add(1, Ordering::Release);
    }

    /// By collector and outcome: `ok`, `failed`, `denied` or `not-enabled`.
    pub fn snapshot(&self) -> BTreeMap<(Scope, &'static str), u64> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Grows when a pull has ended, whether or not it changed a finding.
    pub fn ended(&self) -> u64 {
        self.ended.load(Ordering::Acquire)
    }
}

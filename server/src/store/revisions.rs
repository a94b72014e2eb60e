//! How often what answers are made of has changed in this process: who keeps an answer keeps it for a number of these.
//! Everything starts at 0 and is raised after the commit, so that whoever sees a number reads at least what it stands for.

use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug, Default)]
pub(super) struct Revisions {
    any: AtomicU64,
    views: AtomicU64,
    costs: AtomicU64,
}

impl Revisions {
    pub(super) fn raise(&self) {
        self.any.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn raise_for_views(&self) {
        self.views.fetch_add(1, Ordering::Relaxed);
        self.raise();
    }

    pub(super) fn raise_for_costs(&self) {
        self.costs.fetch_add(1, Ordering::Relaxed);
        self.raise();
    }

    /// Nothing is known to be as it was.
    pub(super) fn raise_all(&self) {
        self.raise_for_views();
        self.raise_for_costs();
    }

    /// Of anything at all.
    pub(super) fn any(&self) -> u64 {
        self.any.load(Ordering::Relaxed)
    }

    /// Of saved views.
    pub(super) fn views(&self) -> u64 {
        self.views.load(Ordering::Relaxed)
    }

    /// Of what costs and trials are told from.
    pub(super) fn costs(&self) -> u64 {
        self.costs.load(Ordering::Relaxed)
    }
}

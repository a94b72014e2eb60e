//! Keeps a collector from running twice at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as Turns, OwnedMutexGuard};

use super::Meeting;
use crate::store::Scope;

/// The collectors that ever ran.
#[derive(Debug, Default)]
pub(super) struct Busy(Mutex<HashMap<Scope, Arc<Turns<()>>>>);

impl Busy {
    /// The turn of a collector, to be held while it works; `None` if it is at work and is to be left alone.
    pub(super) async fn turn(&self, scope: &Scope, meeting: Meeting) -> Option<OwnedMutexGuard<()>> {
        let turns = Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(scope.clone()).or_default());
        match meeting {
            Meeting::Wait => Some(turns.lock_owned().await),
            Meeting::Skip => turns.try_lock_owned().ok(),
        }
    }
}

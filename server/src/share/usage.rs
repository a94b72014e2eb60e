//! How often links were used, counted in memory and written down now and then: a view is no write.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::store::ShareUse;

/// What was counted since the last writing, by share.
#[derive(Debug, Default)]
pub struct Usage(Mutex<HashMap<String, (i64, Timestamp)>>);

impl Usage {
    /// One answer more.
    pub fn note(&self, id: &str, now: Timestamp) {
        self.add(id, 1, now);
    }

    /// Everything that was counted; it begins anew.
    pub fn take(&self) -> Vec<ShareUse> {
        let counted = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        counted.into_iter().map(|(id, (hits, last_used_at))| ShareUse { id, hits, last_used_at }).collect()
    }

    /// What could not be written is counted again.
    pub fn put_back(&self, uses: Vec<ShareUse>) {
        for one in uses {
            self.add(&one.id, one.hits, one.last_used_at);
        }
    }

    fn add(&self, id: &str, hits: i64, at: Timestamp) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match counted.get_mut(id) {
            Some((all, last)) => (*all, *last) = (*all + hits, (*last).max(at)),
            None => drop(counted.insert(id.to_owned(), (hits, at))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_written_is_not_lost() {
        let (usage, then) = (Usage::default(), Timestamp::UNIX_EPOCH);
        usage.note("a", then);
        usage.note("a", then);
        let taken = usage.take();
        assert_eq!(taken, [ShareUse { id: "a".to_owned(), hits: 2, last_used_at: then }]);
        assert_eq!(usage.take(), []);
        usage.note("a", Timestamp::MAX);
        usage.put_back(taken);
        assert_eq!(usage.take(), [ShareUse { id: "a".to_owned(), hits: 3, last_used_at: Timestamp::MAX }]);
    }
}

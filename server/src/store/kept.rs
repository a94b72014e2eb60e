//! Answers that outlive a snapshot: what was read of the fleet stays as it is until the next look, however many findings
//! come meanwhile. Keeps nothing that depends on findings; those answers belong to the result cache.

use std::any::Any;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Answers kept at most: a handful of windows, as more than one filter asks for.
const MOST: usize = 32;

/// The newest answer by name, with the version of the fleet it was read of.
#[derive(Default)]
pub(super) struct KeptAnswers(Mutex<HashMap<Cow<'static, str>, (u64, Answer)>>);

type Answer = Arc<dyn Any + Send + Sync>;

impl KeptAnswers {
    /// The answer that was read of this version, else what `read` gives. Two who ask at the same moment may both read.
    pub(super) fn get<T, E>(
        &self,
        name: impl Into<Cow<'static, str>>,
        version: u64,
        read: impl FnOnce() -> Result<T, E>,
    ) -> Result<Arc<T>, E>
    where
        T: Send + Sync + 'static,
    {
        let name = name.into();
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept().get(&name).filter(|(of, _)| *of == version).map(|(_, answer)| Arc::clone(answer));
        if let Some(answer) = known.and_then(|answer| answer.downcast().ok()) {
            return Ok(answer);
        }
        let answer = Arc::new(read()?);
        let mut kept = kept();
        // Who read an older version takes nothing away from who reads a newer one.
        if kept.get(&name).is_none_or(|(of, _)| *of <= version) {
            if kept.len() >= MOST {
                kept.retain(|_, (of, _)| *of >= version);
            }
            if kept.len() >= MOST {
                kept.clear();
            }
            kept.insert(name, (version, Arc::clone(&answer) as Answer));
        }
        Ok(answer)
    }

    /// Lets go of everything: a database that was opened again may have lost its last changes, and counts on from there.
    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]
    use super::*;

    #[test]
    fn an_answer_stands_for_its_version_alone() {
        let kept = KeptAnswers::default();
        let ask = |version, answer: u8| kept.get::<u8, ()>("fleet", version, || Ok(answer)).map(|answer| *answer);
        assert_eq!(ask(1, 10), Ok(10));
        assert_eq!(ask(1, 11), Ok(10));
        assert_eq!(ask(2, 20), Ok(20));
        // A reader of an older snapshot reads for itself.
        assert_eq!(ask(1, 12), Ok(12));
        assert_eq!(ask(2, 21), Ok(20));
        kept.clear();
        assert_eq!(ask(2, 22), Ok(22));
        assert_eq!(kept.get::<u8, ()>("other", 2, || Ok(7)).as_deref(), Ok(&7));
        assert_eq!(kept.get::<u8, ()>("fleet", 3, || Err(())), Err(()));
        assert_eq!(ask(3, 30), Ok(30));
    }

    #[test]
    fn answers_of_old_versions_make_room() {
        let kept = KeptAnswers::default();
        let ask = |name: usize, version| kept.get::<usize, ()>(name.to_string(), version, || Ok(name)).map(drop);
        for name in 0..MOST {
            ask(name, u64::from(name >= 3)).unwrap();
        }
        ask(MOST, 1).unwrap();
        assert_eq!(kept.0.lock().unwrap().len(), MOST - 2);
        for name in 0..3 * MOST {
            ask(name, 1).unwrap();
            assert!(kept.0.lock().unwrap().len() <= MOST);
        }
    }
}

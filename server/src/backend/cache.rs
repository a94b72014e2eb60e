//! Answers kept until something changes.
//!
//! An answer is good for the same question, the same commits and the same minute of the present: what a validator of HTTP
//! promises, too (`http/middleware/revalidate`). Its `as_of` says when it was made. Whoever asks what somebody else is
//! asking waits for that answer. A map and a clock hand are all it takes: keys that are too old go first, then the one
//! that was used the longest ago; a caching library would bring threads and a dozen crates along for that.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

/// Answers kept at most, each of some ten to a hundred kilobytes.
const MOST_ANSWERS: usize = 128;

/// What an answer was made from besides the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Commits of this process.
    pub revision: u64,
    /// Of the clock, since 1970.
    pub minute: i64,
}

struct Entry<V> {
    moment: Moment,
    used: u64,
    answer: Arc<OnceCell<Arc<V>>>,
}

struct Entries<K, V> {
    kept: HashMap<K, Entry<V>>,
    uses: u64,
    most: usize,
}

/// Answers of one report; clones share them.
pub struct Cache<K, V>(Arc<Mutex<Entries<K, V>>>);

impl<K, V> Clone for Cache<K, V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Self::of(MOST_ANSWERS)
    }
}

impl<K, V> Cache<K, V> {
    /// Room for so many answers.
    pub fn of(most: usize) -> Self {
        Self(Arc::new(Mutex::new(Entries { kept: HashMap::new(), uses: 0, most })))
    }
}

impl<K: Hash + Eq + Clone, V> Cache<K, V> {
    /// The kept answer, or the one `ask` gives. A failure is not kept: the next who waits asks again.
    pub async fn get<E>(
        &self,
        question: K,
        moment: Moment,
        ask: impl Future<Output = Result<V, E>>,
    ) -> Result<Arc<V>, E> {
        let answer = self.place(question, moment);
        answer.get_or_try_init(async || ask.await.map(Arc::new)).await.cloned()
    }

    /// Whether there is an answer.
    pub fn has(&self, question: &K, moment: Moment) -> bool {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.kept.get(question).is_some_and(|entry| entry.moment == moment && entry.answer.initialized())
    }

    /// Keeps an answer that came with another, unless somebody has asked for it meanwhile.
    pub fn keep(&self, question: K, moment: Moment, answer: V) {
        // Who is asking waits for their own.
        drop(self.place(question, moment).set(Arc::new(answer)));
    }

    fn place(&self, question: K, moment: Moment) -> Arc<OnceCell<Arc<V>>> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.uses += 1;
        let used = entries.uses;
        if let Some(entry) = entries.kept.get_mut(&question)
            && entry.moment == moment
        {
            entry.used = used;
            return Arc::clone(&entry.answer);
        }
        if entries.kept.len() >= entries.most {
            entries.kept.retain(|_, entry| entry.moment == moment);
        }
        if entries.kept.len() >= entries.most
            && let Some(oldest) = entries.kept.iter().min_by_key(|(_, entry)| entry.used).map(|(key, _)| key.clone())
        {
            entries.kept.remove(&oldest);
        }
        let answer = Arc::default();
        entries.kept.insert(question, Entry { moment, used, answer: Arc::clone(&answer) });
        answer
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const THEN: Moment = Moment { revision: 1, minute: 1 };

    async fn ask(cache: &Cache<usize, usize>, question: usize, moment: Moment, asked: &AtomicUsize) -> usize {
        let answer = cache.get(question, moment, async {
            tokio::task::yield_now().await;
            Ok::<_, Infallible>(asked.fetch_add(1, Ordering::Relaxed) + 1)
        });
        *answer.await.unwrap()
    }

    #[tokio::test]
    async fn an_answer_that_came_with_another_is_kept() {
        let (cache, asked) = (Cache::default(), AtomicUsize::new(6));
        cache.keep(1, THEN, 3);
        assert!(cache.has(&1, THEN) && !cache.has(&2, THEN));
        assert!(!cache.has(&1, Moment { minute: 2, ..THEN }));
        assert_eq!(ask(&cache, 1, THEN, &asked).await, 3);
        assert_eq!(ask(&cache, 2, THEN, &asked).await, 7);
        cache.keep(2, THEN, 4);
        assert_eq!(ask(&cache, 2, THEN, &asked).await, 7);
    }

    #[tokio::test]
    async fn who_asks_the_same_waits_for_the_same_answer() {
        let (cache, asked) = (Cache::default(), AtomicUsize::new(0));
        let answers = tokio::join!(ask(&cache, 7, THEN, &asked), ask(&cache, 7, THEN, &asked));
        assert_eq!((answers, asked.load(Ordering::Relaxed)), ((1, 1), 1));
    }

    #[tokio::test]
    async fn a_commit_and_a_minute_end_an_answer() {
        let (cache, asked) = (Cache::default(), AtomicUsize::new(0));
        for (moment, expected) in [
            (THEN, 1),
            (THEN, 1),
            (Moment { revision: 2, ..THEN }, 2),
            (Moment { revision: 2, minute: 2 }, 3),
            (Moment { revision: 2, minute: 2 }, 3),
        ] {
            assert_eq!(ask(&cache, 7, moment, &asked).await, expected);
        }
    }

    #[tokio::test]
    async fn failures_are_asked_again_and_memory_is_bounded() {
        let cache: Cache<usize, usize> = Cache::default();
        assert_eq!(cache.get(0, THEN, async { Err("no") }).await, Err("no"));
        assert_eq!(cache.get(0, THEN, async { Ok::<_, &str>(3) }).await, Ok(Arc::new(3)));
        let asked = AtomicUsize::new(0);
        for question in 0..3 * MOST_ANSWERS {
            ask(&cache, question, THEN, &asked).await;
        }
        assert_eq!(cache.0.lock().unwrap().kept.len(), MOST_ANSWERS);
    }
}

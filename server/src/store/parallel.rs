//! Work on many values at once. The writer is one thread; what needs no database, such as reading documents, is shared out.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread;

/// Fewer values than this are not worth a thread.
const LEAST: usize = 200;
/// Batches are a few thousand values: more threads would have little each.
const MOST_THREADS: usize = 8;

/// What `work` makes of each value, in their order. A panic is passed on.
pub(super) fn map<T: Send, R: Send>(values: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS);
    if threads == 1 || values.len() < LEAST {
        return values.into_iter().map(work).collect();
    }
    let share = values.len().div_ceil(threads);
    let mut rest = values.into_iter();
    thread::scope(|scope| {
        let begun: Vec<_> = (0..threads)
            .map(|_| rest.by_ref().take(share).collect::<Vec<T>>())
            .map(|part| scope.spawn(|| part.into_iter().map(&work).collect::<Vec<R>>()))
            .collect();
        begun.into_iter().flat_map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_stays_however_many_there_are() {
        for count in [0, 1, LEAST - 1, LEAST, LEAST + 1, 10 * LEAST + 3] {
            let doubled: Vec<usize> = (0..count).map(|value| value * 2).collect();
            assert_eq!(map((0..count).collect(), |value| value * 2), doubled);
        }
    }

    #[test]
    #[should_panic(expected = "the last one")]
    fn a_panic_is_not_lost() {
        map((1..=2 * LEAST).collect(), |value| assert!(value < 2 * LEAST, "the last one"));
    }
}

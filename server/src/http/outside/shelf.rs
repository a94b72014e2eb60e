//! Bodies on a shelf: viewers take what is there, and somebody else makes it anew.
//!
//! A body says of which moment it is, and readers' own caches keep it for as long as they are told anyway. So a body that
//! is a little old is handed out at once, while one new one is made behind it; only what nobody has asked for in a while is
//! waited for. However many look when findings come in, nobody waits and no more is made.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use app::backend::BackendError;
use app::model::ShareFormat;
use jiff::Timestamp;

use super::Wanted;
use super::body::Body;
use crate::backend::cache::{Cache, Moment};
use crate::share::forms::is_picture;

/// Bodies kept, each of some ten to a hundred kilobytes.
const MOST_KEPT: usize = 512;

/// Seconds that a form is good whatever happens, and seconds after which it is waited for. Pictures cost a hundred times
/// as much, and caches keep them five times as long.
const fn ages(format: ShareFormat) -> (i64, i64) {
    if is_picture(format) { (60, 900) } else { (15, 300) }
}

struct Kept {
    body: Arc<Body>,
    moment: Moment,
    made_at: Timestamp,
    is_being_made: bool,
    used: u64,
}

#[derive(Default)]
struct Places {
    kept: HashMap<Wanted, Kept>,
    uses: u64,
}

/// The shelf; clones share it.
#[derive(Clone)]
pub struct Shelf {
    places: Arc<Mutex<Places>>,
    /// Who asks for what is being made waits for it.
    making: Cache<Wanted, Body>,
}

impl Default for Shelf {
    fn default() -> Self {
        Self { places: Arc::default(), making: Cache::of(MOST_KEPT) }
    }
}

/// What there is.
enum Found {
    Good(Arc<Body>),
    /// Good for now; whoever got this makes another one.
    Old(Arc<Body>),
    Nothing,
}

impl Shelf {
    /// The body that is there, or the one that `work` makes.
    pub async fn get(
        &self,
        wanted: Wanted,
        moment: Moment,
        now: Timestamp,
        work: impl Future<Output = Result<Body, BackendError>> + Send + 'static,
    ) -> Result<Arc<Body>, BackendError> {
        match self.find(&wanted, moment, now) {
            Found::Good(body) => Ok(body),
            Found::Old(body) => {
                let behind = self.clone();
                tokio::spawn(async move {
                    // A failure is logged where it happens; the old one is good until it is too old.
                    let _ = behind.make(wanted, moment, now, work).await;
                });
                Ok(body)
            }
            Found::Nothing => self.make(wanted, moment, now, work).await,
        }
    }

    fn find(&self, wanted: &Wanted, moment: Moment, now: Timestamp) -> Found {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.uses += 1;
        let used = places.uses;
        let Some(kept) = places.kept.get_mut(wanted) else { return Found::Nothing };
        kept.used = used;
        let (good, most) = ages(wanted.1);
        let age = now.duration_since(kept.made_at).as_secs();
        if kept.moment == moment || age < good {
            return Found::Good(Arc::clone(&kept.body));
        }
        if age >= most {
            return Found::Nothing;
        }
        let body = Arc::clone(&kept.body);
        if std::mem::replace(&mut kept.is_being_made, true) { Found::Good(body) } else { Found::Old(body) }
    }

    async fn make(
        &self,
        wanted: Wanted,
        moment: Moment,
        now: Timestamp,
        work: impl Future<Output = Result<Body, BackendError>>,
    ) -> Result<Arc<Body>, BackendError> {
        let made = self.making.get(wanted.clone(), moment, work).await;
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        match &made {
            Ok(body) => {
                if places.kept.len() >= MOST_KEPT && !places.kept.contains_key(&wanted) {
                    let oldest = places.kept.iter().min_by_key(|(_, kept)| kept.used).map(|(wanted, _)| wanted.clone());
                    oldest.and_then(|oldest| places.kept.remove(&oldest));
                }
                let used = places.uses;
                let kept = Kept { body: Arc::clone(body), moment, made_at: now, is_being_made: false, used };
                places.kept.insert(wanted, kept);
            }
            Err(_) => {
                if let Some(kept) = places.kept.get_mut(&wanted) {
                    kept.is_being_made = false;
                }
            }
        }
        made
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::share::forms::Rendered;
    use crate::share::look::Look;

    fn wanted(format: ShareFormat) -> Wanted {
        ("a".to_owned(), format, Look::usual(""))
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// Looks once; the version of what it got. What is made behind has been made afterwards.
    async fn look(shelf: &Shelf, format: ShareFormat, version: u64, second: i64, made: &Arc<AtomicU64>) -> u64 {
        let counted = Arc::clone(made);
        let work = async move {
            counted.fetch_add(1, Ordering::Relaxed);
            let rendered = Rendered { body: Vec::new(), style_hash: String::new(), data_version: version };
            Ok(Body::new(rendered, ShareFormat::Png))
        };
        let moment = Moment { revision: version, minute: 0 };
        let body = shelf.get(wanted(format), moment, at(second), work).await.unwrap();
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        body.data_version
    }

    #[tokio::test]
    async fn viewers_wait_once_and_then_see_what_is_there() {
        let (shelf, made) = (Shelf::default(), Arc::default());
        let seen = async |version, second| look(&shelf, ShareFormat::Html, version, second, &made).await;
        assert_eq!(seen(1, 0).await, 1);
        // News within a few seconds change nothing,
        assert_eq!((seen(2, 14).await, made.load(Ordering::Relaxed)), (1, 1));
        // later the old one is there at once, and a new one right after it.
        assert_eq!((seen(2, 15).await, made.load(Ordering::Relaxed)), (1, 2));
        assert_eq!((seen(2, 16).await, made.load(Ordering::Relaxed)), (2, 2));
        // What is too old is waited for.
        assert_eq!((seen(3, 400).await, made.load(Ordering::Relaxed)), (3, 3));
        // Without news nothing is made, however old it is.
        assert_eq!((seen(3, 9000).await, made.load(Ordering::Relaxed)), (3, 3));
    }

    #[tokio::test]
    async fn a_failure_keeps_what_is_there_and_is_tried_again() {
        let (shelf, made) = (Shelf::default(), Arc::default());
        assert_eq!(look(&shelf, ShareFormat::Png, 1, 0, &made).await, 1);
        let moment = Moment { revision: 2, minute: 0 };
        let fails = async { Err(BackendError::Busy) };
        let old = shelf.get(wanted(ShareFormat::Png), moment, at(100), fails).await.unwrap();
        assert_eq!(old.data_version, 1);
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        assert_eq!(look(&shelf, ShareFormat::Png, 2, 101, &made).await, 1);
        assert_eq!(look(&shelf, ShareFormat::Png, 2, 102, &made).await, 2);
        let fails = async { Err(BackendError::Busy) };
        assert!(shelf.get(wanted(ShareFormat::Svg), moment, at(0), fails).await.is_err());
    }
}

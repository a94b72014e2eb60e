//! Everything the first page says, of one version of the data.

mod figures;
mod whereabouts;

use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use app::model::{Dimension, FilterValues, Finding, News, Overview, OverviewView};
use jiff::Timestamp;

use super::breakdown::values_of;
use super::coverage;
use super::latest::latest_severe;
use super::news::news_within;
use crate::query::QueryError;
use crate::query::horizon;
use crate::query::spec::Spec;
use crate::store::{Snapshot, StoreError};
use figures::{Head, WhatStands, day_before, head, kpis, what_stands};
pub(super) use whereabouts::places;
use whereabouts::{Places, named_rows, where_it_is};

/// Rows of "where" and of the latest findings.
const ROWS: usize = 8;

/// Answers every question of the first page.
pub fn overview(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    view: OverviewView,
    interval: Duration,
) -> Result<Overview, QueryError> {
    AskedOverview::new(spec.clone(), view, interval).answer_alone(snapshot).map(|(overview, _)| overview)
}

/// Pieces of the first page that can be answered apart from each other, the longest first.
#[derive(Debug, Clone, Copy)]
enum Piece {
    Latest,
    Places,
    Values,
    Head,
    News,
    Standing,
}

impl Piece {
    const ALL: [Self; 6] = [Self::Latest, Self::Places, Self::Values, Self::Head, Self::News, Self::Standing];
}

/// A first page that several readers answer together: each takes the next piece that nobody has begun, so that all of them
/// are busy to the end, however long a piece takes and whoever is held up.
pub struct AskedOverview {
    spec: Spec,
    view: OverviewView,
    interval: Duration,
    /// Whether values to filter by are asked for besides.
    with_values: bool,
    /// The place of the next piece.
    next: AtomicUsize,
    /// Of the data that the first reader saw.
    data_version: OnceLock<u64>,
    looked: Mutex<Option<Arc<Looked>>>,
    answered: Mutex<Answered>,
}

/// The question, knowing where findings end, and when anybody looked.
struct Looked {
    spec: Spec,
    covered: Vec<(Timestamp, Timestamp)>,
    /// Whether any part of the window was looked at.
    watched: bool,
}

/// Pieces that have been answered.
#[derive(Default)]
struct Answered {
    places: Option<Places>,
    news: Option<(News, usize)>,
    latest_high: Option<Vec<Finding>>,
    standing: Option<WhatStands>,
    head: Option<Head>,
    values: Option<FilterValues>,
}

impl AskedOverview {
    pub fn new(spec: Spec, view: OverviewView, interval: Duration) -> Self {
        let (next, data_version) = (AtomicUsize::new(0), OnceLock::new());
        let (looked, answered) = (Mutex::default(), Mutex::default());
        Self { spec, view, interval, with_values: false, next, data_version, looked, answered }
    }

    /// The same with values to filter by.
    #[must_use]
    pub fn with_values(self) -> Self {
        Self { with_values: true, ..self }
    }

    /// The same question, of which nothing is answered yet.
    #[must_use]
    pub fn again(&self) -> Self {
        Self { with_values: self.with_values, ..Self::new(self.spec.clone(), self.view, self.interval) }
    }

    /// Answers everything by one reader.
    pub fn answer_alone(&self, snapshot: &Snapshot<'_>) -> Result<(Overview, Option<FilterValues>), QueryError> {
        self.answer_what_is_left(snapshot)?;
        // A reader that comes first answers everything.
        self.answer().ok_or_else(|| StoreError::Unreadable("an overview with a piece missing".to_owned()).into())
    }

    /// Answers pieces until all have been begun. A reader that sees other data than the first one leaves them to it.
    pub fn answer_what_is_left(&self, snapshot: &Snapshot<'_>) -> Result<(), QueryError> {
        if *self.data_version.get_or_init(|| snapshot.data_version()) != snapshot.data_version() {
            return Ok(());
        }
        let looked = self.looked(snapshot)?;
        let (spec, covered, view) = (&looked.spec, &looked.covered, self.view);
        while let Some(piece) = Piece::ALL.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            match piece {
                Piece::Places => {
                    let places = where_it_is(snapshot, spec, view, covered)?;
                    self.answered().places = Some(places);
                }
                Piece::Values if self.with_values => {
                    let values = values_of(snapshot, spec, looked.watched)?;
                    self.answered().values = Some(values);
                }
                Piece::Values => {}
                Piece::News => {
                    let news = news_within(snapshot, spec, covered, ROWS)?;
                    self.answered().news = Some(news);
                }
                Piece::Latest => {
                    let latest = latest_severe(snapshot, spec, ROWS)?;
                    self.answered().latest_high = Some(latest);
                }
                Piece::Standing => {
                    let standing = what_stands(snapshot, spec, covered)?;
                    self.answered().standing = Some(standing);
                }
                Piece::Head => {
                    let head = head(snapshot, spec, covered, self.interval)?;
                    self.answered().head = Some(head);
                }
            }
        }
        Ok(())
    }

    /// What every piece is asked by.
    fn looked(&self, snapshot: &Snapshot<'_>) -> Result<Arc<Looked>, QueryError> {
        let look = || {
            let spec = horizon::looked_at_since(snapshot, &self.spec, day_before(self.spec.now))?;
            let covered = coverage::covered(snapshot, &spec.filter)?;
            let watched = coverage::touches(&covered, spec.from, spec.to);
            Ok(Arc::new(Looked { spec, covered, watched }))
        };
        // The numbers by which a text is looked for are the reader's own.
        if self.spec.filter.text.is_some() {
            return look();
        }
        // Whoever comes second waits: asking would take as long.
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(looked) = &*looked {
            return Ok(Arc::clone(looked));
        }
        Ok(Arc::clone(looked.insert(look()?)))
    }

    fn answered(&self) -> MutexGuard<'_, Answered> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The page; `None`: a reader has not come to its end.
    pub fn answer(&self) -> Option<(Overview, Option<FilterValues>)> {
        let Answered { places, news, latest_high, standing, head, values } = mem::take(&mut *self.answered());
        if self.with_values != values.is_some() {
            return None;
        }
        let (places, standing, head) = (places?, standing?, head?);
        let (news, news_total) = news?;
        let Places { present, past, heat, .. } = places;
        let watched = places.categories.watched;
        let overview = Overview {
            window: self.spec.window(),
            watched,
            kpis: kpis(&self.spec, watched, (&present, past.as_ref()), (standing.active_now, standing.active_before)),
            headline: head.headline,
            sequence_members: coverage::known(standing.sequence_members, watched),
            trend: places.trend,
            clusters_total: named_rows(present.rows(Dimension::Cluster)),
            clusters: places.clusters,
            families_total: named_rows(present.rows(Dimension::Family)),
            families: places.families,
            latest_high: latest_high?,
            sources: head.sources,
            heatmap: heat.heatmap,
            heat_weeks: heat.weeks,
            heat_week: heat.week,
            categories: places.categories,
            movers: places.movers,
            news,
            news_total,
            radar: standing.radar,
            as_of: self.spec.now,
            data_version: *self.data_version.get()?,
        };
        Some((overview, values))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

    use app::model::Filter;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::query::tests::{INTERVAL, now, seeded_in};
    use crate::store::tests::documents::{batch, guardduty};
    use crate::store::tests::in_memory;

    /// A page is of one version of the data, whoever comes in between.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_reader_of_other_data_leaves_the_pieces_to_the_first() {
        let store = seeded_in(in_memory(), |_, _| ()).await;
        let spec = Spec::resolve(&Filter::default(), now(), &TimeZone::UTC).unwrap();
        let asked = Arc::new(AskedOverview::new(spec.clone(), OverviewView::default(), INTERVAL));

        let (first, newer) = (Arc::clone(&asked), store.clone());
        let read = store.stream(move |snapshot| {
            first.data_version.get_or_init(|| snapshot.data_version());
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            runtime.block_on(newer.ingest(batch(vec![guardduty(9999, 0, 1)]))).unwrap();
            let second = Arc::clone(&first);
            let left = newer.read(move |snapshot| {
                second.answer_what_is_left(snapshot).unwrap();
                Ok((snapshot.data_version(), second.next.load(Ordering::Relaxed)))
            });
            let (version, begun) = runtime.block_on(left).unwrap();
            assert_ne!(version, snapshot.data_version());
            assert_eq!(begun, 0);
            assert!(first.answer().is_none());
            first.answer_what_is_left(snapshot).unwrap();
            Ok((snapshot.data_version(), overview(snapshot, &spec, OverviewView::default(), INTERVAL).unwrap()))
        });
        let (version, alone) = read.await.unwrap();
        let (answer, _) = asked.answer().unwrap();
        assert_eq!(answer.data_version, version);
        assert_eq!(answer, alone);
    }
}

//! Implements the port the pages ask: one `now` per question, one snapshot per answer.

use std::time::Duration;

use app::backend::{Backend, BackendError};
use app::model::{
    Breakdown, Dimension, Filter, FilterValues, FindingDetail, FindingPage, Metric, Overview, StatusReport, Trend,
};
use jiff::tz::TimeZone;

use crate::clock::SharedClock;
use crate::query::QueryError;
use crate::query::reports::{self, FindingList};
use crate::query::spec::Spec;
use crate::store::{Snapshot, Store, StoreError};

/// Answers from the store.
#[derive(Clone)]
pub struct YaguraBackend {
    store: Store,
    clock: SharedClock,
    /// For filters that name none.
    time_zone: TimeZone,
    /// Between pulls: what "stale" is measured by.
    interval: Duration,
}

impl YaguraBackend {
    /// Answers from `store`, with the present taken from `clock`.
    pub fn new(store: Store, clock: SharedClock, time_zone: TimeZone, interval: Duration) -> Self {
        Self { store, clock, time_zone, interval }
    }

    /// The database behind the answers.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The clock of the answers.
    pub fn clock(&self) -> &SharedClock {
        &self.clock
    }

    /// Resolves a filter against the present.
    pub fn spec(&self, filter: &Filter) -> Result<Spec, BackendError> {
        Ok(Spec::resolve(filter, self.clock.now(), &self.time_zone)?)
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Snapshot<'_>) -> Result<T, QueryError> + Send + 'static,
    ) -> Result<T, BackendError> {
        let answer = self.store.read(move |snapshot| match question(snapshot) {
            Ok(answer) => Ok(Ok(answer)),
            Err(QueryError::Filter(error)) => Ok(Err(error)),
            Err(QueryError::Store(error)) => Err(error),
        });
        match answer.await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(error.into()),
            Err(error) => Err(failed(&error)),
        }
    }
}

/// Logs a failure once and gives the text that is safe to show.
pub fn failed(error: &StoreError) -> BackendError {
    if matches!(error, StoreError::Busy { .. } | StoreError::Timeout { .. }) {
        tracing::warn!(%error, "a question was not answered in time");
        return BackendError::Busy;
    }
    let reference = uuid::Uuid::new_v4().simple().to_string()[..8].to_owned();
    tracing::error!(%error, %reference, "a question failed");
    BackendError::Failed { reference }
}

impl Backend for YaguraBackend {
    async fn overview(&self, filter: &Filter) -> Result<Overview, BackendError> {
        let (spec, interval) = (self.spec(filter)?, self.interval);
        self.ask(move |snapshot| reports::overview(snapshot, &spec, interval)).await
    }

    async fn findings(&self, filter: &Filter) -> Result<FindingPage, BackendError> {
        let (spec, list) = (self.spec(filter)?, FindingList::of(filter)?);
        self.ask(move |snapshot| reports::findings(snapshot, &spec, &list)).await
    }

    async fn finding(&self, id: &str) -> Result<FindingDetail, BackendError> {
        let (wanted, now) = (id.to_owned(), self.clock.now());
        let found = self.ask(move |snapshot| reports::finding(snapshot, &wanted, now)).await?;
        found.ok_or_else(|| BackendError::NotFound(format!("finding `{id}`")))
    }

    async fn trend(&self, filter: &Filter, by: Dimension, metric: Metric) -> Result<Trend, BackendError> {
        let spec = self.spec(filter)?;
        self.ask(move |snapshot| reports::trend(snapshot, &spec, by, metric)).await
    }

    async fn breakdown(&self, filter: &Filter, by: Dimension) -> Result<Breakdown, BackendError> {
        let spec = self.spec(filter)?;
        self.ask(move |snapshot| reports::breakdown(snapshot, &spec, by)).await
    }

    async fn filter_values(&self, filter: &Filter) -> Result<FilterValues, BackendError> {
        let spec = self.spec(filter)?;
        self.ask(move |snapshot| reports::filter_values(snapshot, &spec)).await
    }

    fn time_zone(&self) -> String {
        self.time_zone.iana_name().unwrap_or("UTC").to_owned()
    }

    async fn status(&self) -> Result<StatusReport, BackendError> {
        let (now, interval, bytes) = (self.clock.now(), self.interval, self.store.db_bytes());
        self.ask(move |snapshot| reports::status(snapshot, now, interval, bytes)).await
    }
}

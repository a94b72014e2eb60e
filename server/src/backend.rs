//! Implements the port the pages ask: one `now` per question, one snapshot per answer. Counts are kept for a while.

pub(crate) mod cache;
mod views;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use app::backend::{Backend, BackendError};
use app::model::coverage::{Coverage, FamilyCoverages, ServiceCoverages, VerdictChoice};
use app::model::{
    Breakdown, CostReport, CostRow, CostView, Dimension, Drift, Filter, FilterValues, FindingDetail, FindingPage,
    FoundValues, Groups, HeatColumns, Heatmap, Kind, Layers, LayersView, Lifespans, Metric, Movers, News, Overview,
    OverviewView, PlaceList, Pulling, Radar, RejectPage, RejectQuery, SavedView, SavedViews, StatusReport, Trend,
};
use futures::try_join;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use cache::{Cache, Moment};

use crate::clock::SharedClock;
use crate::query::QueryError;
use crate::query::reports::{self, AskedOverview, CostSettings, Disk, FindingList};
use crate::query::spec::Spec;
use crate::store::{Snapshot, Store, StoreError};
use crate::sync::Runs;
use crate::telemetry::metrics::Metrics;

/// Findings of each kind by severity.
pub type Inventory = Arc<Vec<(Kind, Breakdown)>>;

/// Answers from the store.
#[derive(Clone)]
pub struct YaguraBackend {
    store: Store,
    clock: SharedClock,
    /// For filters that name none.
    time_zone: TimeZone,
    /// Between pulls: what "stale" is measured by.
    interval: Duration,
    metrics: Metrics,
    /// What the settings say about costs.
    costs: Arc<CostSettings>,
    /// The pulls; `None` where nothing pulls, as for a command.
    runs: Option<Arc<Runs>>,
    /// With the version of the data it was counted in.
    inventory: Arc<Mutex<Option<(u64, Inventory)>>>,
    answers: Answers,
    /// Whether people outside ask.
    outside: bool,
}

/// Reports that many readers ask in the same words.
#[derive(Clone, Default)]
struct Answers {
    overview: Cache<(Filter, OverviewView), Overview>,
    trend: Cache<(Filter, Dimension, Metric), Trend>,
    breakdown: Cache<(Filter, Dimension), Breakdown>,
    filter_values: Cache<Filter, FilterValues>,
    cost: Cache<CostView, CostReport>,
    coverage: Cache<Filter, Coverage>,
    layers: Cache<(Filter, LayersView), Layers>,
    saved_views: Cache<(), Vec<SavedView>>,
    trial_end: Cache<(), Option<Timestamp>>,
}

impl YaguraBackend {
    /// Answers from `store`, with the present taken from `clock`.
    pub fn new(store: Store, clock: SharedClock, time_zone: TimeZone, interval: Duration) -> Self {
        let (metrics, inventory, answers) = (Metrics::default(), Arc::default(), Answers::default());
        let costs = Arc::default();
        Self { store, clock, time_zone, interval, metrics, costs, runs: None, inventory, answers, outside: false }
    }

    /// With these prices and quotes.
    #[must_use]
    pub fn with_costs(self, costs: CostSettings) -> Self {
        Self { costs: Arc::new(costs), ..self }
    }

    /// Tells of these pulls, too.
    #[must_use]
    pub fn watching(self, runs: &Arc<Runs>) -> Self {
        Self { runs: Some(Arc::clone(runs)), ..self }
    }

    /// The same answers for people outside, from readers and with kept answers of their own: however many ask, those who
    /// work here do not wait for them.
    #[must_use]
    pub fn for_outside(&self) -> Self {
        Self { answers: Answers::default(), outside: true, ..self.clone() }
    }

    /// Resources whose id holds a text.
    pub async fn resources(&self, filter: &Filter, text: &str) -> Result<FoundValues, BackendError> {
        let (spec, text) = (self.spec(filter)?, text.to_owned());
        self.ask("resources", move |snapshot| reports::resources(snapshot, &spec, &text)).await
    }

    /// How long questions took.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
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

    /// How many findings of each kind and severity are held; counted anew only when the data has changed.
    pub async fn inventory(&self) -> Result<Inventory, BackendError> {
        let known = self.inventory.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let version = self.store.data_version();
        if let Some((_, inventory)) = known.filter(|(counted_in, _)| *counted_in == version) {
            return Ok(inventory);
        }
        let now = self.clock.now();
        let counted = move |snapshot: &Snapshot<'_>| Ok((snapshot.data_version(), reports::inventory(snapshot, now)?));
        let (version, counted) = self.ask("inventory", move |snapshot| counted(snapshot)).await?;
        let counted = Arc::new(counted);
        *self.inventory.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, Arc::clone(&counted)));
        Ok(counted)
    }

    /// Which answers are good now.
    pub fn moment(&self) -> Moment {
        Moment { revision: self.store.revision(), minute: self.clock.now().as_second().div_euclid(60) }
    }

    /// The first page by two readers, who need less time than one. It is one question, however many are asked for it.
    async fn ask_overview(&self, asked: AskedOverview) -> Result<(Overview, Option<FilterValues>), BackendError> {
        let begun = Instant::now();
        let answer = self.overview_by_two(asked).await;
        self.metrics.query("overview", begun.elapsed());
        answer
    }

    async fn overview_by_two(&self, asked: AskedOverview) -> Result<(Overview, Option<FilterValues>), BackendError> {
        let asked = Arc::new(asked);
        let reader = || {
            let asked = Arc::clone(&asked);
            self.read(move |snapshot| asked.answer_what_is_left(snapshot))
        };
        tokio::try_join!(reader(), reader())?;
        if let Some(answer) = asked.answer() {
            return Ok(answer);
        }
        let again = asked.again();
        self.read(move |snapshot| again.answer_alone(snapshot)).await
    }

    fn ask_values(
        &self,
        filter: &Filter,
    ) -> Result<impl Future<Output = Result<FilterValues, BackendError>> + Send, BackendError> {
        let spec = self.spec(filter)?;
        Ok(self.ask("filters", move |snapshot| reports::filter_values(snapshot, &spec)))
    }

    async fn ask<T: Send + 'static>(
        &self,
        report: &'static str,
        question: impl FnOnce(&Snapshot<'_>) -> Result<T, QueryError> + Send + 'static,
    ) -> Result<T, BackendError> {
        let begun = Instant::now();
        let answer = self.read(question).await;
        self.metrics.query(report, begun.elapsed());
        answer
    }

    /// Asks without measuring.
    async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Snapshot<'_>) -> Result<T, QueryError> + Send + 'static,
    ) -> Result<T, BackendError> {
        let work = move |snapshot: &Snapshot<'_>| match question(snapshot) {
            Ok(answer) => Ok(Ok(answer)),
            Err(QueryError::Filter(error)) => Ok(Err(error)),
            Err(QueryError::Store(error)) => Err(error),
        };
        let answer = if self.outside { self.store.read_for_share(work).await } else { self.store.read(work).await };
        match answer {
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
    broken(error)
}

/// Logs a failure that trying again does not mend, and gives the text that is safe to show.
pub fn broken(error: &impl std::fmt::Display) -> BackendError {
    let reference = uuid::Uuid::new_v4().simple().to_string()[..8].to_owned();
    tracing::error!(%error, %reference, "a question failed");
    BackendError::Failed { reference }
}

impl Backend for YaguraBackend {
    async fn overview(&self, filter: &Filter, view: OverviewView) -> Result<Overview, BackendError> {
        let asked = AskedOverview::new(self.spec(filter)?, view, self.interval);
        let ask = Box::pin(async { self.ask_overview(asked).await.map(|(overview, _)| overview) });
        Ok((*self.answers.overview.get((filter.clone(), view), self.moment(), ask).await?).clone())
    }

    /// By the same two readers, unless there are values already.
    async fn overview_with_values(
        &self,
        filter: &Filter,
        view: OverviewView,
    ) -> Result<(Overview, FilterValues), BackendError> {
        let (moment, answers) = (self.moment(), &self.answers);
        if answers.filter_values.has(filter, moment) {
            return try_join!(self.overview(filter, view), self.filter_values(filter));
        }
        let asked = AskedOverview::new(self.spec(filter)?, view, self.interval).with_values();
        let ask = Box::pin(async {
            let (overview, values) = self.ask_overview(asked).await?;
            if let Some(values) = values {
                answers.filter_values.keep(filter.clone(), moment, values);
            }
            Ok::<_, BackendError>(overview)
        });
        let overview = (*answers.overview.get((filter.clone(), view), moment, ask).await?).clone();
        // Kept now, unless somebody else asked for the overview alone.
        let ask = self.ask_values(filter)?;
        Ok((overview, (*answers.filter_values.get(filter.clone(), moment, ask).await?).clone()))
    }

    async fn findings(&self, filter: &Filter) -> Result<FindingPage, BackendError> {
        let (spec, list) = (self.spec(filter)?, FindingList::of(filter)?);
        self.ask("findings", move |snapshot| reports::findings(snapshot, &spec, &list)).await
    }

    async fn finding(&self, id: &str) -> Result<FindingDetail, BackendError> {
        let (wanted, now, interval) = (id.to_owned(), self.clock.now(), self.interval);
        let found = self.ask("finding", move |snapshot| reports::finding(snapshot, &wanted, now, interval)).await?;
        found.ok_or_else(|| BackendError::NotFound(format!("finding `{id}`")))
    }

    async fn groups(&self, filter: &Filter) -> Result<Groups, BackendError> {
        let spec = self.spec(filter)?;
        self.ask("groups", move |snapshot| reports::groups(snapshot, &spec)).await
    }

    async fn trend(&self, filter: &Filter, by: Dimension, metric: Metric) -> Result<Trend, BackendError> {
        let spec = self.spec(filter)?;
        let ask = self.ask("trend", move |snapshot| reports::trend(snapshot, &spec, by, metric));
        Ok((*self.answers.trend.get((filter.clone(), by, metric), self.moment(), ask).await?).clone())
    }

    async fn breakdown(&self, filter: &Filter, by: Dimension) -> Result<Breakdown, BackendError> {
        let spec = self.spec(filter)?;
        let ask = self.ask("breakdown", move |snapshot| reports::breakdown(snapshot, &spec, by));
        Ok((*self.answers.breakdown.get((filter.clone(), by), self.moment(), ask).await?).clone())
    }

    async fn places(&self, filter: &Filter, by: Dimension) -> Result<PlaceList, BackendError> {
        let spec = self.spec(filter)?;
        self.ask("places", move |snapshot| reports::places(snapshot, &spec, by)).await
    }

    async fn lifespans(&self, filter: &Filter, by: Dimension) -> Result<Lifespans, BackendError> {
        let spec = self.spec(filter)?;
        self.ask("lifespans", move |snapshot| reports::lifespans(snapshot, &spec, by)).await
    }

    async fn heatmap(&self, filter: &Filter, rows: Dimension, columns: HeatColumns) -> Result<Heatmap, BackendError> {
        let spec = self.spec(filter)?;
        self.ask("heatmap", move |snapshot| reports::heatmap(snapshot, &spec, rows, columns)).await
    }

    async fn movers(&self, filter: &Filter) -> Result<Movers, BackendError> {
        let spec = self.spec(filter)?;
        self.ask("movers", move |snapshot| reports::movers(snapshot, &spec)).await
    }

    async fn news(&self, filter: &Filter) -> Result<News, BackendError> {
        let spec = self.spec(filter)?;
        self.ask("news", move |snapshot| reports::news(snapshot, &spec)).await
    }

    async fn layers(&self, filter: &Filter, view: LayersView) -> Result<Layers, BackendError> {
        let (spec, interval) = (self.spec(filter)?, self.interval);
        let ask = self.ask("layers", move |snapshot| reports::layers(snapshot, &spec, view, interval));
        Ok((*self.answers.layers.get((filter.clone(), view), self.moment(), ask).await?).clone())
    }

    async fn radar(&self, filter: &Filter) -> Result<Radar, BackendError> {
        let spec = self.spec(filter)?;
        self.ask("radar", move |snapshot| reports::radar(snapshot, &spec)).await
    }

    async fn coverage(&self, filter: &Filter) -> Result<Coverage, BackendError> {
        let spec = self.spec(filter)?;
        let ask = self.ask("coverage", move |snapshot| reports::coverage(snapshot, &spec));
        Ok((*self.answers.coverage.get(filter.clone(), self.moment(), ask).await?).clone())
    }

    async fn family_coverage(&self, filter: &Filter, choice: &VerdictChoice) -> Result<FamilyCoverages, BackendError> {
        let (spec, choice) = (self.spec(filter)?, choice.clone());
        self.ask("families", move |snapshot| reports::family_coverage(snapshot, &spec, &choice)).await
    }

    async fn service_coverage(
        &self,
        filter: &Filter,
        choice: &VerdictChoice,
    ) -> Result<ServiceCoverages, BackendError> {
        let (spec, choice) = (self.spec(filter)?, choice.clone());
        self.ask("services", move |snapshot| reports::service_coverage(snapshot, &spec, &choice)).await
    }

    async fn filter_values(&self, filter: &Filter) -> Result<FilterValues, BackendError> {
        let ask = self.ask_values(filter)?;
        Ok((*self.answers.filter_values.get(filter.clone(), self.moment(), ask).await?).clone())
    }

    async fn cost(&self, view: &CostView) -> Result<CostReport, BackendError> {
        let (asked, settings, now) = (view.clone(), Arc::clone(&self.costs), self.clock.now());
        let ask = self.ask("cost", move |snapshot| reports::cost(snapshot, &asked, &settings, now));
        Ok((*self.answers.cost.get(view.clone(), self.moment(), ask).await?).clone())
    }

    async fn ending_trial(&self) -> Result<Option<CostRow>, BackendError> {
        // Every page asks, and neither findings nor the present have anything to do with it.
        let moment = Moment { revision: self.store.cost_revision(), minute: 0 };
        let ask = self.ask("trials", reports::trial_end);
        let end = *self.answers.trial_end.get((), moment, ask).await?;
        if !end.is_some_and(|end| reports::ends_soon(end, self.clock.now())) {
            return Ok(None);
        }
        let report = self.cost(&CostView::default()).await?;
        let ending =
            report.projection.rows.into_iter().filter(|row| row.days_left.is_some_and(|days| (1..=7).contains(&days)));
        Ok(ending.min_by_key(|row| row.days_left))
    }

    async fn drift(&self, filter: &Filter) -> Result<Drift, BackendError> {
        let (filter, now, interval) = (filter.clone(), self.clock.now(), self.interval);
        self.ask("drift", move |snapshot| reports::drift(snapshot, &filter, now, interval)).await
    }

    async fn rejects(&self, query: &RejectQuery) -> Result<RejectPage, BackendError> {
        let (query, now) = (query.clone(), self.clock.now());
        self.ask("rejects", move |snapshot| reports::rejects(snapshot, &query, now)).await
    }

    async fn saved_views(&self) -> Result<SavedViews, BackendError> {
        let moment = Moment { revision: self.store.view_revision(), minute: 0 };
        let ask = async { self.store.views().await.map_err(|error| failed(&error)) };
        let views = self.answers.saved_views.get((), moment, ask).await?.to_vec();
        Ok(SavedViews { views, as_of: self.clock.now(), data_version: self.store.data_version() })
    }

    fn time_zone(&self) -> String {
        self.time_zone.iana_name().unwrap_or("UTC").to_owned()
    }

    async fn status(&self) -> Result<StatusReport, BackendError> {
        let (now, interval) = (self.clock.now(), self.interval);
        let disk = Disk {
            bytes: self.store.db_bytes(),
            write_trouble: self.store.write_trouble(),
            logs_set_aside: self.store.logs_set_aside(),
        };
        let rounds = self.runs.as_ref().and_then(|runs| runs.rounds());
        let ask = move |snapshot: &Snapshot<'_>| reports::status(snapshot, now, interval, rounds, disk);
        let mut report = self.ask("status", ask).await?;
        if let Some(runs) = &self.runs {
            report.next_pull_at = runs.next_at();
            report.pulls_ended = runs.ended();
            let under_way = runs.under_way();
            for source in &mut report.sources {
                let scope = (source.account.as_str(), source.region.as_str(), source.source);
                let pull =
                    under_way.iter().find(|(of, _)| (of.account.as_str(), of.region.as_str(), of.source) == scope);
                source.pulling = pull.map(|(_, pull)| Pulling { started_at: pull.started_at, read: pull.read });
            }
        }
        Ok(report)
    }
}

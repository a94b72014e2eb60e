//! A backend with answers made up for the test.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use jiff::Timestamp;
use jiff::civil::Date;

use super::samples::{evidence, finding, source};
use super::{cost, fleet};
use crate::backend::{Backend, BackendError};
use crate::model::coverage::{Coverage, FamilyCoverages, ServiceCoverages, VerdictChoice};
use crate::model::{
    Aspect, Breakdown, BreakdownRow, CostReport, CostRow, CostView, Counts, DatabaseStatus, Dimension, Drift,
    DriftCount, DriftKind, DriftRow, Filter, FilterValues, Finding, FindingDetail, FindingPage, FindingSide,
    FindingVersion, Grain, Groups, Headline, HeatColumns, HeatWeek, Heatmap, Kpi, KpiKind, Layers, LayersView,
    LifespanRow, Lifespans, LogSetAside, Metric, Movers, Named, News, Overview, OverviewView, Place, PlaceList, Radar,
    RejectPage, RejectQuery, RejectedInput, Said, SavedView, SavedViews, Series, Severity, Source, SourceState,
    SourceStatus, StatusReport, Trend, ViewPage, Window, WriteFailure, WriteTrouble,
};

/// Answers are ready at once; nothing has to be woken.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("the test's backend waits for nothing"),
    }
}

pub struct World {
    pub(super) findings: Vec<Finding>,
    pub(super) sources: Vec<SourceStatus>,
    /// Whether anybody looked at any part of the window.
    pub(super) watched: bool,
    failure: Option<fn() -> BackendError>,
    write_trouble: Option<WriteTrouble>,
    logs_set_aside: Vec<LogSetAside>,
}

pub fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap_or_default()
}

pub fn window() -> Window {
    Window { from: None, to: now(), time_zone: "UTC".to_owned(), grain: Grain::Day }
}

fn week(monday: &str) -> HeatWeek {
    let monday: Date = monday.parse().unwrap_or_default();
    HeatWeek { monday, from: now(), to: now() }
}

impl World {
    /// Everything works and nothing happens.
    pub fn quiet() -> Self {
        Self {
            findings: Vec::new(),
            sources: vec![source(Source::GuardDuty), source(Source::SecurityHub)],
            watched: true,
            failure: None,
            write_trouble: None,
            logs_set_aside: Vec::new(),
        }
    }

    /// Nobody has looked yet.
    pub fn blind() -> Self {
        Self { sources: Vec::new(), watched: false, ..Self::quiet() }
    }

    /// The first pull runs: sources are known, and none was read to its end.
    pub fn beginning() -> Self {
        let mut beginning = Self { watched: false, ..Self::quiet() };
        for source in &mut beginning.sources {
            (source.state, source.last_success_at) = (SourceState::Never, None);
        }
        beginning
    }

    pub fn busy() -> Self {
        Self { findings: vec![finding("A miner runs"); 3], ..Self::quiet() }
    }

    /// Texts an attacker chose.
    pub fn hostile() -> Self {
        let mut hostile = finding("\"'><script>alert(1)</script>");
        hostile.families = vec![Named::from_key("111122223333/us-east-1/<script>alert(2)<script>")];
        Self { findings: vec![hostile], ..Self::quiet() }
    }

    /// Every question fails.
    pub fn failing(failure: fn() -> BackendError) -> Self {
        Self { failure: Some(failure), ..Self::quiet() }
    }

    /// The first source in a state.
    pub fn with_source(mut self, state: SourceState, error: Option<&str>) -> Self {
        self.sources[0].state = state;
        self.sources[0].last_error = error.map(str::to_owned);
        self.sources[0].failing_since = Some(now());
        self
    }

    /// Nothing can be written, and a damaged log was set aside.
    pub fn in_trouble(why: WriteFailure, is_read_again: bool) -> Self {
        let file = "yagura.duckdb.wal.damaged-1".to_owned();
        let log = LogSetAside { file, at: now(), bytes: 2048, is_read_again };
        let write_trouble = Some(WriteTrouble { since: now(), why });
        Self { write_trouble, logs_set_aside: vec![log], ..Self::quiet() }
    }

    fn check(&self) -> Result<(), BackendError> {
        self.failure.map_or(Ok(()), |failure| Err(failure()))
    }

    pub(super) fn count(&self) -> i64 {
        i64::try_from(self.findings.len()).unwrap_or_default()
    }

    /// The services differ about every finding in two ways.
    fn differences(&self) -> Vec<DriftRow> {
        let row = |kind, guardduty, securityhub| {
            let finding = self.findings.first()?;
            let (id, title) = (finding.id.clone(), finding.title.clone());
            let (account, region) = (finding.account.clone(), finding.region.clone());
            Some(DriftRow { kind, guardduty, securityhub, id, title, account, region, updated_at: now() })
        };
        let severities = (Said::Severity(Severity::High), Said::Severity(Severity::Medium));
        let archived = row(DriftKind::ArchivedInGuardDuty, Said::Archived, Said::Active);
        archived.into_iter().chain(row(DriftKind::Severity, severities.0, severities.1)).collect()
    }

    pub(super) fn rows(&self, by: Dimension) -> Breakdown {
        let key = |finding: &Finding| match by {
            Dimension::Severity => finding.severity.to_string(),
            Dimension::Family => finding.families[0].key.clone(),
            Dimension::Cluster => finding.clusters[0].key.clone(),
            _ => finding.category.map_or_else(String::new, |category| category.to_string()),
        };
        let rows = self.findings.first().map(|finding| BreakdownRow {
            label: Named::from_key(key(finding)).label,
            key: key(finding),
            findings: self.count(),
            occurrences: self.count(),
        });
        Breakdown {
            by,
            rows: rows.into_iter().collect(),
            total: Counts { findings: self.count(), occurrences: self.count() },
            watched: self.watched,
            as_of: now(),
            data_version: 1,
        }
    }

    fn place_rows(&self, by: Dimension) -> Vec<Place> {
        let rows = self.rows(by).rows;
        rows.into_iter().map(|row| Place { row, previous: None, spark: vec![None, Some(3)] }).collect()
    }
}

impl Backend for World {
    async fn overview(&self, filter: &Filter, view: OverviewView) -> Result<Overview, BackendError> {
        self.check()?;
        let value = self.watched.then_some(self.count());
        let failing = self.sources.iter().filter(|source| source.state != SourceState::Fresh).count();
        Ok(Overview {
            window: window(),
            watched: self.watched,
            headline: Headline {
                since: now(),
                new_high: value,
                families: 2,
                unattributed: 0,
                synced_at: self.watched.then(now),
                sources_failing: failing,
                sources_total: self.sources.len(),
                watch: fleet::watch(self.sources.is_empty()),
            },
            sequence_members: value,
            kpis: vec![Kpi { kind: KpiKind::New, value, previous: None, query: String::new() }],
            trend: Backend::trend(self, filter, view.by, view.metric).await?,
            categories: self.rows(Dimension::Category),
            clusters: self.place_rows(Dimension::Cluster),
            clusters_total: self.place_rows(Dimension::Cluster).len(),
            families: self.place_rows(Dimension::Family),
            families_total: self.place_rows(Dimension::Family).len(),
            latest_high: self.findings.clone(),
            sources: self.sources.clone(),
            heatmap: Backend::heatmap(self, filter, Dimension::Category, view.columns).await?,
            heat_weeks: vec![week("2026-11-16"), week("2026-11-23")],
            heat_week: view.week.map(|monday| week(&monday.to_string())),
            movers: Backend::movers(self, filter).await?,
            news: Backend::news(self, filter).await?,
            news_total: 0,
            radar: Backend::radar(self, filter).await?,
            as_of: now(),
            data_version: 1,
        })
    }

    async fn findings(&self, _filter: &Filter) -> Result<FindingPage, BackendError> {
        self.check()?;
        let (findings, total) = (self.findings.clone(), self.count());
        let watched = self.watched;
        let (as_of, data_version) = (now(), 1);
        Ok(FindingPage { findings, next_cursor: None, total, sequence_members: total, watched, as_of, data_version })
    }

    async fn finding(&self, id: &str) -> Result<FindingDetail, BackendError> {
        self.check()?;
        let missing = || BackendError::NotFound(format!("finding `{id}`"));
        let finding = self.findings.first().filter(|finding| finding.id == id).cloned().ok_or_else(missing)?;
        let version = FindingVersion {
            observed_at: now(),
            source: Source::GuardDuty,
            updated_at: now(),
            severity: Severity::High,
            count: Some(1),
            count_delta: 1,
            archived: false,
            workflow: None,
            record_state: None,
            changed: vec![Aspect::Resource],
            resources: vec![finding.title.clone()],
        };
        let raw = format!("{{\"title\":{:?}}}", finding.title);
        let side = FindingSide { source: Source::GuardDuty, observed_at: now(), updated_at: now(), raw };
        Ok(FindingDetail {
            finding,
            versions: vec![version],
            sides: vec![side],
            evidence: evidence(),
            earlier: Vec::new(),
            members: Vec::new(),
            drift: self.differences(),
            as_of: now(),
            data_version: 1,
        })
    }

    async fn layers(&self, _filter: &Filter, view: LayersView) -> Result<Layers, BackendError> {
        self.check()?;
        Ok(super::layers::layers(view, Severity::High))
    }

    async fn groups(&self, _filter: &Filter) -> Result<Groups, BackendError> {
        self.check()?;
        Ok(self.made_groups())
    }

    async fn trend(&self, _filter: &Filter, by: Dimension, metric: Metric) -> Result<Trend, BackendError> {
        self.check()?;
        let value = self.watched.then_some(self.count());
        let series = self.rows(by).rows.into_iter();
        Ok(Trend {
            by,
            metric,
            grain: Grain::Day,
            time_zone: "UTC".to_owned(),
            buckets: vec!["2026-11-22T00:00:00+00:00".to_owned(), "2026-11-23T00:00:00+00:00".to_owned()],
            series: series.map(|row| Series { key: row.key, label: row.label, values: vec![None, value] }).collect(),
            totals: vec![None, value],
            covered_percent: vec![None, Some(0)],
            as_of: now(),
            data_version: 1,
        })
    }

    async fn breakdown(&self, _filter: &Filter, by: Dimension) -> Result<Breakdown, BackendError> {
        self.check()?;
        Ok(self.rows(by))
    }

    async fn places(&self, _filter: &Filter, by: Dimension) -> Result<PlaceList, BackendError> {
        self.check()?;
        Ok(PlaceList {
            window: Window { from: None, to: now(), time_zone: "UTC".to_owned(), grain: Grain::Day },
            by,
            rows: self.place_rows(by),
            total: self.rows(by).total,
            watched: self.watched,
            as_of: now(),
            data_version: 1,
        })
    }

    async fn heatmap(
        &self,
        _filter: &Filter,
        rows_by: Dimension,
        cols_by: HeatColumns,
    ) -> Result<Heatmap, BackendError> {
        self.check()?;
        Ok(self.made_heatmap(rows_by, cols_by))
    }

    async fn lifespans(&self, _filter: &Filter, by: Dimension) -> Result<Lifespans, BackendError> {
        self.check()?;
        let rows = self.rows(by).rows.into_iter().map(|row| LifespanRow {
            key: row.key,
            label: row.label,
            findings: row.findings,
            occurrences: row.occurrences,
            active: row.findings,
            first_seen: now(),
            last_seen: now(),
        });
        Ok(Lifespans { by, rows: rows.collect(), watched: self.watched, as_of: now(), data_version: 1 })
    }

    async fn movers(&self, _filter: &Filter) -> Result<Movers, BackendError> {
        self.check()?;
        Ok(self.made_movers())
    }

    async fn news(&self, _filter: &Filter) -> Result<News, BackendError> {
        self.check()?;
        Ok(self.made_news())
    }

    async fn radar(&self, _filter: &Filter) -> Result<Radar, BackendError> {
        self.check()?;
        Ok(Radar {
            days: 7,
            leaving: self.watched.then_some(self.count()),
            next_at: (self.count() > 0).then(now),
            gone: 0,
            query: "range=all&sort=updated_at&dir=asc".to_owned(),
            as_of: now(),
            data_version: 1,
        })
    }

    async fn filter_values(&self, _filter: &Filter) -> Result<FilterValues, BackendError> {
        self.check()?;
        let dimensions =
            [Dimension::Severity, Dimension::Category, Dimension::Cluster, Dimension::Family].map(|by| self.rows(by));
        Ok(FilterValues { dimensions: dimensions.to_vec(), as_of: now(), data_version: 1 })
    }

    async fn cost(&self, view: &CostView) -> Result<CostReport, BackendError> {
        self.check()?;
        Ok(cost::report(!self.sources.is_empty(), view))
    }

    async fn ending_trial(&self) -> Result<Option<CostRow>, BackendError> {
        Ok(cost::report(!self.sources.is_empty(), &CostView::default()).projection.rows.into_iter().next())
    }

    async fn coverage(&self, _filter: &Filter) -> Result<Coverage, BackendError> {
        self.check()?;
        Ok(fleet::coverage(self.sources.is_empty()))
    }

    async fn family_coverage(
        &self,
        _filter: &Filter,
        _choice: &VerdictChoice,
    ) -> Result<FamilyCoverages, BackendError> {
        self.check()?;
        Ok(fleet::families(self.sources.is_empty()))
    }

    async fn service_coverage(
        &self,
        _filter: &Filter,
        _choice: &VerdictChoice,
    ) -> Result<ServiceCoverages, BackendError> {
        self.check()?;
        Ok(fleet::services(self.sources.is_empty()))
    }

    async fn drift(&self, _filter: &Filter) -> Result<Drift, BackendError> {
        self.check()?;
        let rows = self.differences();
        let count = |kind: &DriftKind| DriftCount {
            kind: *kind,
            findings: i64::try_from(rows.iter().filter(|row| row.kind == *kind).count()).unwrap_or_default(),
        };
        Ok(Drift { counts: DriftKind::ALL.iter().map(count).collect(), rows, as_of: now(), data_version: 1 })
    }

    async fn rejects(&self, query: &RejectQuery) -> Result<RejectPage, BackendError> {
        self.check()?;
        let reject = |finding: &Finding| RejectedInput {
            rejected_at: now(),
            origin: format!("{}.json", finding.title),
            position: "line 1".to_owned(),
            reason: format!("{} is no finding", finding.title),
            excerpt: format!("{{\"title\":{:?}", finding.title),
            is_cut: true,
        };
        let limit = query.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(50);
        let rejects = self.findings.iter().take(limit).map(reject).collect();
        Ok(RejectPage { rejects, next_cursor: None, total: self.count(), as_of: now(), data_version: 1 })
    }

    async fn saved_views(&self) -> Result<SavedViews, BackendError> {
        self.check()?;
        let view = |finding: &Finding| SavedView {
            id: "0123456789ab".to_owned(),
            name: finding.title.clone(),
            page: ViewPage::Findings,
            query: "range=7d&severity=high".to_owned(),
            created_at: now(),
            updated_at: now(),
        };
        Ok(SavedViews { views: self.findings.first().map(view).into_iter().collect(), as_of: now(), data_version: 1 })
    }

    fn time_zone(&self) -> String {
        "Asia/Tokyo".to_owned()
    }

    async fn status(&self) -> Result<StatusReport, BackendError> {
        self.check()?;
        Ok(StatusReport {
            version: "0.1.0".to_owned(),
            sources: self.sources.clone(),
            collectors: cost::collectors(!self.sources.is_empty()),
            database: DatabaseStatus {
                bytes: 4096,
                findings: self.count(),
                versions: self.count(),
                rejected_inputs: 0,
                schema_version: 1,
                duckdb_version: "v1.5.5".to_owned(),
                write_trouble: self.write_trouble,
                logs_set_aside: self.logs_set_aside.clone(),
            },
            sync_interval_seconds: 300,
            next_pull_at: Some(now()),
            pulls_ended: 1,
            unknown_types: Vec::new(),
            as_of: now(),
            data_version: 1,
        })
    }
}

//! A backend with answers made up for the test.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use jiff::Timestamp;
use jiff::civil::Date;

use super::{cost, fleet};
use crate::backend::{Backend, BackendError, ChartText, Charts, MoneyBar, MoneyLines};
use crate::model::coverage::{Coverage, FamilyCoverages, VerdictChoice};
use crate::model::evidence::{Evidence, Process};
use crate::model::groups::PlaceKind;
use crate::model::{
    Aspect, Breakdown, BreakdownRow, Category, CostReport, CostRow, CostView, Counts, DatabaseStatus, Dimension, Drift,
    DriftCount, DriftKind, DriftRow, Filter, FilterValues, Finding, FindingDetail, FindingPage, FindingSide,
    FindingVersion, Grain, GroupPlace, GroupRow, Groups, Headline, HeatColumn, HeatColumns, HeatRow, HeatWeek, Heatmap,
    Kind, Kpi, KpiKind, Layers, LayersView, LifespanRow, Lifespans, LogSetAside, Metric, Mover, Movers, Named,
    NewThing, News, NewsKind, Overview, OverviewView, Place, PlaceList, PullCounts, Radar, RejectPage, RejectQuery,
    RejectedInput, Said, SavedView, SavedViews, SequenceRole, Series, Severity, Source, SourceState, SourceStatus,
    StatusReport, Trend, ViewPage, Window, WriteFailure, WriteTrouble,
};

pub const ID: &str = "0123456789abcdef0123456789abcdef";

/// Answers are ready at once; nothing has to be woken.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("the test's backend waits for nothing"),
    }
}

pub struct World {
    findings: Vec<Finding>,
    sources: Vec<SourceStatus>,
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

fn source(source: Source) -> SourceStatus {
    SourceStatus {
        account: "111122223333".to_owned(),
        region: "us-east-1".to_owned(),
        source,
        state: SourceState::Fresh,
        last_attempt_at: Some(now()),
        last_success_at: Some(now()),
        lag_seconds: Some(0),
        cursor: Some(now()),
        findings: 3,
        last_pull: PullCounts::default(),
        requests: 3,
        throttles: 0,
        errors: 0,
        last_error: None,
        failing_since: None,
        clock_ahead_seconds: Some(0),
        took_ms: Some(900),
        pulling: None,
    }
}

fn evidence() -> Evidence {
    Evidence {
        processes: vec![Process { name: Some("xmrig".to_owned()), ..Process::default() }],
        command: Some("xmrig -o '<script>alert(1)</script>'".to_owned()),
        ..Evidence::default()
    }
}

fn finding(title: &str) -> Finding {
    Finding {
        id: ID.to_owned(),
        arn: "arn:aws:guardduty:us-east-1:111122223333:detector/d/finding/f".to_owned(),
        source: Source::GuardDuty,
        in_guardduty: true,
        in_securityhub: false,
        kind: Kind::Threat,
        category: Some(Category::CryptoMining),
        category_secondary: None,
        category_rule: "type".to_owned(),
        finding_type: "CryptoCurrency:Runtime/BitcoinTool.B".to_owned(),
        mitre: None,
        product: "GuardDuty".to_owned(),
        severity: Severity::High,
        severity_score: Some(8.0),
        title: title.to_owned(),
        description: title.to_owned(),
        account: Some("111122223333".to_owned()),
        region: Some("us-east-1".to_owned()),
        clusters: vec![Named::from_key("arn:aws:ecs:us-east-1:111122223333:cluster/payments")],
        families: vec![Named::from_key("111122223333/us-east-1/checkout")],
        revisions: Vec::new(),
        services: Vec::new(),
        task_arns: Vec::new(),
        launch_types: vec!["FARGATE".to_owned()],
        containers: Vec::new(),
        images: Vec::new(),
        image_digests: Vec::new(),
        resource_type: Some("ECSCluster".to_owned()),
        resource_id: None,
        count: Some(1),
        occurrences: 1,
        first_seen: Some(now()),
        last_seen: Some(now()),
        created_at: now(),
        updated_at: now(),
        first_observed_at: now(),
        archived: false,
        record_state: None,
        workflow: None,
        compliance: None,
        control: None,
        vulnerability_ids: Vec::new(),
        sample: false,
        sequence: SequenceRole::None,
        attack_sequence: None,
        closed_at: None,
        expired_in_aws: None,
        url: None,
    }
}

impl World {
    /// Everything works and nothing happens.
    pub fn quiet() -> Self {
        Self {
            findings: Vec::new(),
            sources: vec![source(Source::GuardDuty), source(Source::SecurityHub)],
            failure: None,
            write_trouble: None,
            logs_set_aside: Vec::new(),
        }
    }

    /// Nobody has looked yet.
    pub fn blind() -> Self {
        Self { sources: Vec::new(), ..Self::quiet() }
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

    fn count(&self) -> i64 {
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

    fn rows(&self, by: Dimension) -> Breakdown {
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
        let known = !self.sources.is_empty();
        let value = known.then_some(self.count());
        let failing = self.sources.iter().filter(|source| source.state != SourceState::Fresh).count();
        Ok(Overview {
            window: window(),
            headline: Headline {
                since: now(),
                new_high: value,
                families: 2,
                unattributed: 0,
                synced_at: known.then(now),
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
        Ok(FindingPage { findings, next_cursor: None, total, sequence_members: total, as_of: now(), data_version: 1 })
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
        let place = |finding: &Finding| GroupPlace {
            by: PlaceKind::Family,
            key: finding.families[0].key.clone(),
            label: finding.families[0].label.clone(),
            findings: self.count(),
            occurrences: self.count(),
            severity: finding.severity,
            newest_at: now(),
        };
        let row = |finding: &Finding| GroupRow {
            finding_type: finding.finding_type.clone(),
            category: finding.category,
            findings: self.count(),
            occurrences: self.count(),
            severity: finding.severity,
            newest_at: now(),
            places: vec![place(finding)],
            places_total: 2,
        };
        let rows: Vec<_> = self.findings.first().map(row).into_iter().collect();
        let (rows_total, count) = (self.count().min(1), self.count());
        let total = Counts { findings: count, occurrences: count };
        Ok(Groups { rows, rows_total, total, as_of: now(), data_version: 1 })
    }

    async fn trend(&self, _filter: &Filter, by: Dimension, metric: Metric) -> Result<Trend, BackendError> {
        self.check()?;
        let value = (!self.sources.is_empty()).then_some(self.count());
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
        let columns: Vec<HeatColumn> = match cols_by {
            HeatColumns::Of(dimension) => self
                .rows(dimension)
                .rows
                .into_iter()
                .map(|row| HeatColumn { key: row.key, label: row.label, findings: Some(row.findings) })
                .collect(),
            HeatColumns::Time => ["2026-11-16T00:00:00+00:00", "2026-11-23T00:00:00+00:00"]
                .map(|week| HeatColumn { key: week.to_owned(), label: week.to_owned(), findings: None })
                .to_vec(),
        };
        let rows = self.rows(rows_by).rows.into_iter().map(|row| HeatRow {
            key: row.key,
            label: row.label,
            findings: row.findings,
            cells: columns.iter().map(|column| column.findings).collect(),
        });
        let rows: Vec<_> = rows.collect();
        Ok(Heatmap {
            rows_by,
            cols_by,
            grain: (cols_by == HeatColumns::Time).then_some(Grain::Week),
            time_zone: "UTC".to_owned(),
            columns_total: columns.len(),
            rows_total: rows.len(),
            columns,
            rows,
            total: self.count(),
            as_of: now(),
            data_version: 1,
        })
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
        Ok(Lifespans { by, rows: rows.collect(), as_of: now(), data_version: 1 })
    }

    async fn movers(&self, _filter: &Filter) -> Result<Movers, BackendError> {
        self.check()?;
        let mover = |row: BreakdownRow| Mover {
            by: Dimension::Family,
            key: row.key,
            label: row.label,
            findings: row.findings,
            previous: 15,
        };
        let rows = self.rows(Dimension::Family).rows.into_iter().map(mover).collect();
        Ok(Movers { window: window(), rows: (!self.sources.is_empty()).then_some(rows), as_of: now(), data_version: 1 })
    }

    async fn news(&self, _filter: &Filter) -> Result<News, BackendError> {
        self.check()?;
        let thing = |row: BreakdownRow| NewThing {
            kind: NewsKind::TypeInFamily,
            key: row.key,
            label: row.label,
            finding_type: Some("CryptoCurrency:Runtime/BitcoinTool.B".to_owned()),
            first_at: now(),
            revision: Some("checkout:42".to_owned()),
            findings: row.findings,
        };
        let rows = self.rows(Dimension::Family).rows.into_iter().map(thing).collect();
        let known = !self.sources.is_empty();
        Ok(News {
            window: window(),
            watched_since: known.then(now),
            rows: known.then_some(rows),
            as_of: now(),
            data_version: 1,
        })
    }

    async fn radar(&self, _filter: &Filter) -> Result<Radar, BackendError> {
        self.check()?;
        Ok(Radar {
            days: 7,
            leaving: self.count(),
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

impl Charts for World {
    fn trend(&self, _trend: &Trend, _text: &ChartText) -> String {
        "<svg></svg>".to_owned()
    }

    fn heatmap(&self, _heatmap: &Heatmap, _text: &ChartText, href: &dyn Fn(usize, usize) -> Option<String>) -> String {
        format!("<svg data-href='{}'></svg>", href(0, 0).unwrap_or_default())
    }

    fn coverage(&self, _coverage: &Coverage, _text: &ChartText) -> String {
        "<svg></svg>".to_owned()
    }

    fn sparkline(&self, _values: &[Option<i64>], _text: &ChartText) -> String {
        "<svg></svg>".to_owned()
    }

    fn money_lines(&self, lines: &MoneyLines, _text: &ChartText) -> String {
        format!("<svg data-id='{}'></svg>", lines.id)
    }

    fn money_bars(&self, id: &str, _bars: &[MoneyBar], _text: &ChartText) -> String {
        format!("<svg data-id='{id}'></svg>")
    }
}

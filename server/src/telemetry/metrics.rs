//! Metrics in the Prometheus text format. Times are seconds, sizes are bytes.
//!
//! Only histograms are kept here; everything else is read from where it lives when somebody scrapes.

use std::fmt;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use app::model::{Breakdown, CollectorStatus, DatabaseStatus, Kind, SourceState, StatusReport};

use crate::aws::counters::Counters;
use crate::sync::Runs;

/// `Content-Type` of [`Metrics::text`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// From half a millisecond, which a cached answer takes, to the usual time limit.
const BUCKETS: [f64; 14] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];

type Labels = Vec<(&'static str, String)>;
type Histograms = Family<Labels, Histogram, fn() -> Histogram>;

/// How long things took. Clones share their counts.
#[derive(Clone)]
pub struct Metrics {
    queries: Histograms,
    requests: Histograms,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

fn histogram() -> Histogram {
    Histogram::new(BUCKETS)
}

impl Default for Metrics {
    fn default() -> Self {
        Self { queries: Family::new_with_constructor(histogram), requests: Family::new_with_constructor(histogram) }
    }
}

/// What is read at the moment of a scrape.
#[derive(Debug)]
pub struct Readings<'a> {
    pub status: &'a StatusReport,
    /// Findings of each kind by severity.
    pub findings: &'a [(Kind, Breakdown)],
    pub runs: &'a Runs,
    pub requests: &'a Counters,
    /// How often rollups or searched texts were found wrong and made anew.
    pub rollup_repairs: u64,
}

impl Metrics {
    /// A report was asked, waiting for a free reader included.
    pub fn query(&self, report: &'static str, took: Duration) {
        self.queries.get_or_create(&vec![("report", report.to_owned())]).observe(took.as_secs_f64());
    }

    /// A request was answered, up to the beginning of its body. `route` is the pattern, never the path.
    pub fn request(&self, route: &str, status: u16, took: Duration) {
        let labels = vec![("route", route.to_owned()), ("status", status.to_string())];
        self.requests.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// Everything, as a scraper reads it.
    pub fn text(&self, readings: &Readings<'_>) -> Result<String, fmt::Error> {
        let mut registry = Registry::with_prefix("yagura");
        registry.register("query_seconds", "Time a report took", self.queries.clone());
        registry.register("http_request_seconds", "Time until an answer began", self.requests.clone());
        sources(&mut registry, readings);
        collectors(&mut registry, &readings.status.collectors);
        let findings = Family::<Labels, Gauge>::default();
        for (kind, by_severity) in readings.findings {
            for row in &by_severity.rows {
                let labels = vec![("kind", kind.to_string()), ("severity", row.key.clone())];
                findings.get_or_create(&labels).set(row.findings);
            }
        }
        registry.register("findings", "Findings held, samples left out", findings);
        database(&mut registry, &readings.status.database);
        let repairs: Counter = Counter::default();
        repairs.inc_by(readings.rollup_repairs);
        registry.register(
            "rollup_repairs",
            "Times the counts ahead, or the texts that are searched, differed from the findings and were repaired",
            repairs,
        );
        let mut text = String::new();
        encode(&mut text, &registry)?;
        Ok(text)
    }
}

fn database(registry: &mut Registry, database: &DatabaseStatus) {
    let bytes: Gauge = Gauge::default();
    bytes.set(i64::try_from(database.bytes).unwrap_or(i64::MAX));
    registry.register("db_bytes", "Size of the database and its log", bytes);
    let trouble: Gauge = Gauge::default();
    trouble.set(i64::from(database.write_trouble.is_some()));
    registry.register("db_write_trouble", "1 while nothing can be written, such as on a full disk", trouble);
    let set_aside: Gauge = Gauge::default();
    set_aside.set(i64::try_from(database.logs_set_aside.len()).unwrap_or(i64::MAX));
    registry.register("db_logs_set_aside", "Damaged logs whose files are still in the data directory", set_aside);
}

fn sources(registry: &mut Registry, readings: &Readings<'_>) {
    let successes = Family::<Labels, Gauge<f64, AtomicU64>>::default();
    for source in &readings.status.sources {
        // Never: no series, so that an alert on a missing one works.
        if let Some(at) = source.last_success_at {
            let labels = scope(&source.account, &source.region, source.source.as_str());
            successes.get_or_create(&labels).set(at.as_duration().as_secs_f64());
        }
    }
    registry.register("sync_last_success_timestamp_seconds", "When the last good pull ended", successes);
    let runs = Family::<Labels, Counter>::default();
    for ((of, outcome), count) in readings.runs.snapshot() {
        let mut labels = scope(&of.account, &of.region, of.source.as_str());
        labels.push(("outcome", outcome.to_owned()));
        runs.get_or_create(&labels).inc_by(count);
    }
    registry.register("sync_runs", "Pulls that ended", runs);
    let requests = Family::<Labels, Counter>::default();
    for ((service, operation, status), count) in readings.requests.snapshot() {
        let labels = vec![("service", service.to_owned()), ("operation", operation.to_owned()), ("status", status)];
        requests.get_or_create(&labels).inc_by(count);
    }
    registry.register("aws_requests", "Requests sent to AWS, retries included", requests);
    // Not known: no series.
    if let Some(seconds) = readings.requests.sums().clock_ahead_seconds {
        let ahead: Gauge = Gauge::default();
        ahead.set(seconds);
        registry.register("clock_ahead_seconds", "By how much this machine's clock is ahead of AWS's", ahead);
    }
}

/// What is asked beside findings. What is not asked has no series.
fn collectors(registry: &mut Registry, all: &[CollectorStatus]) {
    let successes = Family::<Labels, Gauge<f64, AtomicU64>>::default();
    let up = Family::<Labels, Gauge>::default();
    let took = Family::<Labels, Gauge<f64, AtomicU64>>::default();
    for one in all {
        let round = vec![
            ("account", one.account.clone()),
            ("region", one.region.clone()),
            ("collector", one.collector.to_string()),
        ];
        let mut labels = round.clone();
        labels.push(("part", one.part.clone()));
        if let Some(at) = one.last_success_at {
            successes.get_or_create(&labels).set(at.as_duration().as_secs_f64());
        }
        if !matches!(one.state, SourceState::NotAsked | SourceState::NotEnabled) {
            let refused_or_failed = matches!(one.state, SourceState::Denied | SourceState::Failing);
            up.get_or_create(&labels).set(i64::from(!refused_or_failed));
        }
        if let Some(milliseconds) = one.took_ms {
            took.get_or_create(&round).set(Duration::from_millis(milliseconds).as_secs_f64());
        }
    }
    registry.register(
        "collector_last_success_timestamp_seconds",
        "When a question about coverage or costs was last answered",
        successes,
    );
    registry.register("collector_up", "0 if the last answer was a refusal or a failure", up);
    registry.register("collector_round_seconds", "Time the last round of questions took", took);
}

fn scope(account: &str, region: &str, source: &str) -> Labels {
    vec![("account", account.to_owned()), ("region", region.to_owned()), ("source", source.to_owned())]
}

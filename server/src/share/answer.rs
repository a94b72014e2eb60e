//! The one door between a link and the database: a record goes in, finished values come out.
//!
//! It takes no query, no header and no address, so nothing that a reader sends can widen what a share shows. Every form,
//! the preview of the dialog and files of the command line come through here.

use app::backend::{Backend, BackendError};
use app::model::coverage::VerdictChoice;
use app::model::{
    Breakdown, CostReport, Filter, Finding, Hidden, Layers, Overview, OverviewView, ShareReport, Shared, SharedContent,
    SharedCost, SharedCoverage, SharedFinding, SharedFindings, SharedHeadline, SharedKpi, SharedLayers, SharedOverview,
    SharedRows, Window,
};
use jiff::Timestamp;

use super::question::{Locked, MOST_LISTED, USUALLY_LISTED};
use super::redact::{Redactor, Unredactable};
use crate::backend::{YaguraBackend, broken};
use crate::store::KeptShare;

/// Rows, series and columns of one answer. What is beyond is counted, not listed.
pub const MOST_ROWS: usize = 200;

/// Asks what the record asks and takes out what it hides.
pub async fn answer(backend: &YaguraBackend, kept: &KeptShare) -> Result<Shared, BackendError> {
    let share = &kept.share;
    let question = Locked::of(share)?;
    // No record should say so, and one that does is not believed.
    if matches!(question, Locked::Findings(_)) && share.hides(Hidden::Detail) {
        return Err(broken(&format!("share {} lists what it hides", share.id)));
    }
    let whole = unredacted(backend, share.report, &question).await?;
    let redactor = Redactor::new(&share.redaction, kept.pseudonym_key);
    redactor.redact(whole).map_err(|error: Unredactable| broken(&error))
}

/// The same with everything in it: for those who may see everything.
pub async fn unredacted(
    backend: &YaguraBackend,
    report: ShareReport,
    question: &Locked,
) -> Result<Shared, BackendError> {
    let window = backend.spec(question.filter())?.window();
    let (content, as_of, data_version) = match question {
        Locked::Overview(filter, view) => overview(backend, filter, *view).await?,
        Locked::Trend(trend) => {
            let trend = backend.trend(&trend.filter, trend.by, trend.metric).await?;
            let (as_of, version) = (trend.as_of, trend.data_version);
            (SharedContent::Trend(trend), as_of, version)
        }
        Locked::Breakdown(breakdown) => {
            let breakdown = backend.breakdown(&breakdown.filter, breakdown.by).await?;
            let (as_of, version) = (breakdown.as_of, breakdown.data_version);
            (SharedContent::Breakdown(rows(breakdown)), as_of, version)
        }
        Locked::Heatmap(heatmap) => {
            let heatmap = backend.heatmap(&heatmap.filter, heatmap.rows, heatmap.columns).await?;
            let (as_of, version) = (heatmap.as_of, heatmap.data_version);
            (SharedContent::Heatmap(heatmap), as_of, version)
        }
        Locked::Findings(filter) => findings(backend, filter).await?,
        Locked::Coverage(filter) => {
            let mut coverage = backend.coverage(filter).await?;
            let mut families = backend.family_coverage(filter, &VerdictChoice::default()).await?.rows;
            let mut services = backend.service_coverage(filter, &VerdictChoice::default()).await?.rows;
            // What AWS says of our estate and of our permissions is not for people outside.
            for row in &mut coverage.rows {
                (row.issue, row.issues, row.reasons) = (None, Vec::new(), Vec::new());
            }
            for row in &mut families {
                row.reasons.clear();
            }
            for row in &mut services {
                row.reasons.clear();
            }
            for region in &mut coverage.regions {
                region.parts.clear();
            }
            let (as_of, version) = (coverage.as_of, coverage.data_version);
            let services_total = services.len();
            let shared = SharedCoverage { coverage, family_rows: families, service_rows: services, services_total };
            (SharedContent::Coverage(Box::new(shared)), as_of, version)
        }
        Locked::Layers(filter, view) => {
            let Layers { by, mut rows, rows_total, mut blind_spots, as_of, data_version, .. } =
                backend.layers(filter, *view).await?;
            // No list behind a number, and nothing that AWS said of our permissions.
            for cell in rows.iter_mut().flat_map(|row| &mut row.cells) {
                (cell.query, cell.error) = (None, None);
            }
            for spot in &mut blind_spots {
                spot.query.clear();
            }
            (SharedContent::Layers(SharedLayers { by, rows, rows_total, blind_spots }), as_of, data_version)
        }
        Locked::Cost(view) => {
            let CostReport { projection, parts, days, what_if, as_of, data_version, .. } = backend.cost(view).await?;
            let cost = SharedCost { projection, parts, days, what_if };
            (SharedContent::Cost(Box::new(cost)), as_of, data_version)
        }
    };
    Ok(Shared {
        report,
        filter: question.filter().clone(),
        window: Window { time_zone: window.time_zone.clone(), ..window },
        content: cut(content),
        as_of,
        data_version,
    })
}

type Answered = (SharedContent, Timestamp, u64);

async fn overview(backend: &YaguraBackend, filter: &Filter, view: OverviewView) -> Result<Answered, BackendError> {
    let Overview {
        headline,
        kpis,
        trend,
        categories,
        clusters,
        clusters_total,
        families,
        families_total,
        as_of,
        data_version,
        ..
    } = backend.overview(filter, view).await?;
    let content = SharedOverview {
        headline: SharedHeadline {
            new_high: headline.new_high,
            families: headline.families,
            unattributed: headline.unattributed,
            synced_at: headline.synced_at,
            sources_failing: headline.sources_failing,
            sources_total: headline.sources_total,
        },
        kpis: kpis
            .into_iter()
            .map(|kpi| SharedKpi { kind: kpi.kind, value: kpi.value, previous: kpi.previous })
            .collect(),
        trend,
        categories,
        clusters,
        clusters_total,
        families,
        families_total,
    };
    Ok((SharedContent::Overview(Box::new(content)), as_of, data_version))
}

fn rows(breakdown: Breakdown) -> SharedRows {
    SharedRows { rows_total: breakdown.rows.len(), breakdown }
}

async fn findings(backend: &YaguraBackend, filter: &Filter) -> Result<Answered, BackendError> {
    let limit = filter.limit.unwrap_or(USUALLY_LISTED).min(MOST_LISTED);
    let page = backend.findings(&Filter { limit: Some(limit), cursor: None, ..filter.clone() }).await?;
    let rows = page.findings.into_iter().map(told).collect();
    let content = SharedContent::Findings(SharedFindings { rows, total: page.total, watched: page.watched });
    Ok((content, page.as_of, page.data_version))
}

/// What a link tells of a finding.
fn told(finding: Finding) -> SharedFinding {
    let is_active = finding.is_active();
    SharedFinding {
        severity: finding.severity,
        category: finding.category,
        finding_type: finding.finding_type,
        title: finding.title,
        account: finding.account,
        region: finding.region,
        clusters: finding.clusters,
        families: finding.families,
        occurrences: finding.occurrences,
        created_at: finding.created_at,
        is_active,
    }
}

/// No more than [`MOST_ROWS`] of anything.
fn cut(content: SharedContent) -> SharedContent {
    match content {
        SharedContent::Overview(mut overview) => {
            overview.trend.series.truncate(MOST_ROWS);
            SharedContent::Overview(overview)
        }
        SharedContent::Trend(mut trend) => {
            trend.series.truncate(MOST_ROWS);
            SharedContent::Trend(trend)
        }
        SharedContent::Breakdown(mut rows) => {
            rows.breakdown.rows.truncate(MOST_ROWS);
            SharedContent::Breakdown(rows)
        }
        SharedContent::Heatmap(mut heatmap) => {
            heatmap.rows.truncate(MOST_ROWS);
            heatmap.columns.truncate(MOST_ROWS);
            for row in &mut heatmap.rows {
                row.cells.truncate(MOST_ROWS);
            }
            SharedContent::Heatmap(heatmap)
        }
        SharedContent::Cost(mut cost) => {
            cost.projection.rows.truncate(MOST_ROWS);
            cost.parts.truncate(MOST_ROWS);
            SharedContent::Cost(cost)
        }
        SharedContent::Coverage(mut shared) => {
            shared.coverage.rows.truncate(MOST_ROWS);
            shared.coverage.lost.truncate(MOST_ROWS);
            shared.coverage.regions.truncate(MOST_ROWS);
            shared.family_rows.truncate(MOST_ROWS);
            shared.service_rows.truncate(MOST_ROWS);
            SharedContent::Coverage(shared)
        }
        SharedContent::Layers(mut layers) => {
            layers.rows.truncate(MOST_ROWS);
            SharedContent::Layers(layers)
        }
        findings @ SharedContent::Findings(_) => findings,
    }
}

//! Reports as files: the same bytes over HTTP and from the command line.

pub(crate) mod cost_tables;
pub mod csv;
mod findings;
pub(crate) mod fleet_table;
mod json;
pub(crate) mod markdown;
mod parquet;
pub mod pieces;
pub(crate) mod table;

use app::backend::{Backend, BackendError};
use app::model::{CostView, Filter, FilterError, LayersView};
use jiff::Timestamp;
use serde::Serialize;
use tokio::task::spawn_blocking;

use crate::backend::{YaguraBackend, broken};
use crate::question::{BreakdownQuestion, HeatmapQuestion, TrendQuestion, VerdictQuestion};
use csv::{Column, CsvOptions, Form};
use pieces::Pieces;
use table::Table;

/// A report that can be a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    Findings,
    Trend,
    Breakdown,
    Groups,
    Heatmap,
    Movers,
    News,
    /// Clusters, with AWS's verdict and ours.
    Coverage,
    /// Task families, with our verdict.
    Families,
    /// Services, with our verdict.
    Services,
    Layers,
    Cost,
    CostProjection,
    CostAlternatives,
}

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Json,
    Markdown,
    Parquet,
}

impl Report {
    /// Every report.
    pub const ALL: &[Self] = &[
        Self::Findings,
        Self::Trend,
        Self::Breakdown,
        Self::Groups,
        Self::Heatmap,
        Self::Movers,
        Self::News,
        Self::Coverage,
        Self::Families,
        Self::Services,
        Self::Layers,
        Self::Cost,
        Self::CostProjection,
        Self::CostAlternatives,
    ];

    /// The name in URLs, in commands and in the file's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Findings => "findings",
            Self::Trend => "trend",
            Self::Breakdown => "breakdown",
            Self::Groups => "groups",
            Self::Heatmap => "heatmap",
            Self::Movers => "movers",
            Self::News => "news",
            Self::Coverage => "coverage",
            Self::Families => "families",
            Self::Services => "services",
            Self::Layers => "layers",
            Self::Cost => "cost",
            Self::CostProjection => "cost_projection",
            Self::CostAlternatives => "cost_alternatives",
        }
    }

    /// Forms the report comes in.
    pub const fn formats(self) -> &'static [Format] {
        match self {
            Self::Findings
            | Self::Trend
            | Self::Breakdown
            | Self::Groups
            | Self::Heatmap
            | Self::Movers
            | Self::News
            | Self::Coverage
            | Self::Families
            | Self::Services
            | Self::Layers
            | Self::Cost
            | Self::CostProjection
            | Self::CostAlternatives => Format::ALL,
        }
    }

    /// What a file of the report takes besides the report's own parameters.
    pub const fn file_parameters(self, format: Format) -> &'static [&'static str] {
        match (self, format) {
            (Self::Findings, Format::Csv) => &CsvOptions::PARAMETERS,
            (_, Format::Csv) => &Form::PARAMETERS,
            (Self::Findings, Format::Json | Format::Markdown | Format::Parquet) => &["columns"],
            (_, Format::Json | Format::Markdown | Format::Parquet) => &[],
        }
    }
}

impl Format {
    /// Every form.
    pub const ALL: &[Self] = &[Self::Csv, Self::Json, Self::Markdown, Self::Parquet];

    /// Also the file's extension.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Markdown => "md",
            Self::Parquet => "parquet",
        }
    }

    /// Media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Json => "application/json",
            // RFC 7763.
            Self::Markdown => "text/markdown; charset=utf-8; variant=GFM",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }
}

/// A file on its way.
#[derive(Debug)]
pub struct Download {
    /// `yagura-findings-20261123T120000Z.csv`
    pub file_name: String,
    pub format: Format,
    /// Records, without the header.
    pub rows: i64,
    pub data_version: u64,
    /// Ends with an error if the file is not whole.
    pub pieces: Pieces,
}

impl Download {
    fn new(report: Report, format: Format, now: Timestamp, rows: i64, data_version: u64, pieces: Pieces) -> Self {
        let file_name = format!("yagura-{}-{}.{}", report.as_str(), now.strftime("%Y%m%dT%H%M%SZ"), format.as_str());
        Self { file_name, format, rows, data_version, pieces }
    }
}

/// A report and the form its file takes.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    report: Report,
    format: Format,
    form: Form,
}

/// Starts the file that `query` asks for. Where the report does not come in that form, there is no such file.
pub async fn download(
    backend: &YaguraBackend,
    report: Report,
    format: Format,
    query: &str,
) -> Result<Download, BackendError> {
    if !report.formats().contains(&format) {
        return Err(BackendError::NotFound(format!("`{}.{}`", report.as_str(), format.as_str())));
    }
    let others = report.file_parameters(format);
    let wanted = |form: Result<Form, FilterError>| form.map(|form| Wanted { report, format, form });
    match report {
        Report::Findings => {
            let filter = Filter::parse(query, others)?;
            let mut options = CsvOptions::parse(query)?;
            if format == Format::Markdown && !options.chosen {
                options.columns = Column::READABLE.to_vec();
            }
            findings::findings(backend, &filter, format, options).await
        }
        Report::Trend => {
            let (question, wanted) = (TrendQuestion::parse(query, others)?, wanted(Form::parse(query))?);
            let trend = backend.trend(&question.filter, question.by, question.metric).await?;
            finished(wanted, (trend.as_of, trend.data_version), table::trend(&trend), &trend).await
        }
        Report::Breakdown => {
            let (question, wanted) = (BreakdownQuestion::parse(query, others)?, wanted(Form::parse(query))?);
            let breakdown = backend.breakdown(&question.filter, question.by).await?;
            let moment = (breakdown.as_of, breakdown.data_version);
            finished(wanted, moment, table::breakdown(&breakdown), &breakdown).await
        }
        Report::Groups => {
            let (filter, wanted) = (Filter::parse(query, others)?, wanted(Form::parse(query))?);
            let groups = backend.groups(&filter).await?;
            finished(wanted, (groups.as_of, groups.data_version), table::groups(&groups), &groups).await
        }
        Report::Heatmap => {
            let (question, wanted) = (HeatmapQuestion::parse(query, others)?, wanted(Form::parse(query))?);
            let heatmap = backend.heatmap(&question.filter, question.rows, question.columns).await?;
            finished(wanted, (heatmap.as_of, heatmap.data_version), table::heatmap(&heatmap), &heatmap).await
        }
        Report::Movers => {
            let (filter, wanted) = (Filter::parse(query, others)?, wanted(Form::parse(query))?);
            let movers = backend.movers(&filter).await?;
            finished(wanted, (movers.as_of, movers.data_version), table::movers(&movers), &movers).await
        }
        Report::News => {
            let (filter, wanted) = (Filter::parse(query, others)?, wanted(Form::parse(query))?);
            let news = backend.news(&filter).await?;
            finished(wanted, (news.as_of, news.data_version), table::news(&news), &news).await
        }
        Report::Coverage => {
            let (filter, wanted) = (Filter::parse(query, others)?, wanted(Form::parse(query))?);
            let coverage = backend.coverage(&filter).await?;
            let moment = (coverage.as_of, coverage.data_version);
            finished(wanted, moment, fleet_table::clusters(&coverage), &coverage).await
        }
        Report::Families => {
            let (question, wanted) = (VerdictQuestion::parse(query, others)?, wanted(Form::parse(query))?);
            let families = backend.family_coverage(&question.filter, &question.choice).await?;
            let moment = (families.as_of, families.data_version);
            finished(wanted, moment, fleet_table::families(&families), &families).await
        }
        Report::Services => {
            let (question, wanted) = (VerdictQuestion::parse(query, others)?, wanted(Form::parse(query))?);
            let services = backend.service_coverage(&question.filter, &question.choice).await?;
            let moment = (services.as_of, services.data_version);
            finished(wanted, moment, fleet_table::services(&services), &services).await
        }
        Report::Layers => {
            let view = LayersView::parse(query)?;
            let filter = Filter::parse(query, &[&LayersView::PARAMETERS[..], others].concat())?;
            let wanted = wanted(Form::parse(query))?;
            let layers = backend.layers(&filter, view).await?;
            finished(wanted, (layers.as_of, layers.data_version), table::layers(&layers.rows), &layers).await
        }
        Report::Cost | Report::CostProjection | Report::CostAlternatives => {
            let (view, wanted) = (CostView::parse(query, others)?, wanted(Form::parse(query))?);
            let cost = backend.cost(&view).await?;
            let moment = (cost.as_of, cost.data_version);
            match report {
                Report::CostProjection => {
                    let table = cost_tables::projection(&cost.projection);
                    finished(wanted, moment, table, &cost.projection).await
                }
                Report::CostAlternatives => {
                    let table = cost_tables::alternatives(&cost.alternatives);
                    finished(wanted, moment, table, &cost.alternatives).await
                }
                _ => finished(wanted, moment, cost_tables::cost(&cost), &cost).await,
            }
        }
    }
}

async fn finished(
    Wanted { report, format, form }: Wanted,
    (as_of, data_version): (Timestamp, u64),
    table: Table,
    value: &impl Serialize,
) -> Result<Download, BackendError> {
    let rows = if format == Format::Json { 1 } else { i64::try_from(table.rows.len()).unwrap_or(i64::MAX) };
    let content = match format {
        Format::Csv => csv::whole(&table, form),
        Format::Json => serde_json::to_vec(value).map_err(|error| broken(&error))?,
        Format::Markdown => markdown::whole(&table),
        Format::Parquet => {
            let written = spawn_blocking(move || parquet::whole(table)).await.map_err(|error| broken(&error))?;
            written.map_err(|error| broken(&error))?
        }
    };
    Ok(Download::new(report, format, as_of, rows, data_version, Pieces::whole(content)))
}

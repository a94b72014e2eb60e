//! Reports as files: the same bytes over HTTP and from the command line.

pub mod csv;
pub mod pieces;

use app::backend::{Backend, BackendError};
use app::model::Filter;
use jiff::Timestamp;
use serde::Serialize;

use crate::backend::YaguraBackend;
use crate::question::{BreakdownQuestion, TrendQuestion};
use csv::{CsvOptions, Form};
use pieces::Pieces;

/// A report that can be a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    Findings,
    Trend,
    Breakdown,
}

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Json,
}

impl Report {
    /// The name in URLs, in commands and in the file's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Findings => "findings",
            Self::Trend => "trend",
            Self::Breakdown => "breakdown",
        }
    }

    /// Forms the report comes in. A list of findings has no end, so it is no single JSON document.
    pub const fn formats(self) -> &'static [Format] {
        match self {
            Self::Findings => &[Format::Csv],
            Self::Trend | Self::Breakdown => &[Format::Csv, Format::Json],
        }
    }
}

impl Format {
    /// Also the file's extension.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    /// Media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Json => "application/json",
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

/// Starts the file that `query` asks for. A form the report does not come in is given as CSV.
pub async fn download(
    backend: &YaguraBackend,
    report: Report,
    format: Format,
    query: &str,
) -> Result<Download, BackendError> {
    let format = if report.formats().contains(&format) { format } else { Format::Csv };
    match report {
        Report::Findings => {
            let filter = Filter::parse(query, &CsvOptions::PARAMETERS)?;
            csv::findings(backend, &filter, CsvOptions::parse(query)?).await
        }
        Report::Trend => {
            let (question, form) = (TrendQuestion::parse(query, parameters(format))?, Form::parse(query)?);
            let trend = backend.trend(&question.filter, question.by, question.metric).await?;
            let table = || csv::trend(&trend, form);
            finished(report, format, (trend.as_of, trend.data_version), table, &trend)
        }
        Report::Breakdown => {
            let (question, form) = (BreakdownQuestion::parse(query, parameters(format))?, Form::parse(query)?);
            let breakdown = backend.breakdown(&question.filter, question.by).await?;
            let table = || csv::breakdown(&breakdown, form);
            finished(report, format, (breakdown.as_of, breakdown.data_version), table, &breakdown)
        }
    }
}

const fn parameters(format: Format) -> &'static [&'static str] {
    match format {
        Format::Csv => &Form::PARAMETERS,
        Format::Json => &[],
    }
}

fn finished(
    report: Report,
    format: Format,
    (as_of, data_version): (Timestamp, u64),
    table: impl FnOnce() -> (Vec<u8>, usize),
    value: &impl Serialize,
) -> Result<Download, BackendError> {
    let (content, rows) = match format {
        Format::Csv => table(),
        Format::Json => (serde_json::to_vec(value).map_err(|error| crate::backend::broken(&error))?, 1),
    };
    let rows = i64::try_from(rows).unwrap_or(i64::MAX);
    Ok(Download::new(report, format, as_of, rows, data_version, Pieces::whole(content)))
}

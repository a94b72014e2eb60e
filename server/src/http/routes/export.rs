//! `GET /api/v1/export/{report}.{form}` and `GET /findings.csv`: reports as files.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::{MethodRouter, get};

use crate::export::{Format, Report, download};
use crate::http::App;
use crate::http::answer::file;
use crate::http::failure::Failure;

/// Where a report lives as a file.
pub fn path(report: Report, format: Format) -> String {
    format!("/api/v1/export/{}.{}", report.as_str(), format.as_str())
}

/// Every report in every form it comes in. Each takes what the report takes; a CSV takes `bom` and `guard` besides,
/// findings take `columns`.
pub fn files() -> Vec<(Cow<'static, str>, MethodRouter<Arc<App>>)> {
    let forms = |report: &Report| report.formats().iter().map(|format| (*report, *format)).collect::<Vec<_>>();
    let operation = |(report, format)| {
        let answer = move |State(state): State<Arc<App>>, RawQuery(query): RawQuery| async move {
            give(&state, report, format, query).await
        };
        (path(report, format).into(), get(answer))
    };
    Report::ALL.iter().flat_map(forms).map(operation).collect()
}

/// Every finding of a filter. Takes the filter, `bom`, `guard` and `columns`.
pub async fn findings(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    give(&state, Report::Findings, Format::Csv, query).await
}

async fn give(state: &App, report: Report, format: Format, query: Option<String>) -> Result<Response, Failure> {
    Ok(file(download(&state.backend, report, format, &query.unwrap_or_default()).await?))
}

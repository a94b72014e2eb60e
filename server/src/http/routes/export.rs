//! `GET /api/v1/export/….csv` and `GET /findings.csv`: reports as files.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::export::{Format, Report, download};
use crate::http::App;
use crate::http::answer::file;
use crate::http::failure::Failure;

async fn csv(state: &App, report: Report, query: Option<String>) -> Result<Response, Failure> {
    let download = download(&state.backend, report, Format::Csv, &query.unwrap_or_default()).await?;
    Ok(file(download))
}

/// Every finding of a filter. Takes the filter, `bom`, `guard` and `columns`.
pub async fn findings(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    csv(&state, Report::Findings, query).await
}

/// Takes what the trend takes, `bom` and `guard`.
pub async fn trend(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    csv(&state, Report::Trend, query).await
}

/// Takes what the breakdown takes, `bom` and `guard`.
pub async fn breakdown(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    csv(&state, Report::Breakdown, query).await
}

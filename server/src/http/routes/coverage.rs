//! `GET /api/v1/coverage`, `/api/v1/coverage/families` and `/api/v1/coverage/services`: where GuardDuty's agent runs.

use std::sync::Arc;

use app::backend::Backend;
use app::model::Filter;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::http::App;
use crate::http::answer::json;
use crate::http::failure::Failure;
use crate::question::VerdictQuestion;

/// Takes a filter.
pub async fn coverage(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let filter = Filter::parse(&query.unwrap_or_default(), &[])?;
    let coverage = state.backend.coverage(&filter).await?;
    json(&coverage, coverage.data_version)
}

/// Takes a filter and `verdict`.
pub async fn families(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let question = VerdictQuestion::parse(&query.unwrap_or_default(), &[])?;
    let families = state.backend.family_coverage(&question.filter, &question.choice).await?;
    json(&families, families.data_version)
}

/// Takes a filter and `verdict`.
pub async fn services(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let question = VerdictQuestion::parse(&query.unwrap_or_default(), &[])?;
    let services = state.backend.service_coverage(&question.filter, &question.choice).await?;
    json(&services, services.data_version)
}

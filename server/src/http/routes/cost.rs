//! `GET /api/v1/cost`, `/api/v1/cost/projection`, `/api/v1/cost/trials.ics`.

use std::sync::Arc;

use app::backend::Backend;
use app::model::CostView;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use crate::cost::calendar::calendar;
use crate::http::App;
use crate::http::answer::{DATA_VERSION, json as answer};
use crate::http::failure::Failure;
use crate::question::PictureQuestion;

/// Everything about costs. Takes `account`, `region`, `feature`, what-if and quotes.
pub async fn cost(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let view = CostView::parse(&query.unwrap_or_default(), &[])?;
    let report = state.backend.cost(&view).await?;
    answer(&report, report.data_version)
}

/// Estimates by account, Region and feature.
pub async fn projection(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let view = CostView::parse(&query.unwrap_or_default(), &[])?;
    let report = state.backend.cost(&view).await?;
    answer(&report.projection, report.data_version)
}

/// The ends of trials as a calendar file. Takes what the projection takes, and `lang`.
pub async fn trials(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let query = query.unwrap_or_default();
    let language = PictureQuestion::parse(&query)?.language;
    let view = CostView::parse(&query, &["lang"])?;
    let report = state.backend.cost(&view).await?;
    let file = calendar(&report.projection.rows, report.as_of, language.text());
    let headers = [
        (CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"yagura-guardduty-trials.ics\""),
    ];
    Ok((headers, [(DATA_VERSION, report.data_version.to_string())], file).into_response())
}

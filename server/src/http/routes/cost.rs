//! `GET /api/v1/cost`, `/api/v1/cost/projection`, `/api/v1/cost/trials.ics`, `POST /api/v1/cost/sync`.

use std::sync::Arc;

use app::backend::Backend;
use app::model::CostView;
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, StatusCode};
use serde_json::json;

use crate::cost::calendar::calendar;
use crate::http::App;
use crate::http::answer::{DATA_VERSION, json as answer};
use crate::http::failure::Failure;
use crate::http::origin;
use crate::question::{PictureQuestion, takes_nothing};

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

/// Asks AWS now and does not wait for it: 202. A form without script is sent back to the page.
pub async fn ask_now(
    State(state): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    takes_nothing(&query.unwrap_or_default(), &[])?;
    origin::check(&headers)?;
    state.syncer.request_cost_now();
    if origin::text(&headers, ACCEPT.as_str()).is_some_and(|accept| accept.contains("text/html")) {
        return Ok(Redirect::to("/cost#asked").into_response());
    }
    Ok((StatusCode::ACCEPTED, [(LOCATION, "/api/v1/cost")], Json(json!({"status": "requested"}))).into_response())
}

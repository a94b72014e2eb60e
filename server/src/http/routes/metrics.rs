//! `GET /metrics`: for Prometheus.

use std::sync::Arc;

use app::backend::Backend;
use axum::extract::State;
use axum::response::IntoResponse;
use http::header::CONTENT_TYPE;

use crate::backend::broken;
use crate::http::App;
use crate::http::failure::Failure;
use crate::telemetry::metrics::{CONTENT_TYPE as FORMAT, Readings};

/// Takes nothing.
pub async fn metrics(State(state): State<Arc<App>>) -> Result<impl IntoResponse, Failure> {
    let (status, findings) = (state.backend.status().await?, state.backend.inventory().await?);
    let (runs, requests) = (state.syncer.runs(), state.syncer.counters());
    let rollup_repairs = state.backend.store().rollup_repairs();
    let readings = Readings { status: &status, findings: &findings, runs, requests, rollup_repairs };
    let text = state.backend.metrics().text(&readings).map_err(|error| Failure::from(broken(&error)))?;
    Ok(([(CONTENT_TYPE, FORMAT)], text))
}

//! `GET /healthz` and `GET /readyz`: whether the process lives, and whether its answers mean something.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use http::StatusCode;
use serde_json::json;
use tokio::time::timeout;

use crate::http::App;
use crate::http::failure::Failure;

/// A probe gives up after a few seconds; its reason should reach it before.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process answers.
pub async fn alive() -> impl IntoResponse {
    Json(json!({"status": "ok"}))
}

/// The database answers a query, and a pull of everything has been tried since the start. Trouble with writing is told
/// and is no reason to be unready: what is there can be read, and a restart would not help.
pub async fn ready(State(state): State<Arc<App>>) -> Result<impl IntoResponse, Failure> {
    let unready = |detail: &str| Failure::new(StatusCode::SERVICE_UNAVAILABLE, detail);
    match timeout(PATIENCE, state.backend.store().read(|snapshot| Ok(snapshot.data_version()))).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => return Err(unready(error.safe_text())),
        Err(_elapsed) => return Err(unready("the database did not answer in time")),
    }
    if !state.syncer.first_pull_tried() {
        return Err(unready("the first pull has not been tried yet"));
    }
    let store = state.backend.store();
    let set_aside: Vec<String> = store.logs_set_aside().into_iter().map(|log| log.name).collect();
    Ok(Json(json!({
        "status": "ready",
        "write_trouble": store.write_trouble(),
        "logs_set_aside": set_aside,
    })))
}

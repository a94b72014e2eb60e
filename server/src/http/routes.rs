//! One file per operation.

pub mod assets;
pub mod breakdown;
pub mod chart;
pub mod drift;
pub mod export;
pub mod filters;
pub mod finding;
pub mod findings;
pub mod health;
pub mod metrics;
pub mod openapi;
pub mod pages;
pub mod rejects;
pub mod status;
pub mod sync;
pub mod trend;

use std::sync::Arc;

use axum::routing::{MethodRouter, get, post};

use super::App;

type Operation = (&'static str, MethodRouter<Arc<App>>);

/// Reports of the API: answers that stay good until the data changes.
pub fn reports() -> Vec<Operation> {
    vec![
        ("/api/openapi.json", get(openapi::openapi)),
        ("/api/v1/findings", get(findings::findings)),
        ("/api/v1/findings/{id}", get(finding::finding)),
        ("/api/v1/breakdown", get(breakdown::breakdown)),
        ("/api/v1/trend", get(trend::trend)),
        ("/api/v1/filters", get(filters::filters)),
        ("/api/v1/drift", get(drift::drift)),
        ("/api/v1/status", get(status::status)),
        ("/api/v1/status/rejects", get(rejects::rejects)),
        ("/api/v1/charts/trend.svg", get(chart::trend)),
    ]
}

/// Files and writes of the API.
pub fn operations() -> Vec<Operation> {
    vec![
        ("/api/v1/export/findings.csv", get(export::findings)),
        ("/api/v1/export/trend.csv", get(export::trend)),
        ("/api/v1/export/breakdown.csv", get(export::breakdown)),
        ("/api/v1/sync", post(sync::pull_now)),
    ]
}

//! One file per operation.

pub mod assets;
pub mod breakdown;
pub mod chart;
pub mod cost;
pub mod coverage;
pub mod drift;
pub mod export;
pub mod filters;
pub mod finding;
pub mod findings;
pub mod groups;
pub mod health;
pub mod heatmap;
pub mod layers;
pub mod metrics;
pub mod movers;
pub mod news;
pub mod openapi;
pub mod pack;
pub mod pages;
pub mod radar;
pub mod rejects;
pub mod share_pages;
pub mod shares;
pub mod speculation;
pub mod status;
pub mod sync;
pub mod trend;
pub mod version;
pub mod view_forms;
pub mod views;

use std::borrow::Cow;
use std::sync::Arc;

use axum::routing::{MethodRouter, get, post};

use super::App;

type Operation = (Cow<'static, str>, MethodRouter<Arc<App>>);

/// Reports of the API: answers that stay good until something is committed. Saved views are written at their own
/// addresses.
pub fn reports() -> Vec<Operation> {
    [
        ("/api/openapi.json", get(openapi::openapi)),
        ("/api/v1/findings", get(findings::findings)),
        ("/api/v1/findings/{id}", get(finding::finding)),
        ("/api/v1/breakdown", get(breakdown::breakdown)),
        ("/api/v1/groups", get(groups::groups)),
        ("/api/v1/trend", get(trend::trend)),
        ("/api/v1/filters", get(filters::filters)),
        ("/api/v1/filters/{field}", get(filters::values)),
        ("/api/v1/drift", get(drift::drift)),
        ("/api/v1/status", get(status::status)),
        ("/api/v1/status/rejects", get(rejects::rejects)),
        ("/api/v1/views", get(views::list).post(views::add)),
        ("/api/v1/views/{id}", get(views::one).put(views::replace).patch(views::rename).delete(views::remove)),
        ("/api/v1/heatmap", get(heatmap::heatmap)),
        ("/api/v1/movers", get(movers::movers)),
        ("/api/v1/layers", get(layers::layers)),
        ("/api/v1/news", get(news::news)),
        ("/api/v1/radar", get(radar::radar)),
        ("/api/v1/cost", get(cost::cost)),
        ("/api/v1/cost/projection", get(cost::projection)),
        ("/api/v1/cost/trials.ics", get(cost::trials)),
        ("/api/v1/coverage", get(coverage::coverage)),
        ("/api/v1/coverage/families", get(coverage::families)),
        ("/api/v1/coverage/services", get(coverage::services)),
        ("/api/v1/charts/cost.svg", get(chart::cost_svg)),
        ("/api/v1/charts/cost.png", get(chart::cost_png)),
        ("/api/v1/charts/coverage.svg", get(chart::coverage_svg)),
        ("/api/v1/charts/coverage.png", get(chart::coverage_png)),
        ("/api/v1/charts/trend.svg", get(chart::trend_svg)),
        ("/api/v1/charts/trend.png", get(chart::trend_png)),
        ("/api/v1/charts/heatmap.svg", get(chart::heatmap_svg)),
        ("/api/v1/charts/heatmap.png", get(chart::heatmap_png)),
    ]
    .map(|(path, operation)| (path.into(), operation))
    .to_vec()
}

/// Files and writes of the API.
pub fn operations() -> Vec<Operation> {
    let others = [
        ("/api/v1/sync".into(), post(sync::pull_now)),
        ("/api/v1/cost/sync".into(), post(sync::cost_now)),
        ("/api/v1/export/pack.zip".into(), get(pack::pack)),
        // Has a tag of its own: it changes with the data and nothing else.
        ("/api/v1/version".into(), get(version::version)),
    ];
    export::files().into_iter().chain(shares::operations()).chain(others).collect()
}

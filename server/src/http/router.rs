//! The composition root of HTTP: every route and, outermost first, everything that happens around them.

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

use super::middleware::{
    check_host, compression, keep, limit, observe, panicked, render_failures, revalidate, secure_headers,
};
use super::routes::{self, assets, export, health, metrics, pages, share_pages, speculation, view_forms};
use super::{App, outside};

/// Serves the whole application.
pub fn router(app: App) -> Router {
    let app = Arc::new(app);
    let mut kept = Router::new().fallback(get(pages::page));
    for path in pages::PATHS {
        kept = kept.route(path, get(pages::page));
    }
    kept = kept.layer(from_fn_with_state(Arc::clone(&app), keep));
    for (path, operation) in routes::reports() {
        kept = kept.route(&path, operation);
    }
    let kept = kept.layer(from_fn_with_state(Arc::clone(&app), revalidate));
    let mut fresh = Router::new()
        .route("/findings.csv", get(export::findings))
        .route("/assets/{name}", get(assets::asset))
        .route("/views", get(view_forms::all).post(view_forms::save))
        .route("/views/{id}", get(view_forms::open))
        .route("/views/{id}/rename", post(view_forms::rename))
        .route("/views/{id}/delete", post(view_forms::delete))
        .route("/shares", get(share_pages::list).post(share_pages::create))
        .route("/shares/new", get(share_pages::new))
        .route("/shares/preview", get(share_pages::preview))
        .route("/shares/{id}/{action}", post(share_pages::act))
        .route(speculation::PATH, get(speculation::rules))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::metrics));
    for (path, operation) in routes::operations() {
        fresh = fresh.route(&path, operation);
    }
    let around = ServiceBuilder::new()
        .layer(from_fn_with_state(Arc::clone(&app), observe))
        .layer(from_fn(secure_headers))
        .layer(compression())
        .layer(from_fn_with_state(Arc::clone(&app), render_failures))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(Arc::clone(&app), check_host))
        .layer(from_fn_with_state(Arc::clone(&app), limit));
    let outside = outside::router(&app);
    kept.merge(fresh).layer(around).merge(outside).with_state(app)
}

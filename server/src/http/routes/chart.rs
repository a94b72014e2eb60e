//! `GET /api/v1/charts/…`: reports as pictures that stand alone, as SVG and as PNG.

use std::sync::Arc;

use app::backend::Backend;
use app::format::Reader;
use app::model::Filter;
use app::page::Theme;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use tokio::task::spawn_blocking;

use crate::backend::broken;
use crate::chart::{Picture, cost_picture, coverage_picture, heatmap_picture, png, trend_picture};
use crate::http::App;
use crate::http::answer::DATA_VERSION;
use crate::http::failure::Failure;
use crate::question::{CostPictureQuestion, HeatmapQuestion, PictureQuestion, TrendQuestion};

/// The drawing brings its own colours, and may do nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Svg,
    Png,
}

/// Takes what the trend takes, `lang` and `theme`.
pub async fn trend_svg(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    trend(&state, Form::Svg, &query.unwrap_or_default()).await
}

/// Takes what the trend takes, `lang` and `theme`.
pub async fn trend_png(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    trend(&state, Form::Png, &query.unwrap_or_default()).await
}

/// Takes what the heat map takes, `lang` and `theme`.
pub async fn heatmap_svg(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    heatmap(&state, Form::Svg, &query.unwrap_or_default()).await
}

/// Takes what the heat map takes, `lang` and `theme`.
pub async fn heatmap_png(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    heatmap(&state, Form::Png, &query.unwrap_or_default()).await
}

/// Takes a filter, `lang` and `theme`.
pub async fn coverage_svg(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    coverage(&state, Form::Svg, &query.unwrap_or_default()).await
}

/// Takes a filter, `lang` and `theme`.
pub async fn coverage_png(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    coverage(&state, Form::Png, &query.unwrap_or_default()).await
}

/// Takes what costs take, `chart`, `lang` and `theme`.
pub async fn cost_svg(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    cost(&state, Form::Svg, &query.unwrap_or_default()).await
}

/// Takes what costs take, `chart`, `lang` and `theme`.
pub async fn cost_png(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    cost(&state, Form::Png, &query.unwrap_or_default()).await
}

async fn cost(state: &App, form: Form, query: &str) -> Result<Response, Failure> {
    let look = PictureQuestion::parse(query)?;
    let question = CostPictureQuestion::parse(query, &PictureQuestion::PARAMETERS)?;
    let report = state.backend.cost(&question.view).await?;
    let reader = reader(state, &question.view.filter, look, report.as_of);
    let picture = cost_picture(&report, question.chart, &reader, theme(look, form));
    answer(state, form, picture, report.data_version).await
}

async fn coverage(state: &App, form: Form, query: &str) -> Result<Response, Failure> {
    let look = PictureQuestion::parse(query)?;
    let filter = Filter::parse(query, &PictureQuestion::PARAMETERS)?;
    let coverage = state.backend.coverage(&filter).await?;
    let reader = reader(state, &filter, look, coverage.as_of);
    let picture = coverage_picture(&coverage, &reader, theme(look, form));
    answer(state, form, picture, coverage.data_version).await
}

async fn trend(state: &App, form: Form, query: &str) -> Result<Response, Failure> {
    let look = PictureQuestion::parse(query)?;
    let question = TrendQuestion::parse(query, &PictureQuestion::PARAMETERS)?;
    let trend = state.backend.trend(&question.filter, question.by, question.metric).await?;
    let reader = reader(state, &question.filter, look, trend.as_of);
    let picture = trend_picture(&trend, &reader, theme(look, form));
    answer(state, form, picture, trend.data_version).await
}

async fn heatmap(state: &App, form: Form, query: &str) -> Result<Response, Failure> {
    let look = PictureQuestion::parse(query)?;
    let question = HeatmapQuestion::parse(query, &PictureQuestion::PARAMETERS)?;
    let heatmap = state.backend.heatmap(&question.filter, question.rows, question.columns).await?;
    let reader = reader(state, &question.filter, look, heatmap.as_of);
    let picture = heatmap_picture(&heatmap, &reader, theme(look, form));
    answer(state, form, picture, heatmap.data_version).await
}

fn reader(state: &App, filter: &Filter, look: PictureQuestion, as_of: jiff::Timestamp) -> Reader {
    let zone = filter.time_zone.clone().unwrap_or_else(|| state.backend.time_zone());
    Reader::new(look.language, &zone, as_of)
}

/// Pixels follow nobody's scheme.
fn theme(look: PictureQuestion, form: Form) -> Theme {
    match (look.theme.unwrap_or_default(), form) {
        (Theme::Auto, Form::Png) => Theme::Light,
        (theme, _) => theme,
    }
}

async fn answer(state: &App, form: Form, picture: Picture, data_version: u64) -> Result<Response, Failure> {
    let version = [(DATA_VERSION, data_version.to_string())];
    if form == Form::Svg {
        let headers = [(CONTENT_TYPE, "image/svg+xml"), (CONTENT_SECURITY_POLICY, POLICY)];
        return Ok((headers, version, picture.svg).into_response());
    }
    let busy = || Failure::new(StatusCode::SERVICE_UNAVAILABLE, "too many pictures at once; try again in a moment");
    let permit = Arc::clone(&state.easels).acquire_owned().await.map_err(|_| busy())?;
    let painted = spawn_blocking(move || {
        // Until the last pixel, even when nobody waits any more.
        let _permit = permit;
        png(&picture)
    });
    let image = painted.await.map_err(|error| Failure::from(broken(&error)))?;
    let image = image.map_err(|error| Failure::from(broken(&error)))?;
    Ok(([(CONTENT_TYPE, "image/png")], version, image).into_response())
}

//! `/api/v1/shares` and what is below it: shares as those who manage them see them.

use std::borrow::Cow;
use std::sync::Arc;

use app::backend::BackendError;
use app::model::{Share, ShareFormat, ShareState};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::http::App;
use crate::http::answer::{DATA_VERSION, json as answer_json};
use crate::http::failure::Failure;
use crate::http::origin;
use crate::question::takes_nothing;
use crate::share::answer::answer;
use crate::share::draft::{Draft, Given};
use crate::share::forms::{content_type, render};
use crate::share::look::Look;
use crate::share::registry::Made;
use crate::store::{KeptShare, ShareChange, ShareRefusal};

/// Where a view lives for those who know its share's id, in each form.
pub fn view_path(format: ShareFormat) -> String {
    format!("/api/v1/shares/{{id}}/view.{format}")
}

/// The operations with their addresses.
pub fn operations() -> Vec<(Cow<'static, str>, MethodRouter<Arc<App>>)> {
    let mut all: Vec<(Cow<'static, str>, MethodRouter<Arc<App>>)> = vec![
        ("/api/v1/shares".into(), get(list).post(add)),
        ("/api/v1/shares/{id}".into(), get(one).delete(revoke)),
        ("/api/v1/shares/{id}/pause".into(), post(pause)),
        ("/api/v1/shares/{id}/resume".into(), post(resume)),
        ("/api/v1/shares/{id}/rotate".into(), post(rotate)),
    ];
    all.extend(ShareFormat::ALL.iter().map(|&format| {
        let operation = move |State(state): State<Arc<App>>, Path(id): Path<String>, RawQuery(query): RawQuery| async move {
            view(&state, &id, format, &query.unwrap_or_default()).await
        };
        (view_path(format).into(), get(operation))
    }));
    all
}

/// Every share. It tells of uses, so it is never kept.
async fn list(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    takes_nothing(&query.unwrap_or_default(), &[])?;
    let shares = state.registry.list().await?;
    answer_json(&shares, shares.data_version)
}

async fn one(
    State(state): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    takes_nothing(&query.unwrap_or_default(), &[])?;
    let shares = state.registry.list().await?;
    let share = shares.shares.into_iter().find(|share| share.id == id);
    answer_json(&share.ok_or_else(|| missing(&id))?, shares.data_version)
}

/// Makes a share: 201 with its link, which is told this once.
async fn add(
    State(state): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    takes_nothing(&query.unwrap_or_default(), &[])?;
    origin::check(&headers)?;
    let media = origin::text(&headers, CONTENT_TYPE.as_str()).and_then(|given| given.split(';').next());
    if media.is_none_or(|media| !media.trim().eq_ignore_ascii_case("application/json")) {
        return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send a share as application/json"));
    }
    let given: Given = serde_json::from_slice(&body)
        .map_err(|error| Failure::new(StatusCode::BAD_REQUEST, format!("the body is not a share: {error}")))?;
    let made = state.registry.create(Draft::new(&given)?, actor(&headers)).await?.map_err(refused)?;
    let location = format!("/api/v1/shares/{}", made.share.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(told(&state, &made))).into_response())
}

async fn revoke(
    State(state): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    change(&state, &query.unwrap_or_default(), &headers, ShareChange::Revoke(id)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn pause(
    State(state): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let share = change(&state, &query.unwrap_or_default(), &headers, ShareChange::Pause(id)).await?;
    Ok(Json(share).into_response())
}

async fn resume(
    State(state): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let share = change(&state, &query.unwrap_or_default(), &headers, ShareChange::Resume(id)).await?;
    Ok(Json(share).into_response())
}

/// Gives a share another link, which is told this once.
async fn rotate(
    State(state): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    takes_nothing(&query.unwrap_or_default(), &[])?;
    origin::check(&headers)?;
    let made = state.registry.rotate(&id, actor(&headers)).await?.map_err(refused)?;
    Ok(Json(told(&state, &made)).into_response())
}

/// What is behind the link, for those who know the share's id: files for commands that run now and then.
async fn view(state: &App, id: &str, format: ShareFormat, query: &str) -> Result<Response, Failure> {
    takes_nothing(query, &Look::PARAMETERS)?;
    let kept = state.registry.by_id(id).await?.ok_or_else(|| missing(id))?;
    let rendered = answered(state, &kept, format, query).await?;
    let headers = [(CONTENT_TYPE, HeaderValue::from_static(content_type(format)))];
    Ok((headers, [(DATA_VERSION, HeaderValue::from(rendered.data_version))], rendered.body).into_response())
}

/// A view of a live share.
async fn answered(
    state: &App,
    kept: &KeptShare,
    format: ShareFormat,
    query: &str,
) -> Result<crate::share::forms::Rendered, Failure> {
    let share = &kept.share;
    let now = state.backend.clock().now();
    match share.state(now) {
        ShareState::Live if share.formats.contains(&format) => {}
        ShareState::Live => {
            let detail = format!("share `{}` is not given as {format}", share.id);
            return Err(Failure::new(StatusCode::NOT_FOUND, detail));
        }
        state => return Err(Failure::new(StatusCode::GONE, format!("share `{}` is {state}", share.id))),
    }
    let look = Look::of(share, query);
    let look = if format == ShareFormat::Html { look } else { look.of_picture(format == ShareFormat::Svg) };
    let shared = answer(&state.outside.backend, kept).await?;
    let _easel = if format == ShareFormat::Png { state.easels.acquire().await.ok() } else { None };
    Ok(render(shared, format, look, None).await?)
}

async fn change(state: &App, query: &str, headers: &HeaderMap, change: ShareChange) -> Result<Share, Failure> {
    takes_nothing(query, &[])?;
    origin::check(headers)?;
    state.registry.change(change, actor(headers)).await?.map_err(refused)
}

/// A command says that it is one.
fn actor(headers: &HeaderMap) -> &'static str {
    if origin::text(headers, origin::OWN_HEADER) == Some("cli") { "cli" } else { "api" }
}

fn told(state: &App, made: &Made) -> Value {
    let url = state.registry.setting().url(made.token.as_str(), ShareFormat::Html);
    json!({
        "id": made.share.id,
        "token": made.token.as_str(),
        "url": url,
        "expires_at": made.share.expires_at,
        "share": made.share,
    })
}

fn missing(id: &str) -> Failure {
    BackendError::NotFound(format!("share `{id}`")).into()
}

/// Why a share stays as it is.
pub fn refused(refusal: ShareRefusal) -> Failure {
    let (status, detail) = match refusal {
        ShareRefusal::Full => (StatusCode::CONFLICT, "there are as many shares as there may be; revoke some"),
        ShareRefusal::Missing => (StatusCode::NOT_FOUND, "no share has this id"),
        ShareRefusal::Revoked => (StatusCode::CONFLICT, "this share was revoked, which cannot be undone"),
    };
    Failure::new(status, detail)
}

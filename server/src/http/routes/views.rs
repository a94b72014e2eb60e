//! `/api/v1/views` and `/api/v1/views/{id}`: named addresses of pages.

use std::sync::Arc;

use app::backend::{Backend, BackendError};
use app::model::saved::view_name;
use app::model::{SavedView, ViewDraft};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::http::App;
use crate::http::answer::json;
use crate::http::failure::Failure;
use crate::http::origin;
use crate::question::takes_nothing;
use crate::store::ViewRefusal;

/// What a program sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    name: String,
    page: String,
    #[serde(default)]
    query: String,
}

/// What a program sends to rename.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

/// Every view, by name.
pub async fn list(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    takes_nothing(&query.unwrap_or_default(), &[])?;
    let views = state.backend.saved_views().await?;
    json(&views, views.data_version)
}

/// One view.
pub async fn one(
    State(state): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    takes_nothing(&query.unwrap_or_default(), &[])?;
    let views = state.backend.saved_views().await?;
    json(&known(views.views, &id)?, views.data_version)
}

/// Saves a view: 201 with its address.
pub async fn add(
    State(state): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    takes_nothing(&query.unwrap_or_default(), &[])?;
    let draft = draft(&headers, &body)?;
    let view = state.backend.add_view(draft).await?.map_err(refused)?;
    let location = format!("/api/v1/views/{}", view.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(view)).into_response())
}

/// Replaces name, page and query of a view.
pub async fn replace(
    State(state): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    takes_nothing(&query.unwrap_or_default(), &[])?;
    let draft = draft(&headers, &body)?;
    let view = state.backend.replace_view(&id, draft).await?.map_err(refused)?;
    Ok(Json(view).into_response())
}

/// Gives a view another name and leaves its address alone.
pub async fn rename(
    State(state): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    takes_nothing(&query.unwrap_or_default(), &[])?;
    let Named { name } = given(&headers, &body)?;
    let view = state.backend.rename_view(&id, view_name(&name)?).await?.map_err(refused)?;
    Ok(Json(view).into_response())
}

/// Forgets a view: 204.
pub async fn remove(
    State(state): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    takes_nothing(&query.unwrap_or_default(), &[])?;
    origin::check(&headers)?;
    state.backend.remove_view(&id).await?.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The view of an id.
pub fn known(views: Vec<SavedView>, id: &str) -> Result<SavedView, Failure> {
    let found = views.into_iter().find(|view| view.id == id);
    found.ok_or_else(|| BackendError::NotFound(format!("saved view `{id}`")).into())
}

/// Why a view stays as it is.
pub fn refused(refusal: ViewRefusal) -> Failure {
    let (status, detail) = match refusal {
        ViewRefusal::NameTaken => (StatusCode::CONFLICT, "another saved view has this name"),
        ViewRefusal::Full => (StatusCode::CONFLICT, "there are as many saved views as there may be; remove some"),
        ViewRefusal::Missing => (StatusCode::NOT_FOUND, "no saved view has this id"),
    };
    let mut failure = Failure::new(status, detail);
    failure.parameter = (refusal == ViewRefusal::NameTaken).then(|| "name".to_owned());
    failure
}

fn draft(headers: &HeaderMap, body: &[u8]) -> Result<ViewDraft, Failure> {
    let given: Given = given(headers, body)?;
    Ok(ViewDraft::new(&given.name, &given.page, &given.query)?)
}

fn given<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, Failure> {
    origin::check(headers)?;
    let media = origin::text(headers, CONTENT_TYPE.as_str()).and_then(|given| given.split(';').next());
    if media.is_none_or(|media| !media.trim().eq_ignore_ascii_case("application/json")) {
        return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send a view as application/json"));
    }
    serde_json::from_slice(body)
        .map_err(|error| Failure::new(StatusCode::BAD_REQUEST, format!("the body is not a view: {error}")))
}

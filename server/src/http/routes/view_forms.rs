//! Saved views for people: forms without script, and short addresses.
//!
//! Every answer leads to a page of ours: what a form says about addresses is read as a page and its canonical query.

use std::borrow::Cow;
use std::sync::Arc;

use app::backend::Backend;
use app::model::saved::{address, view_name};
use app::model::{FilterError, ViewDraft, ViewPage};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Redirect;
use http::HeaderMap;

use super::views::{known, refused};
use crate::http::App;
use crate::http::failure::Failure;
use crate::http::origin;

/// `GET /views`: the page that lists them.
pub async fn all() -> Redirect {
    Redirect::to(ViewPage::Findings.as_str())
}

/// `GET /views/{id}`: to the view's address as it is now.
pub async fn open(State(state): State<Arc<App>>, Path(id): Path<String>) -> Result<Redirect, Failure> {
    let views = state.backend.saved_views().await?.views;
    Ok(Redirect::to(&known(views, &id)?.href()))
}

/// `POST /views`: saves `name`, `page` and `query`, and shows the view.
pub async fn save(State(state): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Result<Redirect, Failure> {
    origin::check(&headers)?;
    let draft = ViewDraft::new(&given(&body, "name"), &given(&body, "page"), &given(&body, "query"))?;
    let view = state.backend.add_view(draft).await?.map_err(refused)?;
    Ok(Redirect::to(&view.href()))
}

/// `POST /views/{id}/rename`: gives the view the `name` and goes back to `page` and `query`.
pub async fn rename(
    State(state): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Redirect, Failure> {
    origin::check(&headers)?;
    let back = back(&body)?;
    let name = view_name(&given(&body, "name"))?;
    state.backend.rename_view(&id, name).await?.map_err(refused)?;
    Ok(Redirect::to(&back))
}

/// `POST /views/{id}/delete`: forgets the view and goes back to `page` and `query`.
pub async fn delete(
    State(state): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Redirect, Failure> {
    origin::check(&headers)?;
    let back = back(&body)?;
    state.backend.remove_view(&id).await?.map_err(refused)?;
    Ok(Redirect::to(&back))
}

/// Where the reader was.
fn back(body: &[u8]) -> Result<String, FilterError> {
    let page: ViewPage = given(body, "page").parse().map_err(|error| FilterError::bad("page", error))?;
    Ok(address(page, &page.canonical(&given(body, "query"))?))
}

/// A field of a form; empty when it is missing.
fn given<'a>(body: &'a [u8], name: &str) -> Cow<'a, str> {
    form_urlencoded::parse(body).find(|(known, _)| known == name).map(|(_, value)| value).unwrap_or_default()
}

//! What people outside reach: `/e/{token}` in its forms, and `/oembed`. A router of its own with middleware of its own.
//!
//! No cookie is read or set, no header of the reader's has a say in what is shown, nothing of the application's pages is
//! sent along. Everything shown comes through `share::answer`.

mod body;
mod headers;
mod oembed;
mod shelf;
mod view;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::backend::BackendError;
use app::model::ShareFormat;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

use super::App;
use super::failure::Failure;
use super::middleware::{check_host, observe, panicked};
use crate::backend::YaguraBackend;
use crate::backend::cache::Cache;
use crate::config::Config;
use crate::share::look::Look;
use crate::share::pace::Pace;
use shelf::Shelf;

/// Answers for people outside that are made at the same time; others wait a while.
const ROOM: usize = 64;
/// How long they wait.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bodies of one link made anew per second; ten seconds' worth may come at once. There are more looks than anybody wants,
/// and each costs some milliseconds the first time.
const MAKINGS: u32 = 5;
/// Bodies made at the same time: who works here has the other processors.
const KITCHEN: usize = 1;
/// Pictures of dead links that are kept: every look there is of them.
const MOST_GONE: usize = 64;

/// A share in a form and a look. A record does not change what it shows, so its id stands for it.
type Wanted = (String, ShareFormat, Look);

/// What serving people outside takes besides the shares.
pub struct Outside {
    pub(super) backend: YaguraBackend,
    shelf: Shelf,
    /// Pictures of dead links: each is painted once.
    gone: Cache<(ShareFormat, Look), Vec<u8>>,
    of_link: Pace<String>,
    of_making: Pace<String>,
    of_address: Pace<IpAddr>,
    trusted_proxies: Vec<IpAddr>,
    room: Semaphore,
    kitchen: Semaphore,
    request_timeout: Duration,
}

impl Outside {
    /// With readers and kept answers of its own.
    pub fn new(backend: &YaguraBackend, config: &Config) -> Self {
        Self {
            backend: backend.for_outside(),
            shelf: Shelf::default(),
            gone: Cache::of(MOST_GONE),
            of_link: Pace::new(config.share.rate),
            of_making: Pace::new(MAKINGS),
            of_address: Pace::new(config.share.address_rate),
            trusted_proxies: config.http.trusted_proxies.clone(),
            room: Semaphore::new(ROOM),
            kitchen: Semaphore::new(KITCHEN),
            request_timeout: config.http.request_timeout,
        }
    }
}

/// The routes with everything that happens around them, outermost first.
pub fn router(app: &Arc<App>) -> Router<Arc<App>> {
    let around = ServiceBuilder::new()
        .layer(from_fn_with_state(Arc::clone(app), observe))
        .layer(from_fn(headers::plain))
        .layer(from_fn(render_failures))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(Arc::clone(app), check_host))
        .layer(from_fn_with_state(Arc::clone(app), limit));
    Router::new()
        // All of it: nothing below a link is a page of the application.
        .route("/e/{*name}", get(view::view))
        .route("/e/", get(view::none))
        .route("/e", get(view::none))
        .route("/oembed", get(oembed::oembed))
        .layer(around)
}

/// A failure as one line of text: what reads it is a frame, a picture or a program of somebody else.
async fn render_failures(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let Some(failure) = response.extensions_mut().remove::<Failure>() else { return response };
    let mut told = (failure.status, format!("{}\n", failure.detail)).into_response();
    let headers = told.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(after) = response.headers_mut().remove(RETRY_AFTER) {
        headers.insert(RETRY_AFTER, after);
    }
    told
}

/// A place, and an end to waiting.
async fn limit(State(state): State<Arc<App>>, request: Request, next: Next) -> Response {
    let outside = &state.outside;
    let busy = || Failure::new(StatusCode::SERVICE_UNAVAILABLE, "busy; try again in a moment").into_response();
    let Ok(Ok(_place)) = timeout(PATIENCE, outside.room.acquire()).await else { return busy() };
    timeout(outside.request_timeout, next.run(request)).await.unwrap_or_else(|_elapsed| busy())
}

/// Too fast: how long to wait.
fn too_fast(wait: Duration) -> Response {
    let seconds = wait.as_secs_f64().ceil().clamp(1.0, 3600.0);
    let mut response = Failure::new(StatusCode::TOO_MANY_REQUESTS, "too many requests; slow down").into_response();
    if let Ok(after) = HeaderValue::try_from(format!("{seconds:.0}")) {
        response.headers_mut().insert(RETRY_AFTER, after);
    }
    response
}

impl Outside {
    /// Whether an address may ask now.
    fn admits_address(&self, caller: Option<IpAddr>) -> Result<(), Duration> {
        caller.map_or(Ok(()), |caller| self.of_address.take(caller, Instant::now()))
    }

    /// Whether something new may be made for a link now.
    fn admits_making(&self, id: &str) -> Result<(), BackendError> {
        self.of_making.take(id.to_owned(), Instant::now()).map_err(|_wait| BackendError::Busy)
    }

    /// Whether a link may be asked now.
    fn admits_link(&self, id: &str) -> Result<(), Duration> {
        self.of_link.take(id.to_owned(), Instant::now())
    }
}

/// Nothing of a failure's cause goes outside.
fn failed(error: BackendError) -> Failure {
    match error {
        BackendError::Busy => Failure::new(StatusCode::SERVICE_UNAVAILABLE, "busy; try again in a moment"),
        error => {
            let reference = match &error {
                BackendError::Failed { reference } => format!("; the log knows it as {reference}"),
                _ => String::new(),
            };
            Failure::new(StatusCode::INTERNAL_SERVER_ERROR, format!("the view cannot be shown{reference}"))
        }
    }
}

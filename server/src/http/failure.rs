//! Why a request gets no answer, and the form in which its reader learns of it.

use app::backend::BackendError;
use app::model::FilterError;
use app::page::{PageRequest, Site, failure};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::json;

use super::presentation::Presentation;

/// Seconds after which a busy server may be asked again.
const PATIENCE: HeaderValue = HeaderValue::from_static("2");

/// A failure without a form. As a response it travels in the extensions, until [`render`] sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub status: StatusCode,
    /// Safe to show.
    pub detail: String,
    /// The parameter to blame.
    pub parameter: Option<String>,
}

impl Failure {
    /// A failure with a text for people.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), parameter: None }
    }

    /// Nothing lives at this address.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "there is nothing at this address")
    }
}

impl From<FilterError> for Failure {
    fn from(error: FilterError) -> Self {
        let parameter = Some(error.parameter().to_owned());
        Self { status: StatusCode::BAD_REQUEST, detail: error.to_string(), parameter }
    }
}

impl From<BackendError> for Failure {
    fn from(error: BackendError) -> Self {
        let status = match error {
            BackendError::BadFilter(error) => return error.into(),
            BackendError::NotFound(_) => StatusCode::NOT_FOUND,
            BackendError::Busy => StatusCode::SERVICE_UNAVAILABLE,
            BackendError::Failed { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, error.to_string())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Who reads the answers of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    Program,
    Person,
}

impl Reader {
    /// The API and the health checks are for programs, a file is for whoever asked for it, the rest is for people.
    pub fn of(path: &str, headers: &HeaderMap) -> Self {
        let wants_html = || {
            let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
            accept.is_some_and(|accept| accept.contains("text/html"))
        };
        let program =
            path == "/api" || path.starts_with("/api/") || matches!(path, "/healthz" | "/readyz" | "/metrics");
        let file = path == "/findings.csv" || path.starts_with("/assets/");
        if program || file && !wants_html() { Self::Program } else { Self::Person }
    }
}

/// Gives a failure its form: a problem document (RFC 9457) or a page. Other answers pass.
pub fn render(
    response: Response,
    reader: Reader,
    (path, query): (&str, &str),
    presentation: Presentation,
    site: &Site,
) -> Response {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let (mut head, body) = response.into_parts();
    let failure_of = head.extensions.remove::<Failure>();
    // The framework's own refusals are bare text.
    let bare = head.headers.get(CONTENT_TYPE).is_none_or(|given| given.as_bytes().starts_with(b"text/plain"));
    if failure_of.is_none() && !(is_error && bare) {
        return Response::from_parts(head, body);
    }
    let reason = failure_of.unwrap_or_else(|| Failure::new(status, usual_text(status)));
    let (content_type, content) = match reader {
        Reader::Program => ("application/problem+json", problem(&reason)),
        Reader::Person => {
            let (language, theme) = (presentation.language, presentation.theme);
            let request = PageRequest { path, query, language, theme, site, data_version: None };
            ("text/html; charset=utf-8", failure(&request, status.as_u16()).html)
        }
    };
    head.headers.remove(CONTENT_LENGTH);
    head.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    head.headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        head.headers.insert(RETRY_AFTER, PATIENCE);
    }
    Response::from_parts(head, Body::from(content))
}

fn problem(reason: &Failure) -> String {
    let title = reason.status.canonical_reason().unwrap_or("Error");
    let mut problem = json!({
        "type": "about:blank",
        "title": title,
        "status": reason.status.as_u16(),
        "detail": reason.detail,
    });
    if let Some(parameter) = &reason.parameter {
        problem["parameter"] = parameter.as_str().into();
    }
    problem.to_string()
}

fn usual_text(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "there is nothing at this address",
        StatusCode::METHOD_NOT_ALLOWED => "this address does not take that method; `Allow` names those it takes",
        _ => "the request could not be answered",
    }
}

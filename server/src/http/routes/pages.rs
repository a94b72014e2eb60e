//! Pages for people, at every address that is nothing else.

use std::sync::Arc;

use app::page::{PageRequest, answer};
use axum::extract::{Extension, State};
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, LOCATION};
use http::{StatusCode, Uri};

use super::speculation;
use crate::http::App;
use crate::http::failure::{Failure, Reader};
use crate::http::presentation::Presentation;

/// Patterns of the pages there are, for metrics. The pages themselves know every address.
pub const PATHS: [&str; 13] = [
    "/",
    "/findings",
    "/findings/{id}",
    "/clusters",
    "/clusters/{name}",
    "/families",
    "/families/{family}",
    "/categories",
    "/categories/{slug}",
    "/cost",
    "/coverage",
    "/layers",
    "/status",
];

/// Renders a page as a whole, so that its status is true.
pub async fn page(
    State(state): State<Arc<App>>,
    Extension(presentation): Extension<Presentation>,
    Extension(reader): Extension<Reader>,
    uri: Uri,
) -> Result<Response, Failure> {
    if let Some(target) = without_slash(&uri) {
        return Ok((StatusCode::PERMANENT_REDIRECT, [(LOCATION, target)]).into_response());
    }
    if reader == Reader::Program {
        return Err(Failure::not_found());
    }
    let request = PageRequest {
        path: uri.path(),
        query: uri.query().unwrap_or_default(),
        language: presentation.language,
        theme: presentation.theme,
        site: &state.site.site,
        // Read before the questions: a page is never older than it says.
        data_version: Some(state.backend.store().data_version()),
    };
    // A future that asks several questions at once is too large to be moved about.
    let page = Box::pin(answer(&state.backend, &state.charts, &request)).await;
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), speculation::HEADER];
    Ok((status, headers, page.html).into_response())
}

/// Where `/findings/` lives. `//host/` must not send anybody to `host`, nor must `/\host/`.
fn without_slash(uri: &Uri) -> Option<String> {
    let path = uri.path().strip_suffix('/')?.trim_end_matches('/');
    if path.is_empty() || path.starts_with("//") || path.contains('\\') {
        return None;
    }
    Some(uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}")))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use super::*;

    #[test]
    fn slashes_at_the_end_go_and_nobody_is_sent_away() {
        for (given, target) in [
            ("/findings/", Some("/findings")),
            ("/findings/?a=/", Some("/findings?a=/")),
            ("/findings//", Some("/findings")),
            ("/", None),
            ("/findings", None),
            ("//evil.test/", None),
        ] {
            let uri = Uri::builder().path_and_query(given).build().unwrap();
            assert_eq!(without_slash(&uri).as_deref(), target, "{given}");
        }
    }
}

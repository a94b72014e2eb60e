//! Gives failures their form, and remembers what a page's reader chose.

use std::any::Any;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::SET_COOKIE;

use crate::backend::broken;
use crate::http::App;
use crate::http::failure::{Failure, Reader, render};
use crate::http::presentation::Presentation;

/// Outside of everything that can fail.
pub async fn render_failures(State(state): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let (path, query) = (uri.path(), uri.query().unwrap_or_default());
    let reader = Reader::of(path, request.headers());
    let presentation = Presentation::of(query, request.headers());
    request.extensions_mut().insert(presentation);
    request.extensions_mut().insert(reader);
    let response = next.run(request).await;
    let mut response = render(response, reader, (path, query), presentation, &state.site.site);
    if reader == Reader::Person {
        for cookie in presentation.cookies(state.secure) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    response
}

/// A panic costs its request, not the server.
pub fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let text = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
    let error = format!("panic: {}", text.unwrap_or("without a text"));
    Failure::new(StatusCode::INTERNAL_SERVER_ERROR, broken(&error).to_string()).into_response()
}

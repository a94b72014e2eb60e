//! The page for a question without an answer: what went wrong and where to go.

use leptos::prelude::*;

use crate::backend::BackendError;
use crate::components::shell::{Document, Place};
use crate::format::Reader;
use crate::page::rendered;
use crate::text::fill;

/// HTTP status of a failed question.
pub fn status_of(error: &BackendError) -> u16 {
    match error {
        BackendError::BadFilter(_) => 400,
        BackendError::NotFound(_) => 404,
        BackendError::Busy => 503,
        BackendError::Failed { .. } => 500,
    }
}

/// A document that says what happened. `error` gives details where there are any.
pub fn document(reader: &Reader, status: u16, error: Option<&BackendError>) -> Document {
    let text = reader.text;
    let (heading, advice) = match status {
        400 => (text.fail_bad_heading, text.fail_bad_advice),
        403 => (text.fail_foreign_heading, text.fail_foreign_advice),
        404 => (text.fail_missing_heading, text.fail_missing_advice),
        405 => (text.fail_method_heading, text.fail_missing_advice),
        409 => (text.fail_taken_heading, text.fail_taken_advice),
        429 | 503 => (text.fail_busy_heading, text.fail_busy_advice),
        _ => (text.fail_other_heading, text.fail_other_advice),
    };
    let detail = match error {
        Some(BackendError::BadFilter(error)) => Some(error.to_string()),
        Some(BackendError::Failed { reference }) => Some(fill(text.fail_reference, &[("reference", reference)])),
        _ => None,
    };
    let detail = detail.map(|detail| view! { <p class="failure-detail"><code>{detail}</code></p> });
    let main = || {
        view! {
            <section class="failure">
                <p class="failure-status" aria-hidden="true">{status.to_string()}</p>
                <h1>{heading}</h1>
                {detail}
                <p>{advice}</p>
                <p class="failure-ways">
                    <a class="button" href="/">{text.nav_overview}</a>
                    <a class="button" href="/findings">{text.nav_findings}</a>
                </p>
            </section>
        }
        .into_any()
    };
    Document { place: Place::Elsewhere, title: heading.to_owned(), main: rendered(main), refresh_seconds: None }
}

//! Answers with a body, as programs get them.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Serialize;

use super::failure::Failure;
use crate::backend::broken;
use crate::export::Download;

/// The version of the data an answer was made from.
pub const DATA_VERSION: &str = "x-yagura-data-version";
/// Records of a file, known before the first of them is sent.
const ROW_COUNT: &str = "x-yagura-row-count";

/// A report as JSON.
pub fn json(value: &impl Serialize, data_version: u64) -> Result<Response, Failure> {
    let content = serde_json::to_vec(value).map_err(|error| Failure::from(broken(&error)))?;
    let headers = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    Ok((headers, [(DATA_VERSION, HeaderValue::from(data_version))], content).into_response())
}

/// A file to keep.
pub fn file(download: Download) -> Response {
    let Download { file_name, format, rows, data_version, pieces } = download;
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{file_name}\""));
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    // A name of ours is always a valid value.
    if let Ok(disposition) = disposition {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    headers.insert(ROW_COUNT, HeaderValue::from(rows));
    headers.insert(DATA_VERSION, HeaderValue::from(data_version));
    response
}

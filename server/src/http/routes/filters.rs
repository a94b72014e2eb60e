//! `GET /api/v1/filters`: values to filter by, with counts, and `GET /api/v1/filters/{field}`: those of one field that a
//! text finds, for fields that have more values than a page can list.

use std::sync::Arc;

use app::backend::Backend;
use app::model::view::word;
use app::model::{Dimension, Filter, FilterError, FoundValues};
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;

use crate::http::App;
use crate::http::answer::json;
use crate::http::failure::Failure;

/// Longest text to search values for, in characters.
pub const LONGEST_SEARCH: usize = 500;

/// Takes a filter.
pub async fn filters(State(state): State<Arc<App>>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let filter = Filter::parse(&query.unwrap_or_default(), &[])?;
    let values = state.backend.filter_values(&filter).await?;
    json(&values, values.data_version)
}

/// Takes a filter and `search`. What the filter selects of the field itself does not hide its other values.
pub async fn values(
    State(state): State<Arc<App>>,
    Path(field): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = query.unwrap_or_default();
    let field = FoundValues::fields().find(|known| known.as_str() == field).ok_or_else(Failure::not_found)?;
    let filter = Filter::parse(&query, &["search"])?;
    let text: String = word(&query, "search")?.unwrap_or_default();
    if text.chars().count() > LONGEST_SEARCH {
        return Err(FilterError::bad("search", format!("is longer than {LONGEST_SEARCH} characters")).into());
    }
    let filter = filter.without(field);
    let found = match field.as_str().parse::<Dimension>() {
        Ok(by) => FoundValues::of(state.backend.breakdown(&filter, by).await?, &text),
        Err(_) => state.backend.resources(&filter, &text).await?,
    };
    json(&found, found.data_version)
}

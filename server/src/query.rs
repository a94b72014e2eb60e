//! Filter to report: the only place that reads findings.
//!
//! A [`Filter`](app::model::Filter) is resolved against one `now` into a [`Spec`](spec::Spec); [`compile`] prints the
//! conditions; each report runs its statements on one snapshot. Numbers come from [`counts`], [`tally`], [`standing`] and
//! [`over_time`], which ask the rollups where [`rolled`] finds a plan, those that are in memory by [`resident`] and the
//! others in the database, and count findings elsewhere. Nothing here writes, and nothing a user gave is ever part of a
//! statement's text: values are bound.

pub mod compile;
pub mod counts;
mod cover;
mod dictionary;
mod edges;
mod horizon;
mod hourly;
mod numbered;
mod over_time;
pub mod reports;
mod resident;
mod rolled;
pub mod row;
mod search;
pub mod spec;
mod standing;
pub mod tally;

#[cfg(test)]
mod tests;

use app::model::FilterError;

use crate::store::StoreError;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The question is wrong.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<duckdb::Error> for QueryError {
    fn from(error: duckdb::Error) -> Self {
        Self::Store(error.into())
    }
}

//! Older documents: what each service said before its newest word, as many as are wanted.

use duckdb::{Connection, params};

use super::StoreError;
use super::staging::fill;
use super::values::{pack_document, sql_time};
use crate::ingest::Observation;

const KEEP: &str = include_str!("sql/keep_documents.sql");
const PRUNE: &str = include_str!("sql/prune_documents.sql");

/// Before `staged_side` replaces them, the newest documents become history, and so does what passed within the batch.
/// `documents` counts the newest one, which is not history.
pub(super) fn keep(transaction: &Connection, passed: &[Observation], documents: usize) -> Result<(), StoreError> {
    if documents > 1 {
        fill(transaction, "staged_document", |rows| {
            for document in passed {
                rows.append_row(params![
                    document.key.to_string(),
                    document.source.as_str(),
                    sql_time(document.observed_at),
                    sql_time(document.updated_at),
                    pack_document(&document.raw)?
                ])?;
            }
            Ok(())
        })?;
        transaction.execute_batch(KEEP)?;
    }
    prune(transaction, "staged_side", documents)
}

/// Leaves history where there are fewer, for every finding: what a lowered setting asks for.
pub(super) fn prune_all(transaction: &Connection, documents: usize) -> Result<(), StoreError> {
    prune(transaction, "finding", documents)
}

/// `keys` is a table with the findings it is about.
fn prune(transaction: &Connection, keys: &str, documents: usize) -> Result<(), StoreError> {
    let older = i64::try_from(documents.saturating_sub(1)).unwrap_or(i64::MAX);
    transaction.execute(&PRUNE.replace("{keys}", keys), params![older])?;
    Ok(())
}

//! The store as its callers see it.
#![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

mod damage;
mod database;
mod deliveries;
pub(crate) mod documents;
mod history;
mod keys;
mod merging;
mod places;
mod pulls;
mod reading;
mod reprocessing;
mod retention;
mod revisions;
mod rollups;
mod sequences;
mod shares;
mod tags;
pub(crate) mod texts;
mod views;

use std::path::Path;
use std::sync::Arc;

use super::{Snapshot, Store, StoreError, StoreOptions};
use crate::ingest::classify::Classifier;

fn classifier() -> Arc<Classifier> {
    Arc::new(Classifier::embedded())
}

fn options() -> StoreOptions {
    StoreOptions { memory_limit: "500MB".to_owned(), threads: 2, ..StoreOptions::default() }
}

pub(crate) fn in_memory() -> Store {
    Store::open(options(), classifier()).unwrap()
}

pub(crate) fn open_in(directory: &Path) -> Result<Store, StoreError> {
    Store::open(StoreOptions { path: Some(directory.to_owned()), ..options() }, classifier())
}

/// Rows as text, each as `{'column': value, …}`.
async fn rows(store: &Store, sql: &'static str) -> Vec<String> {
    let work = move |snapshot: &Snapshot<'_>| {
        let mut statement =
            snapshot.connection().prepare(&format!("SELECT CAST(a_row AS VARCHAR) FROM ({sql}) AS a_row"))?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        Ok(rows.collect::<Result<Vec<_>, _>>()?)
    };
    store.read(work).await.unwrap()
}

async fn number(store: &Store, sql: &'static str) -> i64 {
    store.read(move |snapshot| Ok(snapshot.connection().query_row(sql, [], |row| row.get(0))?)).await.unwrap()
}

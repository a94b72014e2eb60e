//! Tags of resources that may name a workload, as findings told them.
//!
//! A tag stands until a later document tells another value of it. Documents leave tags out for many reasons, so one without
//! says nothing: that a tag was taken off is not noticed.

use duckdb::{Connection, params};

use super::StoreError;
use super::staging::fill;
use super::values::sql_time;
use crate::ingest::Observation;
use crate::ingest::classify::Classifier;

const MERGE: &str = include_str!("sql/merge_tags.sql");

/// Keeps those tags of documents whose keys count. Gives whether anything is different.
pub(super) fn keep<'a>(
    transaction: &Connection,
    documents: impl Iterator<Item = &'a Observation>,
    classifier: &Classifier,
) -> Result<bool, StoreError> {
    let mut any = false;
    let mut told = Vec::new();
    for document in documents {
        let (Some(account), Some(region)) = (&document.attribution.account, &document.attribution.region) else {
            continue;
        };
        for tag in document.attribution.tags.iter().filter(|tag| classifier.names_workloads(&tag.key)) {
            any = true;
            told.push((account, region, tag, document.updated_at));
        }
    }
    if !any {
        return Ok(false);
    }
    fill(transaction, "staged_tag", |rows| {
        for (account, region, tag, at) in told {
            rows.append_row(params![account, region, tag.resource, tag.key, tag.value, sql_time(at)])?;
        }
        Ok(())
    })?;
    Ok(transaction.execute(MERGE, [])? > 0)
}

/// Drops tags whose keys no longer count. Gives whether there were any.
pub(super) fn drop_others(connection: &Connection, classifier: &Classifier) -> Result<bool, StoreError> {
    let mut statement = connection.prepare("SELECT DISTINCT tag_key FROM resource_tag")?;
    let keys = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let mut dropped = 0;
    for key in keys.iter().filter(|key| !classifier.names_workloads(key)) {
        dropped += connection.execute("DELETE FROM resource_tag WHERE tag_key = ?", [key])?;
    }
    Ok(dropped > 0)
}

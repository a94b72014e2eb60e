//! Findings by type, and within a type by where they are.

use app::model::groups::PlaceKind;
use app::model::terms::NONE_KEY;
use app::model::{Counts, Dimension, Field, GroupPlace, GroupRow, Groups, Severity, resource_label};
use duckdb::types::Value;
use duckdb::{Row, params_from_iter};

use super::coverage;
use crate::query::compile::{Conditions, all_in_window};
use crate::query::spec::Spec;
use crate::query::{QueryError, horizon};
use crate::store::{Snapshot, StoreError, read_time};

/// Types unless the filter's `limit` says otherwise.
const USUAL_LIMIT: u32 = 50;
/// Places of a type: more belong to a breakdown.
const MOST_PLACES: u32 = 20;

/// The worst types first, the places with the most findings first.
pub fn groups(snapshot: &Snapshot<'_>, spec: &Spec) -> Result<Groups, QueryError> {
    let spec = &horizon::looked_at(snapshot, spec)?;
    let searches = spec.filter.text.is_some();
    let (conditions, places) = (all_in_window(snapshot, spec), named_places(spec));
    let numbered = snapshot.knows_texts();
    let chosen =
        if numbered { include_str!("../sql/groups_numbered.sql") } else { include_str!("../sql/groups_read.sql") };
    // Few rows are written down, and what a search found: looking for it again takes longer.
    let sql = include_str!("../sql/groups.sql")
        .replace("{written}", if numbered || searches { "MATERIALIZED" } else { "NOT MATERIALIZED" })
        .replace("{chosen}", chosen)
        .replace("{conditions}", &conditions.sql())
        .replace("{places}", &places.sql());
    let mut values = conditions.values;
    values.push(Value::UInt(spec.filter.limit.unwrap_or(USUAL_LIMIT)));
    values.extend(places.values);
    values.push(Value::UInt(MOST_PLACES));
    let mut statement = snapshot.connection().prepare(&sql)?;
    let mut read = statement.query(params_from_iter(values))?;
    let (mut rows, mut rows_total, mut total) = (Vec::<GroupRow>::new(), 0, Counts::default());
    while let Some(row) = read.next()? {
        rows_total = row.get(6)?;
        total = Counts { findings: row.get(14)?, occurrences: row.get(15)? };
        let finding_type: String = row.get(0)?;
        if rows.last().is_none_or(|last| last.finding_type != finding_type) {
            rows.push(group(row, finding_type)?);
        }
        if let Some(last) = rows.last_mut() {
            last.places.push(place(row)?);
        }
    }
    let watched = coverage::watched(snapshot, spec)?;
    Ok(Groups { rows, rows_total, total, watched, as_of: spec.now, data_version: snapshot.data_version() })
}

/// A finding of several families is listed under those that the filter asks for: the list behind any other would be
/// another one.
fn named_places(spec: &Spec) -> Conditions {
    let mut conditions = Conditions::default();
    for (field, kind) in [(Field::Family, "family"), (Field::Cluster, "cluster")] {
        let wanted = spec.filter.fields.get(&field).map_or(&[][..], |selection| &selection.include);
        if wanted.is_empty() {
            continue;
        }
        let marks = vec!["?"; wanted.len()].join(", ");
        let sql = format!("(kind <> '{kind}' OR key IN ({marks}) OR string_split(key, '/')[-1] IN ({marks}))");
        let values = || wanted.iter().cloned().map(Value::Text);
        conditions = conditions.and(&sql, values().chain(values()));
    }
    conditions
}

fn group(row: &Row<'_>, finding_type: String) -> Result<GroupRow, StoreError> {
    let category: Option<String> = row.get(1)?;
    Ok(GroupRow {
        finding_type,
        category: category.and_then(|category| category.parse().ok()),
        findings: row.get(2)?,
        occurrences: row.get(3)?,
        severity: severity(row, 4)?,
        newest_at: read_time(row, 5)?,
        places: Vec::new(),
        places_total: row.get(13)?,
    })
}

fn place(row: &Row<'_>) -> Result<GroupPlace, StoreError> {
    let by: PlaceKind = crate::query::row::word(row, 7)?;
    let key: String = row.get(8)?;
    let label = match by {
        PlaceKind::Family => super::label(Dimension::Family, &key),
        PlaceKind::Cluster => super::label(Dimension::Cluster, &key),
        PlaceKind::Resource if key == NONE_KEY => key.clone(),
        PlaceKind::Resource => resource_label(&key).to_owned(),
    };
    Ok(GroupPlace {
        by,
        key,
        label,
        findings: row.get(9)?,
        occurrences: row.get(10)?,
        severity: severity(row, 11)?,
        newest_at: read_time(row, 12)?,
    })
}

/// The rank of a severity: its place among all, from 0.
fn severity(row: &Row<'_>, column: usize) -> Result<Severity, StoreError> {
    let rank: u8 = row.get(column)?;
    let known = Severity::ALL.get(usize::from(rank)).copied();
    known.ok_or_else(|| StoreError::Unreadable(format!("severity rank {rank}")))
}

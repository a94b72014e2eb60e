//! Dimensions that are counted ahead by whole days alone: all that are asked for by one look at their rollups, and one at
//! the findings between the ends of the windows and whole days. There are more of those than between the ends and whole
//! hours: what memory does not [know](crate::query::hourly::placed) of them, the database counts.

use app::model::Counts;
use duckdb::types::Value;

use super::super::QueryError;
use super::super::cover::{Cover, Pieces, Span};
use super::super::edges::{all_or_none, others_of};
use super::super::hourly::placed::placed;
use super::super::rolled::{Plan, within_any};
use super::super::spec::Spec;
use super::{Counting, Told, add_held, by_key, held, number_of_window, relation};
use crate::store::{Snapshot, read_list};

const DAYS: Pieces = Pieces { days: true, hours: false };

/// Adds what the windows hold by each of these.
pub(super) fn add(
    snapshot: &Snapshot<'_>,
    plan: &Plan,
    windows: &[&Spec],
    told: &[Told],
    counting: &mut [Counting],
) -> Result<(), QueryError> {
    let covers: Vec<Cover> = windows.iter().map(|window| Cover::of((window.from, window.until()), DAYS)).collect();
    let mut values = Vec::new();
    if let Some(held) = held(snapshot, plan, &covers, told) {
        add_held(&held, windows, told, None, counting);
    } else if let Some(slices) = relation(plan, windows, &covers, told, &mut values) {
        snapshot.rows(&by_key(&slices), values, |row| {
            let (number, part): (usize, i8) = (row.get(0)?, row.get(1)?);
            let told = told.iter().find(|told| told.part(false) == part);
            if let (Some(counting), Some(told)) = (counting.get_mut(number), told) {
                let counts = Counts { findings: row.get(5)?, occurrences: row.get(6)? };
                counting.add(told.dimension(), &row.get::<_, String>(2)?, counts);
            }
            Ok::<_, QueryError>(())
        })?;
    }
    let edges: Vec<Span> = covers.iter().flat_map(|cover| cover.edges.iter().copied()).collect();
    if edges.is_empty() {
        return Ok(());
    }
    if let Some(placed) = placed(snapshot, &edges)? {
        for (counting, cover) in counting.iter_mut().zip(&covers) {
            for ((by, key), counts) in cover.edges.iter().flat_map(|edge| placed.sums(plan, *edge)) {
                if told.iter().any(|told| told.dimension() == by) {
                    counting.add(by, key, counts);
                }
            }
        }
        return Ok(());
    }
    let (sql, values) = statement(plan, windows, &edges, told);
    snapshot.rows(&sql, values, |row| {
        let counts = Counts { findings: row.get(1)?, occurrences: row.get(2)? };
        let Some(counting) = counting.get_mut(row.get::<_, usize>(0)?) else { return Ok(()) };
        for (column, told) in (3..).zip(told) {
            for key in all_or_none(&read_list(row, column)?) {
                counting.add(told.dimension(), key, counts);
            }
        }
        Ok::<_, QueryError>(())
    })?;
    Ok(())
}

/// Prints the question for the edges of windows.
pub(in crate::query) fn statement(
    plan: &Plan,
    windows: &[&Spec],
    edges: &[Span],
    told: &[Told],
) -> (String, Vec<Value>) {
    let mut values = Vec::new();
    let columns: Vec<&str> = told.iter().map(|told| others_of(told.dimension())).collect();
    let sql = include_str!("../sql/tally_edges.sql")
        .replace("{number}", &number_of_window("f.created_at", windows, &mut values))
        .replace("{columns}", &columns.join(", "))
        .replace("{span}", &within_any("f.created_at", edges, &mut values))
        .replace("{conditions}", &plan.one_by_one.sql());
    values.extend(plan.one_by_one.values.iter().cloned());
    (sql, values)
}

//! Every finding of a list, as wide as asked for: what files are made of.
//!
//! A file has a million rows of forty cells. Cells are read where the database put them, column by column; a
//! [`Finding`](app::model::Finding) for each row would take ten times as long. Rows come unsorted, because sorting wide
//! rows takes as long as reading them, and are put in the order of their numbers.

use std::collections::HashMap;

use duckdb::arrow::array::{Array, BooleanArray, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray};
use duckdb::arrow::record_batch::RecordBatch;
use duckdb::params_from_iter;
use jiff::Timestamp;

use super::findings::{CHUNK, Chosen, FindingList, choose, windows};
use crate::query::QueryError;
use crate::query::compile::{Conditions, in_window};
use crate::query::spec::Spec;
use crate::store::{Snapshot, StoreError};

/// A row of a list. Columns are counted as they were asked for.
#[derive(Clone, Copy)]
pub struct Cells<'a> {
    batch: &'a RecordBatch,
    row: usize,
}

impl<'a> Cells<'a> {
    /// The array of a column, where it is of that type and the row has a value.
    fn array<A: Array + 'static>(self, column: usize) -> Option<&'a A> {
        // The row's number comes first.
        let array: &A = self.batch.column(column + 1).as_any().downcast_ref()?;
        array.is_valid(self.row).then_some(array)
    }

    /// Of a `VARCHAR`.
    pub fn text(self, column: usize) -> Option<&'a str> {
        self.array::<StringArray>(column).map(|array| array.value(self.row))
    }

    /// Of a `BOOLEAN`.
    pub fn truth(self, column: usize) -> Option<bool> {
        self.array::<BooleanArray>(column).map(|array| array.value(self.row))
    }

    /// Of a `BIGINT`.
    pub fn whole(self, column: usize) -> Option<i64> {
        self.array::<Int64Array>(column).map(|array| array.value(self.row))
    }

    /// Of a `DOUBLE`.
    pub fn number(self, column: usize) -> Option<f64> {
        self.array::<Float64Array>(column).map(|array| array.value(self.row))
    }

    /// Of a `TIMESTAMP`.
    pub fn time(self, column: usize) -> Option<Timestamp> {
        let micros = self.array::<TimestampMicrosecondArray>(column)?.value(self.row);
        Timestamp::from_microsecond(micros).ok()
    }
}

/// Gives every row of a list to `each`, in the list's order, a chunk in memory at a time. `columns` are expressions on
/// the finding `f`. `each` returns false to stop.
///
/// Lists in the order of time are read window by window, of which only the places on disk are read that hold it; others
/// from row to row, as a reader would turn pages.
pub fn for_each_row(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    list: &FindingList,
    columns: &[&str],
    each: &mut dyn FnMut(Cells<'_>) -> bool,
) -> Result<(), QueryError> {
    if let Some(windows) = windows(snapshot, spec, list)? {
        for window in windows {
            let conditions = list.rest_of(window.narrow(in_window(spec)));
            let Some(chosen) = choose(snapshot, list, conditions.clone(), None)? else { continue };
            if !give(snapshot, columns, conditions, &chosen, each)? {
                break;
            }
        }
        return Ok(());
    }
    let mut rest = list.clone();
    while let Some(chosen) = choose(snapshot, &rest, in_window(spec), Some(CHUNK))? {
        if !give(snapshot, columns, chosen.conditions(), &chosen, each)? {
            break;
        }
        rest = rest.after(chosen.last);
    }
    Ok(())
}

/// Reads the chosen rows, which are those that meet the conditions. Whether more are wanted.
fn give(
    snapshot: &Snapshot<'_>,
    columns: &[&str],
    conditions: Conditions,
    chosen: &Chosen,
    each: &mut dyn FnMut(Cells<'_>) -> bool,
) -> Result<bool, QueryError> {
    let sql = include_str!("../sql/cells.sql")
        .replace("{columns}", &columns.join(", "))
        .replace("{conditions}", &conditions.sql());
    let mut statement = snapshot.connection().prepare(&sql)?;
    let batches: Vec<RecordBatch> = statement.query_arrow(params_from_iter(conditions.values))?.collect();
    let mut places: HashMap<i64, (usize, usize)> = HashMap::with_capacity(chosen.numbers.len());
    for (index, batch) in batches.iter().enumerate() {
        let numbers = batch.column(0).as_any().downcast_ref::<Int64Array>();
        let numbers = numbers.ok_or_else(|| StoreError::Unreadable("rows without numbers".to_owned()))?;
        places.extend(numbers.values().iter().enumerate().map(|(row, number)| (*number, (index, row))));
    }
    for number in &chosen.numbers {
        let place = places.get(number);
        let (batch, row) =
            *place.ok_or_else(|| StoreError::Unreadable(format!("row {number} was chosen and is not there")))?;
        if !each(Cells { batch: &batches[batch], row }) {
            return Ok(false);
        }
    }
    Ok(true)
}

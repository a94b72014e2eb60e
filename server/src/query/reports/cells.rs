//! Every finding of a list, as wide as asked for: what files are made of.
//!
//! A file has a million rows of forty cells. Cells are read where the database put them, column by column; a
//! [`Finding`](app::model::Finding) for each row would take ten times as long. Rows come unsorted, because the database
//! takes as long to sort wide rows as to read them, and are put in order here. While one chunk is written the next one
//! is read.

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use app::model::SortDirection;
use duckdb::arrow::array::{Array, BooleanArray, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray};
use duckdb::arrow::record_batch::RecordBatch;
use duckdb::params_from_iter;

use super::finding_list::FindingList;
use super::findings::{CHUNK, ChosenRow, choose, numbered, windows};
use crate::query::compile::{Conditions, in_window, order_of};
use crate::query::spec::Spec;
use crate::query::{QueryError, horizon};
use crate::store::{Snapshot, StoreError};

/// Chunks that wait to be written. More would take memory and save no time.
const WAITING_CHUNKS: usize = 1;

/// Rows whose numbers are chosen in one go where a list is read from row to row: every choice looks at all findings.
const CHOSEN_AT_ONCE: u32 = 10 * CHUNK;

/// A row of a list. Columns are counted as they were asked for.
#[derive(Clone, Copy)]
pub struct Cells<'a> {
    batch: &'a RecordBatch,
    row: usize,
}

impl<'a> Cells<'a> {
    /// The array of a column, where it is of that type and the row has a value.
    fn array<A: Array + 'static>(self, column: usize) -> Option<&'a A> {
        let array: &A = self.batch.column(column).as_any().downcast_ref()?;
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

    /// Of a `TIMESTAMP`, in microseconds since 1970.
    pub fn micros(self, column: usize) -> Option<i64> {
        self.array::<TimestampMicrosecondArray>(column).map(|array| array.value(self.row))
    }
}

/// Rows as the database gave them, and the order in which they are wanted.
struct Chunk {
    batches: Vec<RecordBatch>,
    /// Batch and row.
    order: Vec<(usize, usize)>,
}

/// Gives every row of a list to `each`, in the list's order, a few chunks in memory at a time. `columns` are expressions
/// on the finding `f`. `each` is called from a thread of its own, and returns false to stop.
///
/// Lists in the order of time are read window by window, of which only the places on disk are read that hold it; others
/// from row to row, as a reader would turn pages.
pub fn for_each_row(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    list: &FindingList,
    columns: &[&str],
    each: &mut (dyn FnMut(Cells<'_>) -> bool + Send),
) -> Result<(), QueryError> {
    let (send, chunks) = sync_channel::<Chunk>(WAITING_CHUNKS);
    thread::scope(|scope| {
        scope.spawn(move || {
            for Chunk { batches, order } in chunks {
                if !order.into_iter().all(|(batch, row)| each(Cells { batch: &batches[batch], row })) {
                    break;
                }
            }
        });
        let read = read(snapshot, spec, list, columns, &send);
        // Else the other thread would wait for more.
        drop(send);
        read
    })
}

fn read(
    snapshot: &Snapshot<'_>,
    spec: &Spec,
    list: &FindingList,
    columns: &[&str],
    send: &SyncSender<Chunk>,
) -> Result<(), QueryError> {
    let spec = &horizon::looked_at(snapshot, spec)?;
    if let Some(windows) = windows(snapshot, spec, list)? {
        for window in windows {
            for part in window.cut(snapshot, spec, list)? {
                let conditions = list.rest_of(part.narrow(in_window(spec)));
                if send.send(of_window(snapshot, list, columns, conditions)?).is_err() {
                    return Ok(());
                }
            }
        }
        return Ok(());
    }
    // A reader waits for the first rows.
    let (mut rest, mut wanted) = (list.clone(), CHUNK);
    loop {
        let chosen = choose(snapshot, (spec, &rest), in_window(spec), Some(wanted))?;
        let Some(end) = chosen.last() else { return Ok(()) };
        wanted = CHOSEN_AT_ONCE;
        for rows in chosen.chunks(CHUNK as usize) {
            if send.send(of_numbers(snapshot, columns, rows)?).is_err() {
                return Ok(());
            }
        }
        rest = rest.after(end.place_in(list));
    }
}

/// The columns and what puts the rows in their order, behind them.
fn batches(
    snapshot: &Snapshot<'_>,
    columns: &[&str],
    places: &[&str],
    conditions: Conditions,
) -> Result<Vec<RecordBatch>, QueryError> {
    let wanted: Vec<&str> = columns.iter().chain(places).copied().collect();
    let sql = include_str!("../sql/cells.sql")
        .replace("{columns}", &wanted.join(", "))
        .replace("{conditions}", &conditions.sql());
    let mut statement = snapshot.connection().prepare(&sql)?;
    Ok(statement.query_arrow(params_from_iter(conditions.values))?.collect())
}

/// A window of a list in the order of time: everything that meets the conditions, put in order here.
fn of_window(
    snapshot: &Snapshot<'_>,
    list: &FindingList,
    columns: &[&str],
    conditions: Conditions,
) -> Result<Chunk, QueryError> {
    let (time, _) = order_of(list.sort);
    let batches = batches(snapshot, columns, &[time, "f.created_at", "f.finding_key"], conditions)?;
    let (time, created, key) = (columns.len(), columns.len() + 1, columns.len() + 2);
    let mut rows = Vec::new();
    for (index, batch) in batches.iter().enumerate() {
        for row in 0..batch.num_rows() {
            let cells = Cells { batch, row };
            let (Some(time), Some(created), Some(key)) = (cells.micros(time), cells.micros(created), cells.text(key))
            else {
                return Err(StoreError::Unreadable("a row without a place in its list".to_owned()).into());
            };
            rows.push((time, Reverse(created), key, (index, row)));
        }
    }
    let descending = list.direction == SortDirection::Descending;
    rows.sort_unstable_by(|left, right| {
        let by_time = left.0.cmp(&right.0);
        let by_time: Ordering = if descending { by_time.reverse() } else { by_time };
        by_time.then_with(|| (left.1, left.2).cmp(&(right.1, right.2)))
    });
    let order = rows.into_iter().map(|(.., place)| place).collect();
    Ok(Chunk { batches, order })
}

/// The chosen rows.
fn of_numbers(snapshot: &Snapshot<'_>, columns: &[&str], chosen: &[ChosenRow]) -> Result<Chunk, QueryError> {
    let batches = batches(snapshot, columns, &["f.rowid"], numbered(chosen))?;
    let mut places: HashMap<i64, (usize, usize)> = HashMap::with_capacity(chosen.len());
    for (index, batch) in batches.iter().enumerate() {
        let numbers = batch.column(columns.len()).as_any().downcast_ref::<Int64Array>();
        let numbers = numbers.ok_or_else(|| StoreError::Unreadable("rows without numbers".to_owned()))?;
        places.extend(numbers.values().iter().enumerate().map(|(row, number)| (*number, (index, row))));
    }
    let place = |row: &ChosenRow| {
        let place = places.get(&row.number).copied();
        place.ok_or_else(|| row.is_not_there())
    };
    let order = chosen.iter().map(place).collect::<Result<_, _>>()?;
    Ok(Chunk { batches, order })
}

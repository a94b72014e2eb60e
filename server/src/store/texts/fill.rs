//! Numbers for findings that have none: from before there was a dictionary, or from one of another form.
//!
//! A page is a transaction, so that other writes find their turn. Rows move when the database is folded into its file, so
//! the place of the next page is but a hint: nothing is whole until no row without numbers is found from the beginning.

use duckdb::arrow::array::{Array, BooleanArray, Int64Array, StringArray, UInt32Array, UInt64Array};
use duckdb::arrow::record_batch::RecordBatch;
use duckdb::{Connection, OptionalExt, params};

use super::{FORM, IDENTIFIER_COLUMNS, Marks, Texts, keep, stage};
use crate::store::{StoreError, parallel};

const READ: &str = include_str!("../sql/texts_page.sql");
const MARK: &str = include_str!("../sql/texts_mark.sql");
const RESET: &str = include_str!("../sql/texts_reset.sql");
const FIRST: &str = "SELECT rowid FROM finding WHERE rowid >= ? AND (words_id IS NULL OR places_id IS NULL) LIMIT 1";

/// Rows of a page: a tenth of a second.
pub(super) const PAGE: i64 = if cfg!(test) { 70 } else { 20_000 };

/// What the setting says while pages are filled.
fn filling() -> String {
    format!("{FORM}, not whole")
}

/// Makes a beginning where there is no dictionary of this form. Whether findings are left without numbers.
pub(in crate::store) fn begin(transaction: &Connection) -> Result<bool, StoreError> {
    let mut statement = transaction.prepare("SELECT value FROM setting WHERE name = 'texts'")?;
    let settings = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    match settings.first() {
        Some(form) if form == FORM => return Ok(false),
        Some(form) if *form == filling() => {}
        _ => renew(transaction)?,
    }
    Ok(true)
}

/// Takes every finding its numbers, so that they are given anew.
pub(in crate::store) fn renew(transaction: &Connection) -> Result<(), StoreError> {
    transaction.execute_batch(RESET)?;
    set(transaction, &filling())
}

fn set(transaction: &Connection, value: &str) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM setting WHERE name = 'texts'", [])?;
    transaction.execute("INSERT INTO setting VALUES ('texts', ?)", [value])?;
    Ok(())
}

/// Gives a page of findings their numbers, and tells where to go on looking for more. `None`: the dictionary is whole.
pub(in crate::store) fn fill_page(transaction: &Connection, from: i64) -> Result<Option<i64>, StoreError> {
    let first = transaction.query_row(FIRST, [from], |row| row.get::<_, i64>(0)).optional()?;
    let Some(first) = first else {
        if from > 0 {
            return Ok(Some(0));
        }
        set(transaction, FORM)?;
        return Ok(None);
    };
    let rows = read(transaction, (first, first + PAGE), "f.words_id IS NULL OR f.places_id IS NULL")?;
    let (places, texts): (Vec<i64>, Vec<Texts>) = rows.into_iter().map(|row| (row.number, row.texts)).unzip();
    let marks = keep(transaction, texts)?;
    stage(transaction, "staged_marks", |rows| {
        places.iter().zip(marks).try_for_each(|(row, marks)| {
            let Marks { words_id, places_id, identifiers: [first, second, third, fourth], more_identifiers } = marks;
            let row = params![row, words_id, places_id, first, second, third, fourth, more_identifiers];
            Ok(rows.append_row(row)?)
        })
    })?;
    transaction.execute(MARK, params![first, first + PAGE])?;
    Ok(Some(first + PAGE))
}

/// A row with its texts as they are made of it, and what it has of them.
pub(super) struct Read {
    number: i64,
    pub(super) texts: Texts,
    pub(super) kept: Option<Marks>,
}

/// Rows between two numbers, the second excluded, that meet a condition.
pub(super) fn read(connection: &Connection, (from, to): (i64, i64), which: &str) -> Result<Vec<Read>, StoreError> {
    let mut statement = connection.prepare(&READ.replace("{which}", which))?;
    let batches: Vec<RecordBatch> = statement.query_arrow(params![from, to])?.collect();
    let mut rows = Vec::new();
    for batch in &batches {
        let texts = |column: usize| array::<StringArray>(batch, column);
        let numbers = |column: usize| array::<UInt64Array>(batch, column);
        let (places, words, names) = (array::<Int64Array>(batch, 0)?, texts(1)?, texts(2)?);
        let (words_id, places_id) = (numbers(3)?, numbers(4)?);
        let identifiers: Vec<&UInt32Array> =
            (5..5 + IDENTIFIER_COLUMNS.len()).map(|column| array(batch, column)).collect::<Result<_, _>>()?;
        let more = array::<BooleanArray>(batch, 5 + IDENTIFIER_COLUMNS.len())?;
        for row in 0..batch.num_rows() {
            let kept = (words_id.is_valid(row) && places_id.is_valid(row)).then(|| Marks {
                words_id: words_id.value(row),
                places_id: places_id.value(row),
                identifiers: std::array::from_fn(|index| {
                    let column = identifiers[index];
                    column.is_valid(row).then(|| column.value(row))
                }),
                more_identifiers: more.is_valid(row).then(|| more.value(row)),
            });
            rows.push((places.value(row), words.value(row), names.value(row), kept));
        }
    }
    Ok(parallel::map(rows, |(number, words, names, kept)| Read {
        number,
        texts: Texts::of_joined(words.to_owned(), names.to_owned()),
        kept,
    }))
}

fn array<A: Array + 'static>(batch: &RecordBatch, column: usize) -> Result<&A, StoreError> {
    let array = batch.column(column).as_any().downcast_ref();
    array.ok_or_else(|| StoreError::Unreadable(format!("column {column} of a page of texts has another type")))
}

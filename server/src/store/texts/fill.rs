//! Numbers for findings that have none: from before there was a dictionary, or from one of another form.
//!
//! A page is a transaction, so that other writes find their turn. Rows move when the database is folded into its file, so
//! the place of the next page is but a hint: nothing is whole until no row without numbers is found from the beginning.

use duckdb::arrow::array::{Array, BooleanArray, Int64Array, StringArray, UInt32Array, UInt64Array};
use duckdb::arrow::record_batch::RecordBatch;
use duckdb::{Connection, OptionalExt, params};

use super::{FORM, IDENTIFIER_COLUMNS, Marks, Texts, keep, stage};
use crate::store::dictionary::{self, Combinations};
use crate::store::{StoreError, parallel};

const READ: &str = include_str!("../sql/texts_page.sql");
const MARK: &str = include_str!("../sql/texts_mark.sql");
const RESET: &str = include_str!("../sql/texts_reset.sql");
/// Findings that lack a number.
const WITHOUT: &str = "(f.words_id IS NULL OR f.places_id IS NULL OR f.what_id IS NULL OR f.where_id IS NULL)";

/// The form before combinations.
const WITHOUT_COMBINATIONS: &str = "2";

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
        // What it has is as it is today: findings lack the numbers of their combinations alone.
        Some(form) if form == WITHOUT_COMBINATIONS => set(transaction, &filling())?,
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
    let first = format!("SELECT rowid FROM finding f WHERE rowid >= ? AND {WITHOUT} LIMIT 1");
    let first = transaction.query_row(&first, [from], |row| row.get::<_, i64>(0)).optional()?;
    let Some(first) = first else {
        if from > 0 {
            return Ok(Some(0));
        }
        set(transaction, FORM)?;
        return Ok(None);
    };
    let rows = read(transaction, (first, first + PAGE), WITHOUT)?;
    let (places, texts): (Vec<i64>, Vec<Texts>) = rows.into_iter().map(|row| (row.number, row.texts)).unzip();
    let marks = keep(transaction, texts)?;
    stage(transaction, "staged_marks", |rows| {
        places.iter().zip(marks).try_for_each(|(row, marks)| {
            let Marks { words_id, places_id, identifiers, more_identifiers, combinations } = marks;
            let ([first, second, third, fourth], Combinations { what_id, where_id }) = (identifiers, combinations);
            let row =
                params![row, words_id, places_id, first, second, third, fourth, more_identifiers, what_id, where_id];
            Ok(rows.append_row(row)?)
        })
    })?;
    transaction.execute(MARK, params![first, first + PAGE])?;
    let rows = format!("(FROM finding WHERE rowid >= {first} AND rowid < {})", first + PAGE);
    dictionary::keep(transaction, &rows)?;
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
    let sql = READ.replace("{what}", dictionary::WHAT).replace("{where}", dictionary::WHERE);
    let mut statement = connection.prepare(&sql.replace("{which}", which))?;
    let batches: Vec<RecordBatch> = statement.query_arrow(params![from, to])?.collect();
    let mut rows = Vec::new();
    for batch in &batches {
        let texts = |column: usize| array::<StringArray>(batch, column);
        let numbers = |column: usize| array::<UInt64Array>(batch, column);
        let (places, words, names) = (array::<Int64Array>(batch, 0)?, texts(1)?, texts(2)?);
        let (what, wherever) = (texts(3)?, texts(4)?);
        let (words_id, places_id) = (numbers(5)?, numbers(6)?);
        let after = 7 + IDENTIFIER_COLUMNS.len();
        let identifiers: Vec<&UInt32Array> = (7..after).map(|column| array(batch, column)).collect::<Result<_, _>>()?;
        let more = array::<BooleanArray>(batch, after)?;
        let (what_id, where_id) = (numbers(after + 1)?, numbers(after + 2)?);
        let ids = [words_id, places_id, what_id, where_id];
        for row in 0..batch.num_rows() {
            let kept = ids.iter().all(|ids| ids.is_valid(row)).then(|| Marks {
                words_id: words_id.value(row),
                places_id: places_id.value(row),
                identifiers: std::array::from_fn(|index| {
                    let column = identifiers[index];
                    column.is_valid(row).then(|| column.value(row))
                }),
                more_identifiers: more.is_valid(row).then(|| more.value(row)),
                combinations: Combinations { what_id: what_id.value(row), where_id: where_id.value(row) },
            });
            let combinations = Combinations::of_joined(what.value(row), wherever.value(row));
            rows.push((places.value(row), words.value(row), names.value(row), combinations, kept));
        }
    }
    Ok(parallel::map(rows, |(number, words, names, combinations, kept)| Read {
        number,
        texts: Texts::of_joined(words.to_owned(), names.to_owned(), combinations),
        kept,
    }))
}

fn array<A: Array + 'static>(batch: &RecordBatch, column: usize) -> Result<&A, StoreError> {
    let array = batch.column(column).as_any().downcast_ref();
    array.ok_or_else(|| StoreError::Unreadable(format!("column {column} of a page of texts has another type")))
}

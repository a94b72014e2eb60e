//! Findings as JSON records of chosen columns, named and ordered as in the CSV.

use serde_json::{Map, Value};

use super::csv::Column;
use super::table::Kind;
use crate::query::reports::Cells;

/// One record of a row that has these columns. What is unknown is null.
pub fn record(columns: &[Column], row: Cells<'_>) -> Map<String, Value> {
    let cells = columns.iter().enumerate();
    cells.map(|(place, column)| (column.as_str().to_owned(), value(*column, row, place))).collect()
}

fn value(column: Column, row: Cells<'_>, place: usize) -> Value {
    let text = column.text(row, place);
    if text.is_empty() {
        return Value::Null;
    }
    match column.kind() {
        Kind::Integer => row.whole(place).map_or(Value::Null, Value::from),
        Kind::Double => row.number(place).map_or(Value::Null, Value::from),
        Kind::Truth => row.truth(place).map_or(Value::Null, Value::from),
        Kind::Text | Kind::Time => Value::String(text.into_owned()),
    }
}

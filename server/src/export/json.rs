//! Findings as JSON records of chosen columns, named and ordered as in the CSV.

use app::model::Finding;
use serde_json::{Map, Value};

use super::csv::Column;
use super::table::Kind;

/// One record. What is unknown is null.
pub fn record(columns: &[Column], finding: &Finding) -> Map<String, Value> {
    columns.iter().map(|column| (column.as_str().to_owned(), value(*column, finding))).collect()
}

fn value(column: Column, finding: &Finding) -> Value {
    let text = column.value(finding);
    if text.is_empty() {
        return Value::Null;
    }
    match column.kind() {
        Kind::Integer => text.parse::<i64>().map_or(Value::Null, Value::from),
        Kind::Double => text.parse::<f64>().map_or(Value::Null, Value::from),
        Kind::Truth => Value::Bool(text == "true"),
        Kind::Text | Kind::Time => Value::String(text.into_owned()),
    }
}

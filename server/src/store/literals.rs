//! Values printed into a statement, where that cannot change what it asks.
//!
//! DuckDB plans a statement with parameters twice: when it is prepared, and again with their values. Printed values save
//! one of the two, which is a fifth of the time of a page of small statements. Numbers, moments and truths are printed, and
//! texts of letters, digits and a few signs that mean nothing inside quotes, such as the words of our vocabularies and
//! ARNs. Every other text is bound.

use std::fmt::Write;

use duckdb::types::{TimeUnit, Value};

/// The statement with as many values in it as can be, and those that remain to be bound, in their order.
pub(super) fn printed(sql: &str, values: Vec<Value>) -> (String, Vec<Value>) {
    let places = sql.matches('?').count();
    debug_assert_eq!(places, values.len(), "a question mark is a parameter, in comments too: {sql}");
    // Never in the wrong place: then everything is bound.
    if places != values.len() {
        return (sql.to_owned(), values);
    }
    let mut statement = String::with_capacity(sql.len() + 32 * values.len());
    let mut bound = Vec::new();
    let mut parts = sql.split('?');
    statement.push_str(parts.next().unwrap_or_default());
    for (value, part) in values.into_iter().zip(parts) {
        if !print(&mut statement, &value) {
            statement.push('?');
            bound.push(value);
        }
        statement.push_str(part);
    }
    (statement, bound)
}

/// Whether the value could be printed.
fn print(statement: &mut String, value: &Value) -> bool {
    let printed = match value {
        Value::Boolean(truth) => write!(statement, "{truth}"),
        Value::BigInt(number) => write!(statement, "{number}::BIGINT"),
        Value::Timestamp(TimeUnit::Microsecond, micros) => write!(statement, "make_timestamp({micros})"),
        Value::Text(text) if is_plain(text) => write!(statement, "'{text}'"),
        _ => return false,
    };
    printed.is_ok()
}

/// Nothing here ends a text or escapes anything in it.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_/:.()".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_bound_unless_they_are_plain_and_the_rest_is_printed() {
        let hostile = "'; DROP TABLE finding; --";
        let values = vec![
            Value::Timestamp(TimeUnit::Microsecond, -5),
            Value::Text(hostile.to_owned()),
            Value::Text("threat".to_owned()),
            Value::BigInt(-1),
            Value::Text("a?".to_owned()),
            Value::Boolean(true),
        ];
        let (sql, bound) = printed("SELECT ?, ?, ?, ?, ?, ?", values);
        assert_eq!(sql, "SELECT make_timestamp(-5), ?, 'threat', -1::BIGINT, ?, true");
        assert_eq!(bound, [Value::Text(hostile.to_owned()), Value::Text("a?".to_owned())]);
    }

    #[test]
    fn no_sign_that_could_end_a_text_is_printed() {
        for sign in (0..=0x2fff_u32).filter_map(char::from_u32).filter(|sign| !sign.is_ascii_alphanumeric()) {
            let value = Value::Text(format!("a{sign}b"));
            let (sql, bound) = printed("SELECT ?", vec![value.clone()]);
            if bound.is_empty() {
                assert!("-_/:.()".contains(sign), "{sign}");
            } else {
                assert_eq!((sql.as_str(), bound), ("SELECT ?", vec![value]));
            }
        }
    }
}

//! Looks values up in documents by dotted names, through lists.

use std::cmp::Ordering;

use serde_json::Value;

/// Every value at a dotted path; lists stand for each of their members.
pub fn values<'a>(document: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut found = vec![document];
    for name in path.split('.') {
        found = found.into_iter().flat_map(members).filter_map(|value| value.get(name)).collect();
    }
    found.into_iter().flat_map(members).collect()
}

fn members(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(values) => values.iter().collect(),
        value => vec![value],
    }
}

/// Text as a filter compares it.
pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Order of two values: numbers by size, everything else as text. What is absent comes first.
pub fn order(one: Option<&Value>, two: Option<&Value>) -> Ordering {
    let number = |value: Option<&Value>| value.and_then(Value::as_f64);
    match (number(one), number(two)) {
        (Some(one), Some(two)) => one.total_cmp(&two),
        _ => one.map(text).cmp(&two.map(text)),
    }
}

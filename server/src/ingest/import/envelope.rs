//! Finds the findings inside whatever they were wrapped in.

use serde_json::Value;

use crate::ingest::normalize::is_finding;

/// Deepest wrapping searched: EventBridge in SNS in SQS in a log event is six.
const DEEPEST: usize = 10;

/// Gives every finding inside `value`, in order; a value that holds none is given itself, to be rejected by name.
/// An empty list holds nothing and is given to nobody.
pub fn findings(value: Value, give: &mut dyn FnMut(Value)) {
    let empty = is_empty_list(&value);
    if let Some(rest) = search(value, give, 0)
        && !empty
    {
        give(rest);
    }
}

fn is_empty_list(value: &Value) -> bool {
    let empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    let listed = ["Findings", "findings", "Records"].iter().any(|name| value.get(name).is_some_and(empty));
    empty(value) || listed
}

/// Gives the findings inside and returns `None`, or returns the value when there were none.
fn search(value: Value, give: &mut dyn FnMut(Value), depth: usize) -> Option<Value> {
    if is_finding(&value) {
        give(value);
        return None;
    }
    if depth == DEEPEST {
        return Some(value);
    }
    match value {
        Value::Array(values) => {
            let mut found = false;
            let mut others = Vec::new();
            for value in values {
                match search(value, give, depth + 1) {
                    None => found = true,
                    Some(other) => others.push(other),
                }
            }
            if !found {
                return Some(Value::Array(others));
            }
            // Neighbours of findings were meant to be findings.
            others.into_iter().for_each(give);
            None
        }
        Value::Object(members) => {
            let mut found = false;
            let mut others = serde_json::Map::new();
            for (name, value) in members {
                match search(value, give, depth + 1) {
                    None => found = true,
                    Some(other) => drop(others.insert(name, other)),
                }
            }
            (!found).then_some(Value::Object(others))
        }
        Value::String(text) if text.trim_start().starts_with(['{', '[']) => match serde_json::from_str(&text) {
            Ok(inner) => search(inner, give, depth + 1).map(|_| Value::String(text)),
            Err(_) => Some(Value::String(text)),
        },
        other => Some(other),
    }
}

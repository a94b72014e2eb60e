//! Reads documents of any known shape into [`Observation`]s.
//!
//! Refuses only what has no identity or no type, and says why. Every other field may be missing, null, of another type
//! or misspelt in case; then it is unknown.

mod asff;
mod ecs;
mod evidence;
mod guardduty;
mod ocsf;
mod signals;
mod times;

use app::model::Source;
use jiff::Timestamp;
use serde_json::Value;

use super::observation::Observation;

pub use asff::asff;
pub use evidence::evidence;
pub use guardduty::guardduty;
pub use ocsf::ocsf;

/// Grows with every change that makes a document read differently: what was read by an older version is worth reading
/// again.
pub const PARSER_VERSION: u32 = 2;

/// Why a document is not a finding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Reject(pub String);

impl Reject {
    fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// Reads a document of a known service.
pub fn source(source: Source, document: &Value, observed_at: Timestamp) -> Result<Observation, Reject> {
    match source {
        Source::GuardDuty => guardduty(document, observed_at),
        Source::SecurityHub if is_ocsf(document) => ocsf(document, observed_at),
        Source::SecurityHub => asff(document, observed_at),
    }
}

/// Reads a document of any shape.
pub fn any(document: &Value, observed_at: Timestamp) -> Result<Observation, Reject> {
    if !document.is_object() {
        return Err(Reject::new(format!("not an object but {}", kind_of(document))));
    }
    if is_ocsf(document) {
        return ocsf(document, observed_at);
    }
    if is_asff(document) {
        return asff(document, observed_at);
    }
    if is_guardduty(document) {
        return guardduty(document, observed_at);
    }
    Err(stranger(document))
}

/// Says what a document that is no finding is instead, or what it lacks.
fn stranger(document: &Value) -> Reject {
    if let Some(event) = event_name(document, 0) {
        return Reject::new(format!("not a finding: the event `{event:.100}` carries none"));
    }
    let has = |name: &str| field(document, name).is_some();
    if has("resource") && has("schemaVersion") || has("service") && has("accountId") {
        return Reject::new("a part of a GuardDuty finding: it has no type");
    }
    Reject::new("not a finding of a known shape: expected a GuardDuty finding, an ASFF finding or an OCSF finding")
}

/// The name of the EventBridge event in a document, however it is wrapped.
fn event_name(value: &Value, depth: usize) -> Option<String> {
    match value {
        _ if depth > 4 => None,
        Value::Object(members) => {
            text(members.get("detail-type")).or_else(|| members.values().find_map(|value| event_name(value, depth + 1)))
        }
        // SNS and SQS carry events as text.
        Value::String(wrapped) if wrapped.starts_with('{') => {
            serde_json::from_str(wrapped).ok().and_then(|inner: Value| event_name(&inner, depth + 1))
        }
        _ => None,
    }
}

/// Whether a value looks like a finding, so that an envelope search stops here.
pub fn is_finding(document: &Value) -> bool {
    is_ocsf(document) || is_asff(document) || is_guardduty(document)
}

fn is_ocsf(document: &Value) -> bool {
    document.get("class_uid").is_some()
        && (document.get("metadata").is_some() || document.get("finding_info").is_some())
}

fn is_asff(document: &Value) -> bool {
    let has = |name: &str| document.get(name).is_some();
    has("ProductArn") || has("AwsAccountId") && has("Id") || has("Types") && has("Title") && has("Id")
}

fn is_guardduty(document: &Value) -> bool {
    let typed = field(document, "type").and_then(Value::as_str).is_some();
    let parts = field(document, "service").is_some() || field(document, "resource").is_some();
    typed && (parts || field(document, "severity").is_some() && field(document, "id").is_some())
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A member by its `camelCase` name; documents printed by some SDKs write it with a capital. Null counts as absent.
fn field<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let object = value.as_object()?;
    let found = object.get(name).or_else(|| {
        let mut pascal = name.to_owned();
        pascal.get_mut(..1)?.make_ascii_uppercase();
        object.get(&pascal)
    });
    found.filter(|value| !value.is_null())
}

/// A member some levels down.
fn path<'a>(value: &'a Value, names: &[&str]) -> Option<&'a Value> {
    names.iter().try_fold(value, |value, name| field(value, name))
}

/// Text, or a number as its text; empty text is absent.
fn text(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// An account id. Written as a number it loses its leading zeros; account ids have twelve digits.
fn account(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Number(number) => number
            .as_u64()
            .filter(|number| *number >= 1_000_000_000)
            .map_or_else(|| text(value), |number| Some(format!("{number:012}"))),
        other => text(Some(other)),
    }
}

fn text_at(value: &Value, names: &[&str]) -> Option<String> {
    text(path(value, names))
}

/// A whole number, also when written as text or with a fraction of zero.
#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and in range")]
fn whole(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Number(number) => number.as_i64().or_else(|| {
            number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 9e15).map(|float| float as i64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A number, also when written as text.
fn number(value: Option<&Value>) -> Option<f64> {
    let number = match value? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite())
}

/// A boolean, also when written as text.
fn truth(value: Option<&Value>) -> Option<bool> {
    match value? {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// The members of a list; a single object stands for a list of one, as some tools flatten it.
fn items(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(items)) => items,
        Some(single @ Value::Object(_)) => std::slice::from_ref(single),
        _ => &[],
    }
}

/// A document as it is kept.
fn text_of(document: &Value) -> String {
    serde_json::to_string(document).expect("names of members are texts")
}

/// Sorted and without repetition.
fn tidy<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort_unstable();
    values.dedup();
    values
}

/// Deepest nesting hashed; deeper parts count as equal. Real findings stay below 20.
const DEEPEST: usize = 64;

/// Hashes a document by content, whatever the order of its members, without the members in `volatile`.
fn content_hash(document: &Value, volatile: &[&str]) -> u64 {
    fn feed(value: &Value, volatile: &[&str], hasher: &mut xxhash_rust::xxh3::Xxh3, depth: usize) {
        match value {
            _ if depth == DEEPEST => hasher.update(b"~"),
            Value::Object(object) => {
                let counts = |(name, _): &(&String, &Value)| !volatile.contains(&name.as_str());
                let mut members: Vec<(&String, &Value)> = object.iter().filter(counts).collect();
                members.sort_unstable_by_key(|(name, _)| *name);
                hasher.update(b"{");
                for (name, member) in members {
                    hasher.update(&name.len().to_le_bytes());
                    hasher.update(name.as_bytes());
                    feed(member, volatile, hasher, depth + 1);
                }
                hasher.update(b"}");
            }
            Value::Array(values) => {
                hasher.update(b"[");
                for value in values {
                    feed(value, volatile, hasher, depth + 1);
                }
                hasher.update(b"]");
            }
            Value::String(text) => {
                hasher.update(b"\"");
                hasher.update(&text.len().to_le_bytes());
                hasher.update(text.as_bytes());
            }
            scalar => hasher.update(scalar.to_string().as_bytes()),
        }
    }
    let mut hasher = xxhash_rust::xxh3::Xxh3::new();
    feed(document, volatile, &mut hasher, 0);
    hasher.digest()
}

#[cfg(test)]
mod tests;

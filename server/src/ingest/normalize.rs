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
    let found = object.get(name).or_else(|| object.get(pascal(name, &mut [0; LONGEST_NAME])?));
    found.filter(|value| !value.is_null())
}

/// Longer than any name asked for.
const LONGEST_NAME: usize = 64;

/// A name with a capital, written into `room`: most members asked for are absent, so this happens too often to allocate.
fn pascal<'a>(name: &str, room: &'a mut [u8; LONGEST_NAME]) -> Option<&'a str> {
    let room = room.get_mut(..name.len())?;
    room.copy_from_slice(name.as_bytes());
    room.first_mut()?.make_ascii_uppercase();
    std::str::from_utf8(room).ok()
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
    let mut canonical = Canonical { bytes: Vec::with_capacity(4096), members: Vec::new() };
    canonical.feed(document, volatile, 0);
    xxhash_rust::xxh3::xxh3_64(&canonical.bytes)
}

/// A document in the form that is hashed. Written in one piece: hashing every few bytes by themselves takes longer.
struct Canonical<'a> {
    bytes: Vec<u8>,
    /// Of the objects that are being written, one behind the other.
    members: Vec<(&'a str, &'a Value)>,
}

impl<'a> Canonical<'a> {
    fn feed(&mut self, value: &'a Value, volatile: &[&str], depth: usize) {
        match value {
            _ if depth == DEEPEST => self.bytes.push(b'~'),
            Value::Object(object) => {
                let counts = |(name, _): &(&str, &Value)| !volatile.contains(name);
                let start = self.members.len();
                self.members.extend(object.iter().map(|(name, member)| (name.as_str(), member)).filter(counts));
                self.members[start..].sort_unstable_by_key(|(name, _)| *name);
                self.bytes.push(b'{');
                for index in start..self.members.len() {
                    let (name, member) = self.members[index];
                    self.text(name);
                    self.feed(member, volatile, depth + 1);
                }
                self.members.truncate(start);
                self.bytes.push(b'}');
            }
            Value::Array(values) => {
                self.bytes.push(b'[');
                for value in values {
                    self.feed(value, volatile, depth + 1);
                }
                self.bytes.push(b']');
            }
            Value::String(text) => {
                self.bytes.push(b'"');
                self.text(text);
            }
            scalar => self.bytes.extend(scalar.to_string().as_bytes()),
        }
    }

    fn text(&mut self, text: &str) {
        self.bytes.extend(text.len().to_le_bytes());
        self.bytes.extend(text.as_bytes());
    }
}

#[cfg(test)]
mod tests;

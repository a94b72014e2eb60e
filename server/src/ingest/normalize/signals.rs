//! The findings an attack sequence names as its signals.
//!
//! A signal of type `FINDING` carries the finding's ARN or its id; other signals are log events.
//! Shape: <https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Signal.html>

use serde_json::Value;

use super::{field, items, text, text_at, tidy};
use crate::ingest::observation::FindingKey;

/// Where a signal may name its finding.
const NAMES: [&str; 5] = ["uid", "id", "arn", "findingArn", "findingId"];

/// Reads `sequence.signals` of the sequence with this ARN. An id alone belongs to the sequence's own detector.
pub fn signals(sequence: Option<&Value>, sequence_arn: &str) -> Vec<FindingKey> {
    let Some(sequence) = sequence else { return Vec::new() };
    let named = items(field(sequence, "signals")).iter().filter_map(|signal| {
        if text_at(signal, &["type"]).is_some_and(|kind| kind != "FINDING") {
            return None;
        }
        NAMES.iter().find_map(|name| arn(&text(field(signal, name))?, sequence_arn))
    });
    tidy(named.filter(|arn| arn != sequence_arn).map(|arn| FindingKey::of_arn(&arn)).collect())
}

fn arn(name: &str, sequence_arn: &str) -> Option<String> {
    if name.starts_with("arn:") {
        return (name.contains(":guardduty:") && name.contains("/finding/")).then(|| name.to_owned());
    }
    let is_id = name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (detector, _) = sequence_arn.rsplit_once("/finding/").filter(|_| is_id)?;
    Some(format!("{detector}/finding/{name}"))
}

//! Times as AWS and its users write them.
//!
//! RFC 3339 with any fraction; a space for the `T`; no offset (then UTC); seconds, milliseconds, microseconds or
//! nanoseconds since 1970 as number or text. What is none of these is unknown.

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::Value;

/// Reads a time.
pub fn time(value: Option<&Value>) -> Option<Timestamp> {
    match value? {
        Value::String(text) => from_text(text.trim()),
        Value::Number(number) => number.as_f64().and_then(from_epoch),
        _ => None,
    }
}

fn from_text(text: &str) -> Option<Timestamp> {
    if let Ok(number) = text.parse::<f64>() {
        return from_epoch(number);
    }
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp);
    }
    let wall: DateTime = text.trim_end_matches("UTC").trim_end().parse().ok()?;
    wall.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// Small numbers are seconds; each thousandfold more is the next smaller unit. Seconds reach to the year 5138.
#[expect(clippy::cast_possible_truncation, reason = "jiff refuses what is out of range; 2^63 µs is the year 294246")]
fn from_epoch(number: f64) -> Option<Timestamp> {
    if !number.is_finite() || number <= 0.0 {
        return None;
    }
    let seconds = match number {
        n if n < 1e11 => n,
        n if n < 1e14 => n / 1e3,
        n if n < 1e17 => n / 1e6,
        n => n / 1e9,
    };
    Timestamp::from_microsecond((seconds * 1e6).round() as i64).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_every_form_seen_in_the_wild() {
        for (written, read) in [
            (json!("2025-02-25T20:40:06Z"), "2025-02-25T20:40:06Z"),
            (json!("2025-02-25T20:40:06.721000000Z"), "2025-02-25T20:40:06.721Z"),
            (json!("2021-12-09 04:53:50+05:30"), "2021-12-08T23:23:50Z"),
            (json!("2025-02-25 20:40:06.000000000"), "2025-02-25T20:40:06Z"),
            (json!(1_639_005_830.0), "2021-12-08T23:23:50Z"),
            (json!(1_639_005_830_000_i64), "2021-12-08T23:23:50Z"),
            (json!("1639005830"), "2021-12-08T23:23:50Z"),
        ] {
            assert_eq!(time(Some(&written)).map(|time| time.to_string()).as_deref(), Some(read), "{written}");
        }
    }

    #[test]
    fn what_is_no_time_is_unknown() {
        for written in
            [json!("2025-02-25T120:40:06Z"), json!("soon"), json!(true), json!(0), json!(""), json!(f64::MAX)]
        {
            assert_eq!(time(Some(&written)), None, "{written}");
        }
    }
}

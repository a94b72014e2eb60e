//! What the services answer, in their own shapes.

mod asff;
mod coverage;
mod ecs;
mod guardduty;

use jiff::Timestamp;
use serde_json::{Value, json};

pub use asff::asff;
pub use coverage::{coverage, features};
pub use ecs::{cluster, definition, service, task};
pub use guardduty::guardduty;

/// A time as text with milliseconds.
fn text(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// A time as seconds since 1970, as the protocol's own timestamps travel.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of this age are far below 2^53")]
fn epoch(time: Timestamp) -> Value {
    json!(time.as_millisecond() as f64 / 1e3)
}

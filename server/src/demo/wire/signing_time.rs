//! Whether a request was signed at about the time it arrives, by AWS's clock.
//!
//! A request must arrive within five minutes of the time it was signed
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>). AWS's clock is this machine's,
//! put forward or back by tests: the SDKs sign with the machine's.

use std::sync::{Mutex, PoisonError};

use http::{HeaderMap, HeaderValue, StatusCode};
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};

use super::answer::Refusal;
use crate::clock::{Clock, SystemClock};

const TOLERATED: SignedDuration = SignedDuration::from_mins(5);

/// How far AWS's clock is ahead of this machine's.
#[derive(Debug, Default)]
pub struct AwsClock(Mutex<SignedDuration>);

impl AwsClock {
    pub fn set_ahead(&self, ahead: SignedDuration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = ahead;
    }

    fn now(&self) -> Timestamp {
        SystemClock.now() + *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The `Date` of an answer.
    pub fn date(&self) -> Option<HeaderValue> {
        let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&self.now()).ok()?;
        HeaderValue::from_str(&date).ok()
    }

    /// Refuses what was signed too long ago, or in times to come.
    pub fn check(&self, headers: &HeaderMap, service: &str) -> Result<(), Refusal> {
        let signed = headers.get("x-amz-date").and_then(|date| date.to_str().ok()).unwrap_or_default();
        let code = if service == "sts" { "SignatureDoesNotMatch" } else { "InvalidSignatureException" };
        let Ok(time) = Timestamp::strptime("%Y%m%dT%H%M%S%z", signed.replace('Z', "+0000")) else {
            let message = format!("Date in X-Amz-Date `{signed}` is not in ISO 8601 basic format");
            return Err(Refusal::new(StatusCode::FORBIDDEN, code, message));
        };
        let now = self.now();
        let what = if now.duration_since(time) > TOLERATED {
            "Signature expired"
        } else if time.duration_since(now) > TOLERATED {
            "Signature not yet current"
        } else {
            return Ok(());
        };
        let now = now.strftime("%Y%m%dT%H%M%SZ");
        Err(Refusal::new(StatusCode::FORBIDDEN, code, format!("{what}: {signed} is not within 5 min. of {now}")))
    }
}

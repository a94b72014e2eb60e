//! One service in one Region of one account, whichever it is.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::aws::counters::Counters;
use crate::aws::{AwsError, GuardDuty, Page, SecurityHub, Tokens, guardduty, security_hub};

/// Where a collector reads.
#[derive(Debug)]
pub enum Port {
    GuardDuty(GuardDuty),
    SecurityHub(SecurityHub),
}

impl Port {
    /// The next page of findings updated since `since`, oldest update first. `now` is when the pull began.
    pub async fn page(
        &self,
        since: Timestamp,
        now: Timestamp,
        tokens: &mut Tokens,
        counters: &Arc<Counters>,
    ) -> Result<Page, AwsError> {
        match self {
            Self::GuardDuty(port) => Box::pin(port.page(since, tokens, counters)).await,
            Self::SecurityHub(port) => {
                // The end is required; a day ahead leaves room for a clock that is slow.
                let until = now.checked_add(SignedDuration::from_hours(24)).unwrap_or(now);
                Box::pin(port.page(since, until, tokens, counters)).await
            }
        }
    }

    /// How many findings [`Port::ask_for`] takes.
    pub fn asked_at_once(&self) -> usize {
        match self {
            Self::GuardDuty(_) => guardduty::ASKED_AT_ONCE,
            Self::SecurityHub(_) => security_hub::ASKED_AT_ONCE,
        }
    }

    /// The documents of these findings, as far as the service has them.
    pub async fn ask_for(&self, arns: &[String], counters: &Arc<Counters>) -> Result<Vec<Value>, AwsError> {
        match self {
            Self::GuardDuty(port) => Box::pin(port.ask_for(arns, counters)).await,
            Self::SecurityHub(port) => Box::pin(port.ask_for(arns, counters)).await,
        }
    }

    /// After a failure: what was found out before may be wrong now.
    pub async fn forget(&self) {
        if let Self::GuardDuty(port) = self {
            port.forget_detector().await;
        }
    }
}

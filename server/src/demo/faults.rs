//! Things that go wrong, switched on by tests.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// 429.
    Throttle,
    /// 500 as the service words it.
    ServerError,
    /// 403 with this error code.
    Refuse(&'static str),
    /// Half of the body, then the connection ends.
    TruncatedBody,
    /// The connection ends instead of the body.
    Disconnect,
    /// The answer comes this much later.
    Delay(Duration),
    /// A page for people from something in between, with status 200.
    HtmlBody,
    /// Every page names the same next page.
    RepeatToken,
    /// Before every page comes one without rows that names it, as services do that look before they filter.
    EmptyPage,
    /// Every page is the first one and names a next page.
    EndlessPages,
}

/// When it goes wrong. `None` matches everything.
#[derive(Debug, Clone, Copy)]
pub struct FaultRule {
    /// Of the caller.
    pub account: Option<&'static str>,
    pub service: Option<&'static str>,
    pub operation: Option<&'static str>,
    pub region: Option<&'static str>,
    /// How often; `None`: until cleared.
    pub times: Option<u32>,
    pub fault: Fault,
}

impl FaultRule {
    /// Every call of `operation`, until cleared.
    pub fn of(operation: &'static str, fault: Fault) -> Self {
        Self { account: None, service: None, operation: Some(operation), region: None, times: None, fault }
    }
}

/// The faults that are switched on.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<FaultRule>>);

impl Faults {
    /// Switches a fault on.
    pub fn add(&self, rule: FaultRule) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(rule);
    }

    /// Switches every fault off.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The fault of a request, counted down.
    pub(super) fn take(&self, account: &str, service: &str, operation: &str, region: &str) -> Option<Fault> {
        let mut rules = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let matches = |wanted: Option<&'static str>, value: &str| wanted.is_none_or(|wanted| wanted == value);
        let rule = rules.iter_mut().find(|rule| {
            matches(rule.account, account)
                && matches(rule.service, service)
                && matches(rule.operation, operation)
                && matches(rule.region, region)
                && rule.times != Some(0)
        })?;
        if let Some(times) = &mut rule.times {
            *times -= 1;
        }
        Some(rule.fault)
    }
}

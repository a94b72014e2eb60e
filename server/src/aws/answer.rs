//! Takes the answer's body as it came.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use serde_json::Value;

use super::counters::{Counters, THROTTLED};
use super::error::{self, AwsError};
use super::pace::Pace;
use crate::clock::{Clock, SystemClock};

/// Listens to one call.
#[derive(Debug, Clone)]
pub struct Listener {
    service: &'static str,
    operation: &'static str,
    counters: Arc<Counters>,
    pace: Option<Arc<Pace>>,
    heard: Arc<Mutex<Heard>>,
}

#[derive(Debug, Default)]
struct Heard {
    /// Status and body of the last attempt that was answered in full.
    answer: Option<(u16, Vec<u8>)>,
    /// Whether the current attempt was counted.
    counted: bool,
    /// Attempts begun.
    attempts: u32,
}

impl Listener {
    /// Listens to a call of `operation`.
    pub fn new(service: &'static str, operation: &'static str, counters: &Arc<Counters>) -> Self {
        Self { service, operation, counters: Arc::clone(counters), pace: None, heard: Arc::default() }
    }

    /// Tells this pace of retries and of how they were answered.
    pub fn paced(self, pace: &Arc<Pace>) -> Self {
        Self { pace: Some(Arc::clone(pace)), ..self }
    }

    /// The document of the answer: of any answer that succeeded and is JSON, even if the SDK's model cannot read it.
    pub fn document<O, E>(&self, result: Result<O, SdkError<E, HttpResponse>>) -> Result<Value, AwsError>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner).answer.take();
        if let Some((status, body)) = &heard
            && (200..300).contains(status)
        {
            return serde_json::from_slice(body).map_err(|error| AwsError::Unreadable {
                operation: self.operation,
                reason: format!("{} bytes that are not JSON: {error}", body.len()),
            });
        }
        match result {
            Ok(_) => {
                Err(AwsError::Unreadable { operation: self.operation, reason: "an answer without a body".to_owned() })
            }
            Err(error) => Err(AwsError::of(self.service, self.operation, &error)),
        }
    }
}

/// Whether an error's code is one of throttling, in JSON (`"__type": "ThrottlingException"`) or XML
/// (`<Code>Throttling</Code>`).
fn says_throttled(body: &[u8]) -> bool {
    let start = &body[..body.len().min(1024)];
    let text = String::from_utf8_lossy(start);
    ["ThrottlingException\"", "<Code>Throttling"].iter().any(|code| text.contains(code))
}

impl Intercept for Listener {
    fn name(&self) -> &'static str {
        "Listener"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let attempts = heard.attempts + 1;
        *heard = Heard { attempts, ..Heard::default() };
        if let Some(pace) = self.pace.as_ref().filter(|_| attempts > 1) {
            pace.retried();
        }
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let status = response.status().as_u16();
        if let Some(ahead) = error::ahead(response.headers().get("date"), SystemClock.now()) {
            self.counters.note_clock(ahead);
        }
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let body = response.body().bytes();
        let outcome = match body {
            Some(body) if status == 400 && says_throttled(body) => THROTTLED.to_owned(),
            _ => status.to_string(),
        };
        heard.answer = body.map(|body| (status, body.to_vec()));
        heard.counted = true;
        self.counters.count(self.service, self.operation, &outcome);
        match &self.pace {
            Some(pace) if status == 429 || outcome == THROTTLED => pace.throttled(),
            Some(pace) if status < 300 => pace.answered(),
            _ => {}
        }
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let counted = std::mem::take(&mut self.heard.lock().unwrap_or_else(PoisonError::into_inner).counted);
        if !counted {
            // A body that broke off still had a status.
            let outcome = if context.response().is_some() { "broken" } else { "unreachable" };
            self.counters.count(self.service, self.operation, outcome);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throttling_is_recognised_in_both_protocols() {
        assert!(says_throttled(br#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#));
        assert!(says_throttled(b"<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>"));
        assert!(!says_throttled(br#"{"__type":"InvalidParameterException","message":"no"}"#));
        assert!(!says_throttled(b""));
    }
}

//! GuardDuty's findings, page by page, oldest update first.

use std::sync::Arc;

use aws_sdk_guardduty::Client;
use aws_sdk_guardduty::types::{Condition, FindingCriteria, OrderBy, SortCriteria};
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::Mutex;

use super::answer::Listener;
use super::counters::Counters;
use super::error::AwsError;
use super::paging::{Page, Tokens};

/// The service's largest page (<https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ListFindings.html>).
const PAGE: i32 = 50;

/// GuardDuty in one Region of one account.
#[derive(Debug)]
pub struct GuardDuty {
    client: Client,
    counters: Arc<Counters>,
    /// Known since the first pull; asked again when the service does not know it any more.
    detector: Mutex<Option<String>>,
}

impl GuardDuty {
    pub(super) fn new(client: Client, counters: &Arc<Counters>) -> Self {
        Self { client, counters: Arc::clone(counters), detector: Mutex::new(None) }
    }

    fn listen(&self, operation: &'static str) -> Listener {
        Listener::new("guardduty", operation, &self.counters)
    }

    async fn detector(&self) -> Result<String, AwsError> {
        let mut known = self.detector.lock().await;
        if let Some(detector) = known.as_ref() {
            return Ok(detector.clone());
        }
        let listener = self.listen("ListDetectors");
        let result = self.client.list_detectors().customize().interceptor(listener.clone()).send().await;
        let answer = listener.document(result)?;
        let detector = answer.pointer("/detectorIds/0").and_then(Value::as_str);
        let detector = detector.ok_or(AwsError::NotEnabled { service: "guardduty" })?;
        *known = Some(detector.to_owned());
        Ok(detector.to_owned())
    }

    /// Forgets the detector: it may have been deleted and made anew.
    pub async fn forget_detector(&self) {
        *self.detector.lock().await = None;
    }

    /// The next page of findings updated since `since`, archived ones included.
    pub async fn page(&self, since: Timestamp, tokens: &mut Tokens) -> Result<Page, AwsError> {
        let detector = self.detector().await?;
        // Only the long form takes milliseconds: the legacy `gte` is a 32-bit number.
        let updated = Condition::builder().greater_than_or_equal(since.as_millisecond()).build();
        let listener = self.listen("ListFindings");
        let result = self
            .client
            .list_findings()
            .detector_id(&detector)
            .finding_criteria(FindingCriteria::builder().criterion("updatedAt", updated).build())
            .sort_criteria(SortCriteria::builder().attribute_name("updatedAt").order_by(OrderBy::Asc).build())
            .max_results(PAGE)
            .set_next_token(tokens.next.clone())
            .customize()
            .interceptor(listener.clone())
            .send()
            .await;
        let answer = listener.document(result)?;
        let ids = answer.get("findingIds").and_then(Value::as_array).ok_or_else(|| AwsError::Unreadable {
            operation: "ListFindings",
            reason: "a document without findingIds".to_owned(),
        })?;
        let ids: Vec<String> = ids.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect();
        let documents = if ids.is_empty() { Vec::new() } else { self.documents(&detector, ids).await? };
        let last = tokens.advance("ListFindings", answer.get("nextToken"))?;
        Ok(Page { documents, last })
    }

    async fn documents(&self, detector: &str, ids: Vec<String>) -> Result<Vec<Value>, AwsError> {
        let listener = self.listen("GetFindings");
        let call = self.client.get_findings().detector_id(detector).set_finding_ids(Some(ids));
        let result = call.customize().interceptor(listener.clone()).send().await;
        match listener.document(result)?.get_mut("findings").map(Value::take) {
            Some(Value::Array(findings)) => Ok(findings),
            _ => {
                Err(AwsError::Unreadable { operation: "GetFindings", reason: "a document without findings".to_owned() })
            }
        }
    }
}

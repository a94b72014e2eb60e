//! GuardDuty's findings, page by page, oldest update first.

use std::sync::Arc;

use aws_config::{Region, SdkConfig};
use aws_sdk_guardduty::Client;
use aws_sdk_guardduty::config::Builder;
use aws_sdk_guardduty::config::retry::RetryPartition;
use aws_sdk_guardduty::types::{Condition, FindingCriteria, OrderBy, SortCriteria};
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::Mutex;

use super::answer::Listener;
use super::clients::{BuildClient, Regional};
use super::counters::Counters;
use super::error::AwsError;
use super::pace::Pace;
use super::paging::{Page, Tokens};

/// The service's largest page (<https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ListFindings.html>).
const PAGE: i32 = 50;
/// Findings that can be asked for by their ids at once
/// (<https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetFindings.html>).
pub const ASKED_AT_ONCE: usize = 50;
/// An idle poll passes at once.
const BURST: u32 = 5;

/// GuardDuty in one Region of one account.
#[derive(Debug)]
pub struct GuardDuty {
    client: Regional<Client>,
    pace: Arc<Pace>,
    /// Known since the first pull; asked again when the service does not know it any more.
    detector: Mutex<Option<String>>,
}

impl BuildClient for Client {
    fn build(config: &SdkConfig, region: Region) -> Self {
        // By default one service's clients share what retries they have left: one failing Region would take it from all.
        let retries = RetryPartition::custom(format!("guardduty/{region}")).build();
        Self::from_conf(Builder::from(config).region(region).retry_partition(retries).build())
    }
}

impl GuardDuty {
    pub(super) fn new(client: Regional<Client>, rate: f64) -> Self {
        Self { client, pace: Arc::new(Pace::new(rate, BURST)), detector: Mutex::new(None) }
    }

    /// The client, and the number of the session it belongs to.
    pub(super) async fn client(&self) -> (u64, Client) {
        self.client.get().await
    }

    /// The same answer; if the session has expired, the next call has another one.
    pub(super) async fn renewed<T>(&self, session: u64, answer: Result<T, AwsError>) -> Result<T, AwsError> {
        if answer.as_ref().is_err_and(AwsError::is_expiry) {
            self.client.renew(session).await;
        }
        answer
    }

    /// If the session has expired, the next call has another one.
    pub(super) async fn renew_after(&self, error: &AwsError) {
        if error.is_expiry() {
            self.client.renew(self.client.get().await.0).await;
        }
    }

    /// Waits for a turn and listens to the call it is for.
    pub(super) async fn listen(&self, operation: &'static str, counters: &Arc<Counters>) -> Listener {
        self.pace.turn().await;
        Listener::new("guardduty", operation, counters).paced(&self.pace)
    }

    pub(super) async fn detector(&self, client: &Client, counters: &Arc<Counters>) -> Result<String, AwsError> {
        let mut known = self.detector.lock().await;
        if let Some(detector) = known.as_ref() {
            return Ok(detector.clone());
        }
        let listener = self.listen("ListDetectors", counters).await;
        let result = client.list_detectors().customize().interceptor(listener.clone()).send().await;
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
    pub async fn page(
        &self,
        since: Timestamp,
        tokens: &mut Tokens,
        counters: &Arc<Counters>,
    ) -> Result<Page, AwsError> {
        let (session, client) = self.client.get().await;
        match self.page_of(&client, since, tokens, counters).await {
            Err(error) if error.is_expiry() => {
                self.client.renew(session).await;
                self.page_of(&self.client.get().await.1, since, tokens, counters).await
            }
            other => other,
        }
    }

    async fn page_of(
        &self,
        client: &Client,
        since: Timestamp,
        tokens: &mut Tokens,
        counters: &Arc<Counters>,
    ) -> Result<Page, AwsError> {
        let detector = self.detector(client, counters).await?;
        // Only the long form takes milliseconds: the legacy `gte` is a 32-bit number.
        let updated = Condition::builder().greater_than_or_equal(since.as_millisecond()).build();
        let listener = self.listen("ListFindings", counters).await;
        let result = client
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
        let listed = ids.len();
        let mut documents =
            if ids.is_empty() { Vec::new() } else { self.documents(client, &detector, ids.clone(), counters).await? };
        // Documents come in no promised order; the list is in ours.
        let id_of = |document: &Value| document.get("id").or_else(|| document.get("Id")).cloned();
        documents.sort_by_key(|document| {
            let id = id_of(document);
            ids.iter().position(|listed| id.as_ref().and_then(Value::as_str) == Some(listed))
        });
        let last = tokens.advance("ListFindings", answer.get("nextToken"))?;
        Ok(Page { missing: listed.saturating_sub(documents.len()), documents, last })
    }

    /// The documents of at most [`ASKED_AT_ONCE`] findings, as far as the service has them.
    pub async fn ask_for(&self, arns: &[String], counters: &Arc<Counters>) -> Result<Vec<Value>, AwsError> {
        let (_, client) = self.client.get().await;
        let detector = self.detector(&client, counters).await?;
        let ids = arns.iter().filter_map(|arn| arn.rsplit('/').next()).map(str::to_owned).collect();
        self.documents(&client, &detector, ids, counters).await
    }

    async fn documents(
        &self,
        client: &Client,
        detector: &str,
        ids: Vec<String>,
        counters: &Arc<Counters>,
    ) -> Result<Vec<Value>, AwsError> {
        let listener = self.listen("GetFindings", counters).await;
        let call = client.get_findings().detector_id(detector).set_finding_ids(Some(ids));
        let result = call.customize().interceptor(listener.clone()).send().await;
        match listener.document(result)?.get_mut("findings").map(Value::take) {
            Some(Value::Array(findings)) => Ok(findings),
            _ => {
                Err(AwsError::Unreadable { operation: "GetFindings", reason: "a document without findings".to_owned() })
            }
        }
    }
}

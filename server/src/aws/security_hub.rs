//! Security Hub's findings, page by page, oldest update first.

use std::sync::Arc;

use aws_sdk_securityhub::Client;
use aws_sdk_securityhub::types::{AwsSecurityFindingFilters, DateFilter, SortCriterion, SortOrder};
use jiff::Timestamp;
use serde_json::Value;

use super::answer::Listener;
use super::counters::Counters;
use super::error::AwsError;
use super::pace::Pace;
use super::paging::{Page, Tokens};

/// The service's largest page (<https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindings.html>).
const PAGE: i32 = 100;
/// One below the quota: calls reach the service at other intervals than they leave us.
const BURST: u32 = 5;

/// Security Hub in one Region of one account.
#[derive(Debug)]
pub struct SecurityHub {
    client: Client,
    counters: Arc<Counters>,
    pace: Pace,
}

impl SecurityHub {
    pub(super) fn new(client: Client, counters: &Arc<Counters>, rate: f64) -> Self {
        Self { client, counters: Arc::clone(counters), pace: Pace::new(rate, BURST) }
    }

    fn listen(&self, operation: &'static str) -> Listener {
        Listener::new("securityhub", operation, &self.counters)
    }

    /// The next page of findings updated in `[since, until)`.
    pub async fn page(&self, since: Timestamp, until: Timestamp, tokens: &mut Tokens) -> Result<Page, AwsError> {
        let updated = DateFilter::builder().start(since.to_string()).end(until.to_string()).build();
        let order = SortCriterion::builder().field("UpdatedAt").sort_order(SortOrder::Ascending).build();
        self.pace.turn().await;
        let listener = self.listen("GetFindings");
        let result = self
            .client
            .get_findings()
            .filters(AwsSecurityFindingFilters::builder().updated_at(updated).build())
            .sort_criteria(order)
            .max_results(PAGE)
            .set_next_token(tokens.next.clone())
            .customize()
            .interceptor(listener.clone())
            .send()
            .await;
        let mut answer = listener.document(result)?;
        let Some(Value::Array(documents)) = answer.get_mut("Findings").map(Value::take) else {
            let reason = "a document without Findings".to_owned();
            return Err(AwsError::Unreadable { operation: "GetFindings", reason });
        };
        let last = tokens.advance("GetFindings", answer.get("NextToken"))?;
        Ok(Page { documents, last })
    }

    /// The home Region, which speaks for all Regions linked to it; `None` where there is none.
    pub async fn home_region(&self) -> Result<Option<String>, AwsError> {
        let listener = self.listen("ListFindingAggregators");
        let result = self.client.list_finding_aggregators().customize().interceptor(listener.clone()).send().await;
        let answer = listener.document(result)?;
        let arn = answer.pointer("/FindingAggregators/0/FindingAggregatorArn").and_then(Value::as_str);
        let Some(arn) = arn else { return Ok(None) };
        let listener = self.listen("GetFindingAggregator");
        let call = self.client.get_finding_aggregator().finding_aggregator_arn(arn);
        let answer = listener.document(call.customize().interceptor(listener.clone()).send().await)?;
        Ok(answer.get("FindingAggregationRegion").and_then(Value::as_str).map(str::to_owned))
    }
}

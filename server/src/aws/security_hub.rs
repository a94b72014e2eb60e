//! Security Hub's findings, page by page, oldest update first.

use std::sync::Arc;

use aws_config::{Region, SdkConfig};
use aws_sdk_securityhub::Client;
use aws_sdk_securityhub::config::Builder;
use aws_sdk_securityhub::config::retry::RetryPartition;
use aws_sdk_securityhub::types::{
    AwsSecurityFindingFilters, DateFilter, SortCriterion, SortOrder, StringFilter, StringFilterComparison,
};
use jiff::Timestamp;
use serde_json::Value;

use super::answer::Listener;
use super::clients::{BuildClient, Regional};
use super::counters::Counters;
use super::error::AwsError;
use super::pace::Pace;
use super::paging::{Page, Pages, Tokens};

/// The service's largest page (<https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindings.html>).
const PAGE: i32 = 100;
/// Values of one filter, so that the answer is one page
/// (<https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFindingFilters.html>).
pub const ASKED_AT_ONCE: usize = 20;
/// One below the quota: calls reach the service at other intervals than they leave us.
const BURST: u32 = 5;

/// Security Hub in one Region of one account.
#[derive(Debug)]
pub struct SecurityHub {
    client: Regional<Client>,
    pace: Arc<Pace>,
}

impl BuildClient for Client {
    fn build(config: &SdkConfig, region: Region) -> Self {
        // As in GuardDuty: each Region has its own retries.
        let retries = RetryPartition::custom(format!("securityhub/{region}")).build();
        Self::from_conf(Builder::from(config).region(region).retry_partition(retries).build())
    }
}

impl SecurityHub {
    pub(super) fn new(client: Regional<Client>, rate: f64) -> Self {
        Self { client, pace: Arc::new(Pace::new(rate, BURST)) }
    }

    /// The next page of findings updated in `[since, until)`.
    pub async fn page(
        &self,
        since: Timestamp,
        until: Timestamp,
        tokens: &mut Tokens,
        counters: &Arc<Counters>,
    ) -> Result<Page, AwsError> {
        let updated = DateFilter::builder().start(since.to_string()).end(until.to_string()).build();
        let filters = AwsSecurityFindingFilters::builder().updated_at(updated).build();
        let (session, client) = self.client.get().await;
        match self.findings(&client, filters.clone(), tokens, counters).await {
            Err(error) if error.is_expiry() => {
                self.client.renew(session).await;
                self.findings(&self.client.get().await.1, filters, tokens, counters).await
            }
            other => other,
        }
    }

    /// The documents of at most [`ASKED_AT_ONCE`] findings, as far as the service has them.
    pub async fn ask_for(&self, ids: &[String], counters: &Arc<Counters>) -> Result<Vec<Value>, AwsError> {
        let wanted = ids
            .iter()
            .map(|id| StringFilter::builder().value(id).comparison(StringFilterComparison::Equals).build())
            .collect();
        let filters = AwsSecurityFindingFilters::builder().set_id(Some(wanted)).build();
        let (_, client) = self.client.get().await;
        let mut tokens = Tokens::default();
        let mut documents = Vec::new();
        loop {
            let page = self.findings(&client, filters.clone(), &mut tokens, counters).await?;
            documents.extend(page.documents);
            if page.last {
                return Ok(documents);
            }
        }
    }

    async fn findings(
        &self,
        client: &Client,
        filters: AwsSecurityFindingFilters,
        tokens: &mut Tokens,
        counters: &Arc<Counters>,
    ) -> Result<Page, AwsError> {
        let order = SortCriterion::builder().field("UpdatedAt").sort_order(SortOrder::Ascending).build();
        self.pace.turn().await;
        let listener = Listener::new("securityhub", "GetFindings", counters).paced(&self.pace);
        let result = client
            .get_findings()
            .filters(filters)
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
        Ok(Page { documents, missing: 0, last })
    }

    /// Subscriptions to standards, as `GetEnabledStandards` gives them, and the ARNs of the products whose findings are
    /// taken. Both of the account that asks: an administrator is not told its members'.
    pub async fn enabled(
        &self,
        most_pages: usize,
        counters: &Arc<Counters>,
    ) -> Result<(Vec<Value>, Vec<Value>), AwsError> {
        let (_, client) = self.client.get().await;
        let (mut pages, mut standards) = (Pages::of("GetEnabledStandards", "NextToken", most_pages), Vec::new());
        while pages.more()? {
            let listener = Listener::new("securityhub", "GetEnabledStandards", counters);
            let call = client.get_enabled_standards().max_results(PAGE).set_next_token(pages.token());
            let answer = listener.document(call.customize().interceptor(listener.clone()).send().await)?;
            standards.extend(pages.rows(answer, "StandardsSubscriptions")?);
        }
        let mut pages = Pages::of("ListEnabledProductsForImport", "NextToken", most_pages);
        let mut products = Vec::new();
        while pages.more()? {
            let listener = Listener::new("securityhub", "ListEnabledProductsForImport", counters);
            let call = client.list_enabled_products_for_import().max_results(PAGE).set_next_token(pages.token());
            let answer = listener.document(call.customize().interceptor(listener.clone()).send().await)?;
            products.extend(pages.rows(answer, "ProductSubscriptions")?);
        }
        Ok((standards, products))
    }

    /// After a failure: credentials may have ended.
    pub async fn forget(&self, error: &AwsError) {
        if error.is_expiry() {
            self.client.renew(self.client.get().await.0).await;
        }
    }

    /// The home Region, which speaks for all Regions linked to it; `None` where there is none.
    pub async fn home_region(&self, counters: &Arc<Counters>) -> Result<Option<String>, AwsError> {
        let (_, client) = self.client.get().await;
        let listener = Listener::new("securityhub", "ListFindingAggregators", counters);
        let result = client.list_finding_aggregators().customize().interceptor(listener.clone()).send().await;
        let answer = listener.document(result)?;
        let arn = answer.pointer("/FindingAggregators/0/FindingAggregatorArn").and_then(Value::as_str);
        let Some(arn) = arn else { return Ok(None) };
        let listener = Listener::new("securityhub", "GetFindingAggregator", counters);
        let call = client.get_finding_aggregator().finding_aggregator_arn(arn);
        let answer = listener.document(call.customize().interceptor(listener.clone()).send().await)?;
        Ok(answer.get("FindingAggregationRegion").and_then(Value::as_str).map(str::to_owned))
    }
}

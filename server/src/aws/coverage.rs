//! GuardDuty's view of where its agents run: the detector's features, and verdicts about clusters of ECS.

use std::sync::Arc;

use aws_sdk_guardduty::Client;
use aws_sdk_guardduty::types::{
    CoverageFilterCondition, CoverageFilterCriteria, CoverageFilterCriterion, CoverageFilterCriterionKey,
    CoverageStatisticsType,
};
use serde_json::Value;

use super::clients::Regional;
use super::counters::Counters;
use super::error::AwsError;
use super::guardduty::GuardDuty;
use super::paging::Pages;

/// The service's largest page (<https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ListCoverage.html>).
const PAGE: i32 = 50;

/// GuardDuty's coverage in one Region of one account: calls at a pace of their own.
#[derive(Debug)]
pub struct Coverage(GuardDuty);

impl Coverage {
    pub(super) fn new(client: Regional<Client>, rate: f64) -> Self {
        Self(GuardDuty::new(client, rate))
    }

    /// After a failure: the detector may have been deleted and made anew, and credentials may have ended.
    pub async fn forget(&self, error: &AwsError) {
        self.0.forget_detector().await;
        self.0.renew_after(error).await;
    }

    /// The document of `GetDetector`.
    pub async fn features(&self, counters: &Arc<Counters>) -> Result<Value, AwsError> {
        let (_, client) = self.0.client().await;
        let detector = self.0.detector(&client, counters).await?;
        let listener = self.0.listen("GetDetector", counters).await;
        let call = client.get_detector().detector_id(detector);
        let result = call.customize().interceptor(listener.clone()).send().await;
        listener.document(result)
    }

    /// Every cluster of ECS that GuardDuty judges, members' among them where the account is the administrator.
    pub async fn verdicts(&self, most_pages: usize, counters: &Arc<Counters>) -> Result<Vec<Value>, AwsError> {
        let (_, client) = self.0.client().await;
        let detector = self.0.detector(&client, counters).await?;
        let (mut pages, mut all) = (Pages::of("ListCoverage", "nextToken", most_pages), Vec::new());
        while pages.more()? {
            let listener = self.0.listen("ListCoverage", counters).await;
            let call = client
                .list_coverage()
                .detector_id(&detector)
                .filter_criteria(only_ecs())
                .max_results(PAGE)
                .set_next_token(pages.token());
            let result = call.customize().interceptor(listener.clone()).send().await;
            all.extend(pages.rows(listener.document(result)?, "resources")?);
        }
        Ok(all)
    }

    /// The document of `GetCoverageStatistics`.
    pub async fn statistics(&self, counters: &Arc<Counters>) -> Result<Value, AwsError> {
        let (_, client) = self.0.client().await;
        let detector = self.0.detector(&client, counters).await?;
        let listener = self.0.listen("GetCoverageStatistics", counters).await;
        let call = client
            .get_coverage_statistics()
            .detector_id(detector)
            .filter_criteria(only_ecs())
            .statistics_type(CoverageStatisticsType::CountByCoverageStatus);
        let result = call.customize().interceptor(listener.clone()).send().await;
        listener.document(result)
    }
}

fn only_ecs() -> CoverageFilterCriteria {
    let is_ecs = CoverageFilterCondition::builder().equals("ECS").build();
    let criterion = CoverageFilterCriterion::builder()
        .criterion_key(CoverageFilterCriterionKey::ResourceType)
        .filter_condition(is_ecs)
        .build();
    CoverageFilterCriteria::builder().filter_criterion(criterion).build()
}

//! CloudWatch's hours of GuardDuty's usage (<https://docs.aws.amazon.com/guardduty/latest/ug/monitoring-costs.html>).
//!
//! The service answers in CBOR, so its answers are read by the SDK's model.

use std::sync::Arc;

use aws_config::{Region, SdkConfig};
use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::config::Builder;
use aws_sdk_cloudwatch::config::retry::RetryPartition;
use aws_sdk_cloudwatch::operation::get_metric_data::GetMetricDataOutput;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};
use aws_smithy_types::DateTime;
use jiff::Timestamp;
use serde_json::json;

use super::answer::Listener;
use super::clients::{BuildClient, Regional};
use super::counters::Counters;
use super::error::AwsError;
use super::pace::Pace;
use super::paging::Pages;
use crate::store::MetricHour;

const OPERATION: &str = "GetMetricData";
const NAMESPACE: &str = "AWS/GuardDuty";
/// Seconds; the metrics are hourly.
const PERIOD: i32 = 3600;
/// Queries of a request, and pages of a list, at most
/// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>).
const QUERIES: usize = 500;
const MOST_PAGES: usize = 2000;
/// Its quota is 50 calls per second; a few an hour are asked.
const RATE: f64 = 5.0;

/// Data sources and what is measured of them.
pub const METRICS: [(&str, &str); 10] = [
    ("RuntimeMonitoringFargate", "MonitoredVcpuHours"),
    ("RuntimeMonitoringEC2", "MonitoredVcpuHours"),
    ("RuntimeMonitoringEKS", "MonitoredVcpuHours"),
    ("CloudTrailEvents", "AnalyzedCount"),
    ("KubernetesAuditLogs", "AnalyzedCount"),
    ("S3DataEvents", "AnalyzedCount"),
    ("VPCFlowLogDNSLogEvents", "AnalyzedBytes"),
    ("LambdaNetworkLogs", "AnalyzedBytes"),
    ("AIDataEvents", "AnalyzedBytes"),
    ("MalwareProtectionEBS", "ScannedBytes"),
];

/// CloudWatch in one Region of one account.
#[derive(Debug)]
pub struct CloudWatch {
    client: Regional<Client>,
    pace: Arc<Pace>,
}

impl BuildClient for Client {
    fn build(config: &SdkConfig, region: Region) -> Self {
        let retries = RetryPartition::custom(format!("cloudwatch/{region}")).build();
        Self::from_conf(Builder::from(config).region(region).retry_partition(retries).build())
    }
}

impl CloudWatch {
    pub(super) fn new(client: Regional<Client>) -> Self {
        Self { client, pace: Arc::new(Pace::new(RATE, 5)) }
    }

    /// Hours of these accounts in `[from, to)`. Metrics without data have none.
    pub async fn hours(
        &self,
        accounts: &[String],
        (from, to): (Timestamp, Timestamp),
        counters: &Arc<Counters>,
    ) -> Result<Vec<MetricHour>, AwsError> {
        let wanted: Vec<(&String, &str, &str)> = accounts
            .iter()
            .flat_map(|account| METRICS.iter().map(move |(source, metric)| (account, *source, *metric)))
            .collect();
        let mut hours = Vec::new();
        for chunk in wanted.chunks(QUERIES) {
            let queries: Vec<MetricDataQuery> = chunk
                .iter()
                .enumerate()
                .map(|(index, (account, source, metric))| query(index, account, source, metric))
                .collect();
            let mut pages = Pages::of(OPERATION, "NextToken", MOST_PAGES);
            while pages.more()? {
                let answer = self.page(&queries, (from, to), pages.token(), counters).await?;
                pages.turn(&json!({"NextToken": answer.next_token()}))?;
                for result in answer.metric_data_results() {
                    let index =
                        result.id().and_then(|id| id.strip_prefix('m')).and_then(|index| index.parse::<usize>().ok());
                    let Some((account, data_source, metric)) = index.and_then(|index| chunk.get(index)) else {
                        continue;
                    };
                    for (at, amount) in result.timestamps().iter().zip(result.values()) {
                        let Ok(starts_at) = Timestamp::from_second(at.secs()) else { continue };
                        if amount.is_finite() && *amount >= 0.0 {
                            hours.push(MetricHour {
                                account: (*account).clone(),
                                data_source,
                                metric,
                                starts_at,
                                amount: *amount,
                            });
                        }
                    }
                }
            }
        }
        Ok(hours)
    }

    async fn page(
        &self,
        queries: &[MetricDataQuery],
        (from, to): (Timestamp, Timestamp),
        token: Option<String>,
        counters: &Arc<Counters>,
    ) -> Result<GetMetricDataOutput, AwsError> {
        let (session, client) = self.client.get().await;
        self.pace.turn().await;
        let listener = Listener::new("cloudwatch", OPERATION, counters).paced(&self.pace);
        let result = client
            .get_metric_data()
            .set_metric_data_queries(Some(queries.to_vec()))
            .start_time(DateTime::from_secs(from.as_second()))
            .end_time(DateTime::from_secs(to.as_second()))
            .set_next_token(token)
            .customize()
            .interceptor(listener)
            .send()
            .await;
        let answer = result.map_err(|error| AwsError::of("cloudwatch", OPERATION, &error));
        if answer.as_ref().is_err_and(AwsError::is_expiry) {
            self.client.renew(session).await;
        }
        answer
    }
}

fn query(index: usize, account: &str, source: &str, metric: &str) -> MetricDataQuery {
    let dimension = |name: &str, value: &str| Dimension::builder().name(name).value(value).build();
    let metric = Metric::builder()
        .namespace(NAMESPACE)
        .metric_name(metric)
        .dimensions(dimension("AccountId", account))
        .dimensions(dimension("DataSource", source))
        .build();
    let sum = MetricStat::builder().metric(metric).period(PERIOD).stat("Sum").build();
    MetricDataQuery::builder().id(format!("m{index}")).metric_stat(sum).build()
}

//! What runs in ECS: clusters, services and tasks of one account in one Region.

use std::sync::Arc;

use aws_config::{Region, SdkConfig};
use aws_sdk_ecs::Client;
use aws_sdk_ecs::config::Builder;
use aws_sdk_ecs::config::retry::RetryPartition;
use aws_sdk_ecs::types::ClusterField;
use serde_json::Value;

use super::answer::Listener;
use super::clients::{BuildClient, Regional};
use super::counters::Counters;
use super::error::AwsError;
use super::pace::Pace;
use super::paging::{Pages, rows};

/// The largest pages and batches (<https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html>,
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html>).
const PAGE: i32 = 100;
const BATCH: usize = 100;
const SERVICES: usize = 10;
const BURST: u32 = 20;

/// ECS in one Region of one account.
#[derive(Debug)]
pub struct Ecs {
    client: Regional<Client>,
    pace: Arc<Pace>,
}

impl BuildClient for Client {
    fn build(config: &SdkConfig, region: Region) -> Self {
        // As for GuardDuty: one failing Region does not take the retries of all.
        let retries = RetryPartition::custom(format!("ecs/{region}")).build();
        Self::from_conf(Builder::from(config).region(region).retry_partition(retries).build())
    }
}

/// The lists of a cluster.
#[derive(Debug, Clone, Copy)]
enum Listed {
    Clusters,
    Services,
    Tasks,
}

impl Listed {
    const fn operation(self) -> &'static str {
        match self {
            Self::Clusters => "ListClusters",
            Self::Services => "ListServices",
            Self::Tasks => "ListTasks",
        }
    }

    const fn field(self) -> &'static str {
        match self {
            Self::Clusters => "clusterArns",
            Self::Services => "serviceArns",
            Self::Tasks => "taskArns",
        }
    }
}

impl Ecs {
    pub(super) fn new(client: Regional<Client>, rate: f64) -> Self {
        Self { client, pace: Arc::new(Pace::new(rate, BURST)) }
    }

    /// After a failure: credentials may have ended.
    pub async fn forget(&self, error: &AwsError) {
        if error.is_expiry() {
            self.client.renew(self.client.get().await.0).await;
        }
    }

    /// Every cluster with its tags, as `DescribeClusters` gives it.
    pub async fn clusters(&self, most_pages: usize, counters: &Arc<Counters>) -> Result<Vec<Value>, AwsError> {
        let arns = self.all(Listed::Clusters, "", most_pages, counters).await?;
        let (_, client) = self.client.get().await;
        let mut clusters = Vec::new();
        for batch in arns.chunks(BATCH) {
            let listener = self.listen("DescribeClusters", counters).await;
            let call = client.describe_clusters().set_clusters(Some(batch.to_vec())).include(ClusterField::Tags);
            let result = call.customize().interceptor(listener.clone()).send().await;
            clusters.extend(rows("DescribeClusters", "clusters", listener.document(result)?)?);
        }
        Ok(clusters)
    }

    /// A cluster's services, as `DescribeServices` gives them.
    pub async fn services(
        &self,
        cluster: &str,
        most_pages: usize,
        counters: &Arc<Counters>,
    ) -> Result<Vec<Value>, AwsError> {
        let arns = self.all(Listed::Services, cluster, most_pages, counters).await?;
        let (_, client) = self.client.get().await;
        let mut services = Vec::new();
        for batch in arns.chunks(SERVICES) {
            let listener = self.listen("DescribeServices", counters).await;
            let call = client.describe_services().cluster(cluster).set_services(Some(batch.to_vec()));
            let result = call.customize().interceptor(listener.clone()).send().await;
            services.extend(rows("DescribeServices", "services", listener.document(result)?)?);
        }
        Ok(services)
    }

    /// A cluster's tasks that run or are wanted to, as `DescribeTasks` gives them. One that ended meanwhile is missing.
    pub async fn tasks(
        &self,
        cluster: &str,
        most_pages: usize,
        counters: &Arc<Counters>,
    ) -> Result<Vec<Value>, AwsError> {
        let arns = self.all(Listed::Tasks, cluster, most_pages, counters).await?;
        let (_, client) = self.client.get().await;
        let mut tasks = Vec::new();
        for batch in arns.chunks(BATCH) {
            let listener = self.listen("DescribeTasks", counters).await;
            let call = client.describe_tasks().cluster(cluster).set_tasks(Some(batch.to_vec()));
            let result = call.customize().interceptor(listener.clone()).send().await;
            tasks.extend(rows("DescribeTasks", "tasks", listener.document(result)?)?);
        }
        Ok(tasks)
    }

    async fn listen(&self, operation: &'static str, counters: &Arc<Counters>) -> Listener {
        self.pace.turn().await;
        Listener::new("ecs", operation, counters).paced(&self.pace)
    }

    async fn all(
        &self,
        list: Listed,
        cluster: &str,
        most_pages: usize,
        counters: &Arc<Counters>,
    ) -> Result<Vec<String>, AwsError> {
        let operation = list.operation();
        let (_, client) = self.client.get().await;
        let (mut pages, mut all) = (Pages::of(operation, "nextToken", most_pages), Vec::new());
        while pages.more()? {
            let listener = self.listen(operation, counters).await;
            let (heard, next) = (listener.clone(), pages.token());
            let answer = match list {
                Listed::Clusters => {
                    let call = client.list_clusters().max_results(PAGE).set_next_token(next);
                    heard.document(call.customize().interceptor(listener).send().await)
                }
                Listed::Services => {
                    let call = client.list_services().cluster(cluster).max_results(PAGE).set_next_token(next);
                    heard.document(call.customize().interceptor(listener).send().await)
                }
                Listed::Tasks => {
                    let call = client.list_tasks().cluster(cluster).max_results(PAGE).set_next_token(next);
                    heard.document(call.customize().interceptor(listener).send().await)
                }
            };
            let page = pages.rows(answer?, list.field())?;
            all.extend(page.into_iter().filter_map(|arn| arn.as_str().map(str::to_owned)));
        }
        Ok(all)
    }
}

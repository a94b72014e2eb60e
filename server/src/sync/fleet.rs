//! One look at what runs in an account and Region, and at what GuardDuty says about it.
//!
//! A look is no pull: nothing is missed between two of them but their own minutes, so there is no cursor. Each API is
//! asked by itself; one that refuses or fails leaves what the others saw, and is told as what it is.

use std::sync::Arc;
use std::time::Duration;

use crate::aws::counters::Counters;
use crate::aws::{AwsError, Coverage, Ecs, SecurityHub};
use crate::clock::Clock;
use crate::fleet::read;
use crate::fleet::{Cluster, Enabled, Look, Part, Task, Trouble};
use crate::sync::SyncOptions;

/// Looking at what runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FleetOptions {
    /// Between two looks.
    pub interval: Duration,
    /// Whether ECS is asked.
    pub ecs: bool,
}

/// An account in a Region to look at.
#[derive(Debug)]
pub struct FleetTarget {
    pub account: String,
    pub region: String,
    pub coverage: Coverage,
    pub ecs: Ecs,
    pub hub: SecurityHub,
    /// Whether GuardDuty's verdicts are asked for here; else the administrator has them.
    pub verdicts: bool,
}

impl FleetTarget {
    /// `account/region/coverage`
    pub fn name(&self) -> String {
        format!("{}/{}/coverage", self.account, self.region)
    }

    /// Looks once. Errors of Amazon are part of what was seen.
    pub async fn look(&self, options: &SyncOptions, ecs: bool, clock: &dyn Clock, counters: &Arc<Counters>) -> Look {
        let counters = Counters::part_of(counters);
        let at = clock.now();
        let pages = options.most_pages;
        let detector = Box::pin(self.coverage.features(&counters)).await;
        let detector = self.guardduty_part(detector.map(|document| read::features(&document))).await;
        let (verdicts, statistics) = if self.verdicts {
            let verdicts = Box::pin(self.coverage.verdicts(pages, &counters)).await;
            let statistics = Box::pin(self.coverage.statistics(&counters)).await;
            let statistics = statistics.and_then(|document| {
                let reason = || "a document without countByCoverageStatus".to_owned();
                let unreadable = || AwsError::Unreadable { operation: "GetCoverageStatistics", reason: reason() };
                read::statistics(&document).ok_or_else(unreadable)
            });
            let verdicts = verdicts.map(|documents| documents.iter().filter_map(read::verdict).collect());
            (self.guardduty_part(verdicts).await, self.guardduty_part(statistics).await)
        } else {
            (Part::Off, Part::Off)
        };
        let mut look = Look {
            account: self.account.clone(),
            region: self.region.clone(),
            at,
            detector,
            verdicts,
            statistics,
            clusters: Part::Off,
            services: Part::Off,
            tasks: Part::Off,
            hub: self.look_at_hub(pages, &counters).await,
            requests: 0,
            throttles: 0,
            took_ms: 0,
        };
        if ecs {
            self.look_at_ecs(&mut look, pages, &counters).await;
        }
        let sums = counters.sums();
        (look.requests, look.throttles) = (sums.requests, sums.throttles);
        look.took_ms = i64::try_from(clock.now().duration_since(at).as_millis()).unwrap_or(i64::MAX);
        look
    }

    async fn look_at_ecs(&self, look: &mut Look, pages: usize, counters: &Arc<Counters>) {
        let documents = match Box::pin(self.ecs.clusters(pages, counters)).await {
            Ok(documents) => documents,
            Err(error) => {
                self.ecs.forget(&error).await;
                let trouble = trouble(&error);
                look.clusters = Part::Failed(trouble.clone());
                look.services = Part::Failed(trouble.clone());
                look.tasks = Part::Failed(trouble);
                return;
            }
        };
        let (mut clusters, mut tasks, mut services) = (Vec::new(), Vec::new(), Vec::new());
        let mut services_trouble = None;
        for mut cluster in documents.iter().filter_map(read::cluster) {
            match Box::pin(self.ecs.tasks(&cluster.arn, pages, counters)).await {
                Ok(documents) => tasks.extend(documents.iter().filter_map(read::task)),
                Err(error) if is_gone(&error) => continue,
                Err(error) => self.note(&error, &mut cluster).await,
            }
            if services_trouble.is_none() {
                match Box::pin(self.ecs.services(&cluster.arn, pages, counters)).await {
                    Ok(documents) => services.extend(documents.iter().filter_map(read::service)),
                    Err(error) if is_gone(&error) => continue,
                    Err(error) => services_trouble = Some(trouble(&error)),
                }
            }
            clusters.push(cluster);
        }
        let is_listed = |task: &Task| clusters.iter().any(|cluster| cluster.arn == task.cluster_arn);
        tasks.retain(is_listed);
        look.clusters = Part::Seen(clusters);
        look.services = services_trouble.map_or(Part::Seen(services), Part::Failed);
        look.tasks = Part::Seen(tasks);
    }

    async fn look_at_hub(&self, pages: usize, counters: &Arc<Counters>) -> Part<Vec<Enabled>> {
        match Box::pin(self.hub.enabled(pages, counters)).await {
            Ok((standards, products)) => {
                let standards = standards.iter().filter_map(read::standard);
                Part::Seen(standards.chain(products.iter().filter_map(read::product)).collect())
            }
            Err(AwsError::NotEnabled { .. }) => Part::NotEnabled,
            Err(error) => {
                self.hub.forget(&error).await;
                Part::Failed(trouble(&error))
            }
        }
    }

    async fn note(&self, error: &AwsError, cluster: &mut Cluster) {
        self.ecs.forget(error).await;
        cluster.trouble = Some(trouble(error));
    }

    async fn guardduty_part<T>(&self, answer: Result<T, AwsError>) -> Part<T> {
        match answer {
            Ok(seen) => Part::Seen(seen),
            Err(AwsError::NotEnabled { .. }) => Part::NotEnabled,
            Err(error) => {
                self.coverage.forget(&error).await;
                Part::Failed(trouble(&error))
            }
        }
    }
}

fn trouble(error: &AwsError) -> Trouble {
    Trouble { outcome: if error.is_denial() { "denied" } else { "failed" }, error: error.to_string() }
}

/// A cluster that was deleted while we looked.
fn is_gone(error: &AwsError) -> bool {
    matches!(error, AwsError::Failed { code, .. } if code == "ClusterNotFoundException")
}

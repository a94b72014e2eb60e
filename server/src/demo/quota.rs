//! Quotas as AWS documents them: a token bucket per account, Region and group of operations.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

/// Requests per second on average, and at once, of all operations of a group together.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Quota {
    group: &'static str,
    rate: f64,
    burst: f64,
}

/// The documented quota of an operation; `None` where AWS documents none.
fn documented(service: &str, operation: &str) -> Option<Quota> {
    let quota = |group, rate, burst| Some(Quota { group, rate, burst });
    match (service, operation) {
        // https://docs.aws.amazon.com/securityhub/1.0/APIReference/Welcome.html
        ("securityhub", "GetFindings") => quota("GetFindings", 3.0, 6.0),
        ("securityhub", "ListFindingAggregators") => quota("ListFindingAggregators", 10.0, 30.0),
        ("securityhub", "GetFindingAggregator") => quota("GetFindingAggregator", 10.0, 30.0),
        // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
        ("ecs", "ListClusters" | "DescribeClusters") => quota("cluster read", 20.0, 50.0),
        ("ecs", "ListServices" | "DescribeServices") => quota("service read", 20.0, 100.0),
        ("ecs", "ListTasks" | "DescribeTasks") => quota("cluster resource read", 20.0, 100.0),
        ("ecs", "DescribeTaskDefinition") => quota("task definition read", 20.0, 50.0),
        _ => None,
    }
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

/// Account, Region and group.
type Key = (String, String, &'static str);

/// Every caller's buckets.
#[derive(Debug)]
pub struct Quotas {
    enforced: bool,
    buckets: Mutex<HashMap<Key, Bucket>>,
}

impl Quotas {
    /// Quotas that are enforced, or not.
    pub fn new(enforced: bool) -> Self {
        Self { enforced, buckets: Mutex::default() }
    }

    /// Takes a token; false if there is none.
    pub fn admit(&self, account: &str, region: &str, service: &str, operation: &str) -> bool {
        match documented(service, operation) {
            Some(quota) if self.enforced => {
                self.take((account.to_owned(), region.to_owned(), quota.group), quota, Instant::now())
            }
            _ => true,
        }
    }

    fn take(&self, key: Key, quota: Quota, now: Instant) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(key).or_insert(Bucket { tokens: quota.burst, at: now });
        let refilled = now.duration_since(bucket.at).as_secs_f64() * quota.rate;
        bucket.tokens = (bucket.tokens + refilled).min(quota.burst);
        bucket.at = now;
        let admitted = bucket.tokens >= 1.0;
        if admitted {
            bucket.tokens -= 1.0;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_bucket_gives_its_burst_and_refills() {
        let quotas = Quotas::new(true);
        let quota = Quota { group: "g", rate: 3.0, burst: 6.0 };
        let key = || ("a".to_owned(), "r".to_owned(), quota.group);
        let now = Instant::now();
        let admitted = |at| (0..10).filter(|_| quotas.take(key(), quota, at)).count();
        assert_eq!(admitted(now), 6);
        assert_eq!(admitted(now + Duration::from_secs(1)), 3);
        assert_eq!(admitted(now + Duration::from_mins(1)), 6);
    }

    #[test]
    fn quotas_can_be_off() {
        let quotas = Quotas::new(false);
        assert!((0..100).all(|_| quotas.admit("a", "r", "securityhub", "GetFindings")));
    }
}

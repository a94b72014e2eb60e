//! Which collectors there are: account × Region × source.

use std::sync::Arc;

use app::model::Source;

use super::SyncOptions;
use crate::aws::counters::Counters;
use crate::aws::{AccountOptions, AwsError, Clients, GuardDuty, SecurityHub};
use crate::store::Scope;

/// Where a collector reads.
#[derive(Debug)]
pub enum Port {
    GuardDuty(GuardDuty),
    SecurityHub(SecurityHub),
}

/// One collector.
#[derive(Debug)]
pub struct Target {
    pub scope: Scope,
    pub port: Port,
}

/// An account that could not be planned for.
#[derive(Debug)]
pub struct Failure {
    pub scope: Scope,
    pub error: AwsError,
}

/// Every collector.
#[derive(Debug, Default)]
pub struct Plan {
    targets: Vec<Target>,
    failures: Vec<Failure>,
}

impl Plan {
    /// Finds out which accounts and Regions there are.
    pub async fn make(options: &SyncOptions, counters: &Arc<Counters>) -> Self {
        let own = [AccountOptions::default()];
        let accounts = if options.accounts.is_empty() { &own[..] } else { &options.accounts };
        let mut plan = Self::default();
        for account in accounts {
            let region = options.regions.first().map(String::as_str);
            let clients = Box::pin(Clients::of(account, &options.connection, region, counters)).await;
            Box::pin(plan.add(account, &clients, options)).await;
        }
        plan
    }

    async fn add(&mut self, account: &AccountOptions, clients: &Clients, options: &SyncOptions) {
        let mut regions = options.regions.clone();
        if regions.is_empty() {
            regions.extend(clients.region());
        }
        let name = account.name.clone().or_else(|| account.role_arn.clone()).unwrap_or_else(|| "unknown".to_owned());
        let scope = |account: &str, region: &str, source| Scope {
            account: account.to_owned(),
            region: region.to_owned(),
            source,
        };
        let Some(first) = regions.first().cloned() else {
            let error = AwsError::NoCredentials("no Region: set aws.regions or AWS_REGION".to_owned());
            self.failures.push(Failure { scope: scope(&name, "unknown", Source::GuardDuty), error });
            return;
        };
        let id = match clients.account_id().await {
            Ok(id) => id,
            Err(error) => {
                self.failures.push(Failure { scope: scope(&name, &first, Source::GuardDuty), error });
                return;
            }
        };
        for region in &regions {
            let port = Port::GuardDuty(clients.guardduty(region));
            self.targets.push(Target { scope: scope(&id, region, Source::GuardDuty), port });
        }
        let home = match &options.security_hub_region {
            Some(home) => Some(home.clone()),
            // Without the permission to ask, every Region is read; findings seen twice are merged.
            None => clients.security_hub(&first).home_region().await.ok().flatten(),
        };
        for region in home.map_or(regions, |home| vec![home]) {
            let port = Port::SecurityHub(clients.security_hub(&region));
            self.targets.push(Target { scope: scope(&id, &region, Source::SecurityHub), port });
        }
    }

    /// Whether nothing is left to be found out.
    pub fn is_complete(&self) -> bool {
        self.failures.is_empty()
    }

    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }
}

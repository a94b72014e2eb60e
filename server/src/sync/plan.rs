//! Which collectors there are: account × Region × source.

use std::sync::Arc;

use app::model::Source;
use jiff::Timestamp;
use tokio::sync::Mutex;

use super::cost::CostTarget;
use super::fleet::FleetTarget;
use super::port::Port;
use super::{SyncOptions, signed};
use crate::aws::counters::Counters;
use crate::aws::{AccountOptions, AwsError, Clients};
use crate::store::Scope;

/// One collector.
#[derive(Debug)]
pub struct Target {
    pub scope: Scope,
    pub port: Port,
    /// Whether the findings of every Region are read here: Security Hub's home Region.
    pub every_region: bool,
}

/// A collector, or all those of an account, that could not be planned for.
#[derive(Debug, Clone)]
pub struct Failure {
    pub scope: Scope,
    pub error: AwsError,
}

/// The collectors of one account, and what could not be found out.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub targets: Vec<Arc<Target>>,
    /// Where costs are asked for: as GuardDuty's findings.
    pub costs: Vec<Arc<CostTarget>>,
    /// Where to look at what runs.
    pub fleets: Vec<Arc<FleetTarget>>,
    pub failure: Option<Failure>,
}

/// An account, planned for once everything could be found out.
#[derive(Debug)]
pub struct Account {
    options: AccountOptions,
    plan: Mutex<Option<Plan>>,
    home: Mutex<Option<HomeWatch>>,
}

/// What it takes to ask again where Security Hub brings findings together.
#[derive(Debug, Clone)]
struct HomeWatch {
    clients: Clients,
    account: String,
    regions: Vec<String>,
    /// `None`: with the plan, which nobody has used yet.
    asked_at: Option<Timestamp>,
}

impl Account {
    /// Every account of the options.
    pub fn all(options: &SyncOptions) -> Vec<Self> {
        let account = |options: &AccountOptions| Self {
            options: options.clone(),
            plan: Mutex::new(None),
            home: Mutex::new(None),
        };
        if options.accounts.is_empty() {
            return vec![account(&AccountOptions::default())];
        }
        options.accounts.iter().map(account).collect()
    }

    /// Its collectors. What could not be found out last time may be known now; `kept` is told once everything is, under
    /// which names the account was known and what its collectors are.
    pub async fn plan<E>(
        &self,
        options: &SyncOptions,
        counters: &Arc<Counters>,
        kept: impl AsyncFnOnce(Vec<String>, Vec<Scope>) -> Result<(), E>,
    ) -> Result<Plan, E> {
        let mut known = self.plan.lock().await;
        if let Some(plan) = known.as_ref() {
            return Ok(plan.clone());
        }
        let plan = Box::pin(self.make(options, counters)).await;
        if plan.failure.is_none() {
            let scopes = plan.scopes();
            let number = scopes.first().map(|scope| scope.account.clone());
            kept(number.into_iter().chain([self.name()]).collect(), scopes).await?;
            *known = Some(plan.clone());
        }
        Ok(plan)
    }

    /// Asks once per full sweep whether Security Hub's home Region is another one by now, and goes on from there: Regions
    /// linked to a home are not read a second time, and are read again when it is gone. A failure leaves everything as it
    /// is until the next time. `kept` is told of a change, as in [`plan`](Self::plan).
    pub async fn follow_home<E>(
        &self,
        options: &SyncOptions,
        counters: &Arc<Counters>,
        now: Timestamp,
        kept: impl AsyncFnOnce(Vec<String>, Vec<Scope>) -> Result<(), E>,
    ) -> Result<(), E> {
        // Nobody waits for the answer but this round.
        let watch = {
            let mut home = self.home.lock().await;
            let Some(watch) = home.as_mut() else { return Ok(()) };
            let asked_at = watch.asked_at.replace(now);
            if asked_at.is_none_or(|at| now.duration_since(at) < signed(options.full_sweep)) {
                watch.asked_at = asked_at.or(Some(now));
                return Ok(());
            }
            watch.clone()
        };
        let home = match Box::pin(home_region(&watch.clients, &watch.regions, counters)).await {
            Ok(home) => home,
            Err(error) => {
                tracing::warn!(account = watch.account, %error, "whether Security Hub's home Region moved is unknown");
                return Ok(());
            }
        };
        let mut known = self.plan.lock().await;
        let Some(plan) = known.as_mut() else { return Ok(()) };
        let is_hub = |target: &Arc<Target>| target.scope.source == Source::SecurityHub;
        let (before, others): (Vec<_>, Vec<_>) = plan.targets.iter().cloned().partition(is_hub);
        let same = match &home {
            Some(home) => before.iter().all(|target| target.every_region && target.scope.region == *home),
            None => before.iter().all(|target| !target.every_region),
        };
        if same {
            return Ok(());
        }
        tracing::info!(account = watch.account, ?home, "Security Hub brings its findings together elsewhere");
        let mut moved = Plan { targets: others, ..plan.clone() };
        moved.add_hubs(&watch.clients, &watch.account, home, watch.regions);
        kept(vec![watch.account, self.name()], moved.scopes()).await?;
        *plan = moved;
        Ok(())
    }

    async fn make(&self, options: &SyncOptions, counters: &Arc<Counters>) -> Plan {
        let region = options.regions.first().map(String::as_str);
        let clients = Box::pin(Clients::of(&self.options, &options.connection, region)).await;
        let mut regions = options.regions.clone();
        if regions.is_empty() {
            regions.extend(clients.region().await);
        }
        let scope = |account: &str, region: &str, source| Scope {
            account: account.to_owned(),
            region: region.to_owned(),
            source,
        };
        let Some(first) = regions.first() else {
            let error = AwsError::NoCredentials("no Region: set aws.regions or AWS_REGION".to_owned());
            let scope = scope(&self.name(), "unknown", Source::GuardDuty);
            return Plan { failure: Some(Failure { scope, error }), ..Plan::default() };
        };
        let id = match Box::pin(clients.account_id(counters)).await {
            Ok(id) => id,
            Err(error) => {
                let scope = scope(&self.name(), first, Source::GuardDuty);
                return Plan { failure: Some(Failure { scope, error }), ..Plan::default() };
            }
        };
        let mut plan = Plan::default();
        for region in &regions {
            let (coverage, ecs, hub) = (clients.coverage(region), clients.ecs(region), clients.security_hub(region));
            let (account, region, verdicts) = (id.clone(), region.clone(), !self.options.ecs_only);
            plan.fleets.push(Arc::new(FleetTarget { account, region, coverage, ecs, hub, verdicts }));
        }
        if self.options.ecs_only {
            return plan;
        }
        for region in &regions {
            let port = Port::GuardDuty(clients.guardduty(region));
            plan.add(Target { scope: scope(&id, region, Source::GuardDuty), port, every_region: false });
            plan.costs.push(Arc::new(CostTarget {
                account: id.clone(),
                region: region.clone(),
                guardduty: clients.guardduty(region),
                cloudwatch: options.cloudwatch.then(|| clients.cloudwatch(region)),
            }));
        }
        let home = match &options.security_hub_region {
            Some(home) => Ok(Some(home.clone())),
            None => Box::pin(home_region(&clients, &regions, counters)).await,
        };
        match home {
            Ok(home) => plan.add_hubs(&clients, &id, home, regions.clone()),
            // Reading every Region instead would leave collectors behind that nobody needs once the home is known.
            Err(error) => {
                plan.failure = Some(Failure { scope: scope(&id, first, Source::SecurityHub), error });
                return plan;
            }
        }
        if options.security_hub_region.is_none() {
            let watch = HomeWatch { clients, account: id, regions, asked_at: None };
            *self.home.lock().await = Some(watch);
        }
        plan
    }

    /// The number of the role's account, or what people call it: its own number is not known before STS has answered.
    fn name(&self) -> String {
        let AccountOptions { name, role_arn, .. } = &self.options;
        let number = role_arn.as_deref().and_then(|arn| arn.split(':').nth(4)).filter(|number| !number.is_empty());
        number.or(name.as_deref()).or(role_arn.as_deref()).unwrap_or("unknown").to_owned()
    }
}

impl Plan {
    fn scopes(&self) -> Vec<Scope> {
        self.targets.iter().map(|target| target.scope.clone()).collect()
    }

    /// Security Hub in its home Region alone, else in every Region.
    fn add_hubs(&mut self, clients: &Clients, account: &str, home: Option<String>, regions: Vec<String>) {
        let every_region = home.is_some();
        for region in home.map_or(regions, |home| vec![home]) {
            let port = Port::SecurityHub(clients.security_hub(&region));
            let scope = Scope { account: account.to_owned(), region, source: Source::SecurityHub };
            self.add(Target { scope, port, every_region });
        }
    }

    fn add(&mut self, target: Target) {
        self.targets.push(Arc::new(target));
    }
}

/// Where Security Hub brings all findings together; `None`: nowhere, or nobody may know. Then every Region is read, and
/// findings seen twice are merged.
async fn home_region(
    clients: &Clients,
    regions: &[String],
    counters: &Arc<Counters>,
) -> Result<Option<String>, AwsError> {
    for region in regions {
        match clients.security_hub(region).home_region(counters).await {
            Ok(home) => return Ok(home),
            Err(error) if error.is_missing_permission() => return Ok(None),
            // Another Region may tell.
            Err(AwsError::NotEnabled { .. } | AwsError::RegionOff { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

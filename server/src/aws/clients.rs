//! Accounts and their clients.

use std::sync::Arc;
use std::time::Duration;

use aws_config::{Region, SdkConfig};
use tokio::sync::Mutex;

use super::answer::Listener;
use super::cloudwatch::CloudWatch;
use super::counters::Counters;
use super::coverage::Coverage;
use super::ecs::Ecs;
use super::error::AwsError;
use super::guardduty::GuardDuty;
use super::security_hub::SecurityHub;
use super::session::Session;

/// An account to read, beyond or instead of the credential chain's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountOptions {
    pub name: Option<String>,
    pub role_arn: Option<String>,
    pub external_id: Option<String>,
    pub profile: Option<String>,
    /// Only what runs is read here: the delegated administrator has the findings.
    pub ecs_only: bool,
}

/// How to reach Amazon.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Instead of Amazon's own endpoints.
    pub endpoint_url: Option<String>,
    /// Instead of the credential chain: id and secret.
    pub static_credentials: Option<(String, String)>,
    /// Pause before the first retry; it doubles.
    pub first_backoff: Duration,
    /// Calls per second of GuardDuty, per account and Region.
    pub guardduty_rate: f64,
    /// Calls per second of Security Hub's `GetFindings`, per account and Region.
    pub security_hub_rate: f64,
    /// Calls per second of ECS, per account and Region.
    pub ecs_rate: f64,
}

impl Default for Connection {
    fn default() -> Self {
        // Quota of Security Hub's GetFindings: 3 requests per second, burst of 6
        // (https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindings.html). GuardDuty's is not published.
        Self {
            endpoint_url: None,
            static_credentials: None,
            first_backoff: Duration::from_secs(1),
            guardduty_rate: 5.0,
            security_hub_rate: 3.0,
            // Half of what ECS gives for reading tasks, 20 per second
            // (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/request-throttling.html).
            ecs_rate: 10.0,
        }
    }
}

/// The clients of one account.
#[derive(Debug, Clone)]
pub struct Clients {
    session: Arc<Session>,
    guardduty_rate: f64,
    security_hub_rate: f64,
    ecs_rate: f64,
}

impl Clients {
    /// Prepares the clients of an account; nothing is sent yet. Without `region` the AWS configuration is asked for
    /// one, and at last the instance metadata service, which Fargate does not have.
    pub async fn of(account: &AccountOptions, connection: &Connection, region: Option<&str>) -> Self {
        let session = Session::of(account.clone(), connection.clone(), region.map(str::to_owned));
        Self {
            session: Arc::new(Box::pin(session).await),
            guardduty_rate: connection.guardduty_rate,
            security_hub_rate: connection.security_hub_rate,
            ecs_rate: connection.ecs_rate,
        }
    }

    /// The Region of the AWS configuration.
    pub async fn region(&self) -> Option<String> {
        self.session.current().await.config.region().map(ToString::to_string)
    }

    /// The account's number.
    pub async fn account_id(&self, counters: &Arc<Counters>) -> Result<String, AwsError> {
        let session = self.session.current().await;
        match account_id(&session.config, counters).await {
            Err(error) if error.is_expiry() => {
                self.session.renew(session.number).await;
                account_id(&self.session.current().await.config, counters).await
            }
            other => other,
        }
    }

    /// GuardDuty in one Region.
    pub fn guardduty(&self, region: &str) -> GuardDuty {
        GuardDuty::new(Regional::new(&self.session, region), self.guardduty_rate)
    }

    /// GuardDuty's coverage in one Region, at a pace of its own: findings do not wait for it.
    pub fn coverage(&self, region: &str) -> Coverage {
        Coverage::new(Regional::new(&self.session, region), self.guardduty_rate)
    }

    /// ECS in one Region.
    pub fn ecs(&self, region: &str) -> Ecs {
        Ecs::new(Regional::new(&self.session, region), self.ecs_rate)
    }

    /// CloudWatch in one Region.
    pub fn cloudwatch(&self, region: &str) -> CloudWatch {
        CloudWatch::new(Regional::new(&self.session, region))
    }

    /// Security Hub in one Region.
    pub fn security_hub(&self, region: &str) -> SecurityHub {
        SecurityHub::new(Regional::new(&self.session, region), self.security_hub_rate)
    }
}

async fn account_id(config: &SdkConfig, counters: &Arc<Counters>) -> Result<String, AwsError> {
    let mut builder = aws_sdk_sts::config::Builder::from(config);
    if config.region().is_none() {
        builder = builder.region(Region::new("us-east-1"));
    }
    let listener = Listener::new("sts", "GetCallerIdentity", counters);
    let client = aws_sdk_sts::Client::from_conf(builder.build());
    let result = client.get_caller_identity().customize().interceptor(listener).send().await;
    let identity = result.map_err(|error| AwsError::of("sts", "GetCallerIdentity", &error))?;
    identity.account.ok_or_else(|| AwsError::Unreadable {
        operation: "GetCallerIdentity",
        reason: "an answer without an account".to_owned(),
    })
}

/// A client that can be built for a Region.
pub trait BuildClient: Clone {
    fn build(config: &SdkConfig, region: Region) -> Self;
}

/// The client of one service in one Region, built anew when the session was renewed.
#[derive(Debug)]
pub struct Regional<C> {
    session: Arc<Session>,
    region: Region,
    built: Mutex<Option<(u64, C)>>,
}

impl<C: BuildClient> Regional<C> {
    fn new(session: &Arc<Session>, region: &str) -> Self {
        Self { session: Arc::clone(session), region: Region::new(region.to_owned()), built: Mutex::new(None) }
    }

    /// The client, and the number of the session it belongs to.
    pub async fn get(&self) -> (u64, C) {
        let session = self.session.current().await;
        let mut built = self.built.lock().await;
        match built.as_ref() {
            Some((number, client)) if *number == session.number => (*number, client.clone()),
            _ => {
                let client = C::build(&session.config, self.region.clone());
                *built = Some((session.number, client.clone()));
                (session.number, client)
            }
        }
    }

    /// The service did not take the credentials of this session any more.
    pub async fn renew(&self, refused: u64) {
        self.session.renew(refused).await;
    }
}

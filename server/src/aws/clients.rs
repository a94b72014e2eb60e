//! Credentials and clients.

use std::sync::Arc;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_smithy_http_client::tls;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::counters::Counters;
use super::error::AwsError;
use super::guardduty::GuardDuty;
use super::security_hub::SecurityHub;

/// An account to read, beyond or instead of the credential chain's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountOptions {
    pub name: Option<String>,
    pub role_arn: Option<String>,
    pub external_id: Option<String>,
    pub profile: Option<String>,
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
    /// Calls per second of Security Hub's `GetFindings`, per account and Region.
    pub security_hub_rate: f64,
}

impl Default for Connection {
    fn default() -> Self {
        // Quota of GetFindings: 3 requests per second, burst of 6
        // (https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindings.html).
        Self {
            endpoint_url: None,
            static_credentials: None,
            first_backoff: Duration::from_secs(1),
            security_hub_rate: 3.0,
        }
    }
}

/// The clients of one account.
#[derive(Debug, Clone)]
pub struct Clients {
    config: SdkConfig,
    counters: Arc<Counters>,
    rate: f64,
}

fn http_client() -> SharedHttpClient {
    let provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
    aws_smithy_http_client::Builder::new().tls_provider(provider).build_https()
}

impl Clients {
    /// Prepares the clients of an account; nothing is sent yet. Without `region` the AWS configuration is asked for
    /// one, and at last the instance metadata service, which Fargate does not have.
    pub async fn of(
        account: &AccountOptions,
        connection: &Connection,
        region: Option<&str>,
        counters: &Arc<Counters>,
    ) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .operation_attempt_timeout(Duration::from_secs(30))
            .build();
        let retries = RetryConfig::standard().with_max_attempts(5).with_initial_backoff(connection.first_backoff);
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http_client())
            .timeout_config(timeouts)
            .retry_config(retries);
        if let Some(profile) = &account.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(region) = region {
            loader = loader.region(Region::new(region.to_owned()));
        }
        if let Some(endpoint) = &connection.endpoint_url {
            loader = loader.endpoint_url(endpoint);
        }
        if let Some((id, secret)) = &connection.static_credentials {
            let credentials = Credentials::new(id, secret, None, None, "yagura");
            loader = loader.credentials_provider(credentials);
        }
        let config = Box::pin(loader.load()).await;
        let config = match &account.role_arn {
            None => config,
            Some(role) => {
                let mut provider =
                    aws_config::sts::AssumeRoleProvider::builder(role).session_name("yagura").configure(&config);
                if let Some(external_id) = &account.external_id {
                    provider = provider.external_id(external_id);
                }
                let provider = aws_credential_types::provider::SharedCredentialsProvider::new(provider.build().await);
                config.into_builder().credentials_provider(provider).build()
            }
        };
        Self { config, counters: Arc::clone(counters), rate: connection.security_hub_rate }
    }

    /// The Region of the AWS configuration.
    pub fn region(&self) -> Option<String> {
        self.config.region().map(ToString::to_string)
    }

    /// The account's number.
    pub async fn account_id(&self) -> Result<String, AwsError> {
        let mut config = aws_sdk_sts::config::Builder::from(&self.config);
        if self.config.region().is_none() {
            config = config.region(Region::new("us-east-1"));
        }
        let listener = super::answer::Listener::new("sts", "GetCallerIdentity", &self.counters);
        let client = aws_sdk_sts::Client::from_conf(config.build());
        let result = client.get_caller_identity().customize().interceptor(listener).send().await;
        let identity = result.map_err(|error| AwsError::of("sts", "GetCallerIdentity", &error))?;
        identity.account.ok_or_else(|| AwsError::Unreadable {
            operation: "GetCallerIdentity",
            reason: "an answer without an account".to_owned(),
        })
    }

    /// GuardDuty in one Region.
    pub fn guardduty(&self, region: &str) -> GuardDuty {
        let config = aws_sdk_guardduty::config::Builder::from(&self.config).region(Region::new(region.to_owned()));
        GuardDuty::new(aws_sdk_guardduty::Client::from_conf(config.build()), &self.counters)
    }

    /// Security Hub in one Region.
    pub fn security_hub(&self, region: &str) -> SecurityHub {
        let config = aws_sdk_securityhub::config::Builder::from(&self.config).region(Region::new(region.to_owned()));
        SecurityHub::new(aws_sdk_securityhub::Client::from_conf(config.build()), &self.counters, self.rate)
    }
}

//! The credentials of one account, renewed when a service says that they have expired.
//!
//! The SDK renews what it knows to expire, by this machine's clock. A session that was revoked, or a clock that is slow,
//! it cannot know: then everything is loaded anew, so that profiles are read and roles are assumed again.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::tls;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use tokio::sync::Mutex;

use super::clients::{AccountOptions, Connection};

const CONNECT: Duration = Duration::from_secs(5);
/// One request and its answer.
const ATTEMPT: Duration = Duration::from_secs(30);
/// A whole call, with credentials, retries and the pauses between them.
const OPERATION: Duration = Duration::from_mins(2);
const ATTEMPTS: u32 = 5;

/// The present configuration of an account's clients.
#[derive(Debug)]
pub struct Session {
    account: AccountOptions,
    connection: Connection,
    /// Instead of the AWS configuration's.
    region: Option<String>,
    current: Mutex<Generation>,
}

/// What clients are built from. The number grows when it is renewed.
#[derive(Debug, Clone)]
pub struct Generation {
    pub number: u64,
    pub config: SdkConfig,
}

impl Session {
    /// Prepares; no credentials are asked for yet.
    pub async fn of(account: AccountOptions, connection: Connection, region: Option<String>) -> Self {
        let config = Box::pin(load(&account, &connection, region.as_deref())).await;
        Self { account, connection, region, current: Mutex::new(Generation { number: 0, config }) }
    }

    /// What to build clients from.
    pub async fn current(&self) -> Generation {
        self.current.lock().await.clone()
    }

    /// Loads everything anew, unless another collector already did since `refused`.
    pub async fn renew(&self, refused: u64) {
        let mut current = self.current.lock().await;
        if current.number == refused {
            tracing::info!(account = self.account.name, "the credentials have expired: getting new ones");
            current.config = Box::pin(load(&self.account, &self.connection, self.region.as_deref())).await;
            current.number += 1;
        }
    }
}

fn http_client() -> SharedHttpClient {
    let provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
    aws_smithy_http_client::Builder::new().tls_provider(provider).build_https()
}

async fn load(account: &AccountOptions, connection: &Connection, region: Option<&str>) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(OPERATION)
        .build();
    // Exponential pauses with full jitter. The adaptive mode would slow down by service, over all accounts and Regions;
    // `Pace` does it for each.
    let retries = RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(connection.first_backoff);
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
    let Some(role) = &account.role_arn else { return config };
    let mut provider = aws_config::sts::AssumeRoleProvider::builder(role).session_name("yagura").configure(&config);
    if let Some(external_id) = &account.external_id {
        provider = provider.external_id(external_id);
    }
    let provider = SharedCredentialsProvider::new(provider.build().await);
    config.into_builder().credentials_provider(provider).build()
}

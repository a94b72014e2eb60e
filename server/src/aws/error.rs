//! What can go wrong at Amazon, in words that say what to do.

mod code;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use jiff::SignedDuration;

use crate::clock::{Clock, SystemClock};
use code::Answered;
pub(super) use code::ahead;

/// Why a call gave nothing. The text is safe to show: it holds no credentials and no bodies.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AwsError {
    #[error("{service}:{operation} was refused ({code}): allow this action in the policy of the role Yagura uses")]
    Denied { service: &'static str, operation: &'static str, code: String },
    #[error(
        "{service}:{operation} was refused by a policy of the organization ({code}): allow the action there, or take \
         this Region out of aws.regions"
    )]
    DeniedByOrganization { service: &'static str, operation: &'static str, code: String },
    #[error(
        "this Region is not enabled for the account, or does not know its session ({service}:{operation}: {code}): \
         enable the Region in the account's settings, take it out of aws.regions, or, if it is enabled, use the \
         Regional STS endpoint"
    )]
    RegionOff { service: &'static str, operation: &'static str, code: String },
    #[error("the credentials were not accepted by {service}:{operation} ({code}): renew them")]
    Credentials { service: &'static str, operation: &'static str, code: String },
    #[error(
        "the signature was not accepted by {service}:{operation} ({code}): this machine's clock is {} AWS's; \
         set it right, with NTP or the host's time service", skew(*ahead)
    )]
    Clock {
        service: &'static str,
        operation: &'static str,
        code: String,
        /// How far our clock is ahead of Amazon's; `None` when the answer had no date.
        ahead: Option<SignedDuration>,
    },
    #[error("no credentials: {0}")]
    NoCredentials(String),
    #[error("{service} is not enabled here")]
    NotEnabled { service: &'static str },
    #[error("{service}:{operation} was throttled and stayed so after retries: the next pull tries again")]
    Throttled { service: &'static str, operation: &'static str },
    #[error("{service}:{operation} could not be reached: {reason}")]
    Unreachable { service: &'static str, operation: &'static str, reason: String },
    #[error("{service}:{operation} failed ({code}): {message}")]
    Failed { service: &'static str, operation: &'static str, code: String, message: String },
    #[error("{operation} answered with {reason}")]
    Unreadable { operation: &'static str, reason: String },
    #[error("{operation} repeated a page token: the list cannot be read to its end; the next pull tries again")]
    RepeatedToken { operation: &'static str },
}

fn skew(ahead: Option<SignedDuration>) -> String {
    let Some(ahead) = ahead else { return "not in step with".to_owned() };
    let direction = if ahead.is_negative() { "behind" } else { "ahead of" };
    format!("{} s {direction}", ahead.as_secs().unsigned_abs())
}

impl AwsError {
    /// Whether Amazon refused: permissions, credentials, a clock or a Region that is switched off.
    pub fn is_denial(&self) -> bool {
        matches!(
            self,
            Self::Denied { .. }
                | Self::DeniedByOrganization { .. }
                | Self::RegionOff { .. }
                | Self::Credentials { .. }
                | Self::Clock { .. }
                | Self::NoCredentials(_)
        )
    }

    /// Whether new credentials may help.
    pub fn is_expiry(&self) -> bool {
        matches!(self, Self::Credentials { code, .. } if code.starts_with("ExpiredToken"))
    }

    /// Whether the policy of the role is the reason.
    pub fn is_missing_permission(&self) -> bool {
        matches!(self, Self::Denied { .. } | Self::DeniedByOrganization { .. })
    }

    /// Sorts an error of an SDK.
    pub fn of<E>(service: &'static str, operation: &'static str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let reason = || deepest(error);
        match error {
            SdkError::ServiceError(answered) => Self::of_answer(
                service,
                operation,
                &Answered {
                    status: answered.raw().status().as_u16(),
                    code: answered.err().code().unwrap_or("no code"),
                    message: answered.err().message().unwrap_or("no message"),
                    date: answered.raw().headers().get("date"),
                },
                SystemClock.now(),
            ),
            SdkError::ConstructionFailure(_) => Self::NoCredentials(reason()),
            // Of the same form as a connection that ends before the answer.
            SdkError::DispatchFailure(failure) if failure.is_other() && is_about_credentials(error) => {
                Self::NoCredentials(reason())
            }
            _ => Self::Unreachable { service, operation, reason: reason() },
        }
    }
}

/// Whether there were no credentials to sign with: nothing was sent.
fn is_about_credentials(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(inner) = cause {
        if inner.is::<CredentialsError>() {
            return true;
        }
        cause = inner.source();
    }
    false
}

/// The innermost cause: the outer ones only say that something failed.
fn deepest(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError;
    use aws_smithy_runtime_api::client::result::ConnectorError;

    use super::*;

    fn told(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> AwsError {
        let failure = ConnectorError::other(cause.into(), None);
        let error: SdkError<GetCallerIdentityError, HttpResponse> = SdkError::dispatch_failure(failure);
        AwsError::of("sts", "GetCallerIdentity", &error)
    }

    #[test]
    fn a_connection_that_ends_is_told_from_missing_credentials() {
        let ended = told("connection closed before message completed");
        assert!(matches!(ended, AwsError::Unreachable { .. }) && !ended.is_denial(), "{ended}");
        let missing = told(CredentialsError::not_loaded("no providers in chain"));
        assert!(matches!(missing, AwsError::NoCredentials(_)), "{missing}");
    }
}

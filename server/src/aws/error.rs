//! What can go wrong at Amazon, in words that say what to do.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// Why a call gave nothing. The text is safe to show: it holds no credentials and no bodies.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AwsError {
    #[error("{service}:{operation} was refused ({code}): allow this action in the policy of the role Yagura uses")]
    Denied { service: &'static str, operation: &'static str, code: String },
    #[error("the credentials were not accepted by {service}:{operation} ({code}): renew them")]
    Credentials { service: &'static str, operation: &'static str, code: String },
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

impl AwsError {
    /// Whether permissions or credentials are the reason.
    pub fn is_denial(&self) -> bool {
        matches!(self, Self::Denied { .. } | Self::Credentials { .. } | Self::NoCredentials(_))
    }

    /// Sorts an error of an SDK.
    pub fn of<E>(service: &'static str, operation: &'static str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let reason = || deepest(error);
        match error {
            SdkError::ServiceError(answered) => {
                let code = answered.err().code().unwrap_or("no code").to_owned();
                let status = answered.raw().status().as_u16();
                Self::of_code(service, operation, status, code, answered.err().message().unwrap_or("no message"))
            }
            SdkError::ConstructionFailure(_) => Self::NoCredentials(reason()),
            SdkError::DispatchFailure(failure) if failure.is_other() => Self::NoCredentials(reason()),
            _ => Self::Unreachable { service, operation, reason: reason() },
        }
    }

    fn of_code(service: &'static str, operation: &'static str, status: u16, code: String, message: &str) -> Self {
        match code.as_str() {
            // Security Hub's word for "not subscribed".
            "InvalidAccessException" => Self::NotEnabled { service },
            "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "OptInRequired" => {
                Self::Denied { service, operation, code }
            }
            "ExpiredToken"
            | "ExpiredTokenException"
            | "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "SignatureDoesNotMatch"
            | "InvalidSignatureException"
            | "MissingAuthenticationTokenException"
            | "RequestExpired" => Self::Credentials { service, operation, code },
            code if status == 429 || code.contains("Throttl") || code.contains("LimitExceeded") => {
                Self::Throttled { service, operation }
            }
            _ if status == 403 => Self::Denied { service, operation, code },
            _ => Self::Failed { service, operation, code, message: message.chars().take(200).collect() },
        }
    }
}

/// The innermost cause: the outer ones only say that something failed.
fn deepest(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

//! The meaning of error codes. The same one means different things at different services and Regions.

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};

use super::AwsError;

/// Signatures are good for five minutes around Amazon's time; a smaller difference is not the reason.
const TOLERATED: SignedDuration = SignedDuration::from_mins(4);

/// What an answer said.
pub(super) struct Answered<'a> {
    pub(super) status: u16,
    pub(super) code: &'a str,
    pub(super) message: &'a str,
    /// The `Date` header.
    pub(super) date: Option<&'a str>,
}

impl AwsError {
    /// Sorts an answer that was received at `now` by this machine's clock.
    pub(super) fn of_answer(
        service: &'static str,
        operation: &'static str,
        answered: &Answered<'_>,
        now: Timestamp,
    ) -> Self {
        let Answered { status, message, .. } = *answered;
        let code = answered.code.to_owned();
        match answered.code {
            // Security Hub's word for "not subscribed", and what others say of an account that never used them.
            "InvalidAccessException" | "SubscriptionRequiredException" => Self::NotEnabled { service },
            _ if message.contains("is not subscribed to") => Self::NotEnabled { service },
            "RequestTimeTooSkewed" | "RequestExpired" | "RequestInTheFuture" => {
                Self::Clock { service, operation, code, ahead: ahead(answered.date, now) }
            }
            "SignatureDoesNotMatch" | "InvalidSignatureException" | "AuthFailure" => {
                // A wrong secret, unless the clocks differ.
                match ahead(answered.date, now).filter(|ahead| ahead.abs() > TOLERATED) {
                    Some(ahead) => Self::Clock { service, operation, code, ahead: Some(ahead) },
                    None => Self::Credentials { service, operation, code },
                }
            }
            "OptInRequired" => Self::RegionOff { service, operation, code },
            // Collectors only run with credentials that STS took: a Region that does not know them is switched off, or
            // the session comes from the global endpoint of STS
            // (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html).
            "UnrecognizedClientException" | "InvalidClientTokenId" if service != "sts" => {
                Self::RegionOff { service, operation, code }
            }
            "ExpiredToken"
            | "ExpiredTokenException"
            | "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "MissingAuthenticationTokenException" => Self::Credentials { service, operation, code },
            code_text if status == 429 || code_text.contains("Throttl") || code_text.contains("LimitExceeded") => {
                Self::Throttled { service, operation }
            }
            "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => {
                Self::refused(service, operation, code, message)
            }
            _ if status == 403 => Self::refused(service, operation, code, message),
            _ => Self::Failed { service, operation, code, message: message.chars().take(200).collect() },
        }
    }

    /// IAM names the kind of policy in the message of an explicit deny.
    fn refused(service: &'static str, operation: &'static str, code: String, message: &str) -> Self {
        let by_organization = ["service control policy", "resource control policy"];
        if by_organization.iter().any(|kind| message.contains(kind)) {
            Self::DeniedByOrganization { service, operation, code }
        } else {
            Self::Denied { service, operation, code }
        }
    }
}

/// How far our clock is ahead of the one that dated an answer.
pub(in crate::aws) fn ahead(date: Option<&str>, now: Timestamp) -> Option<SignedDuration> {
    let theirs = rfc2822::parse(date?).ok()?.timestamp();
    Some(now.duration_since(theirs))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]
    use super::*;

    fn told(service: &'static str, status: u16, code: &str, message: &str) -> AwsError {
        let answered = Answered { status, code, message, date: Some("Mon, 23 Nov 2026 12:00:00 GMT") };
        AwsError::of_answer(service, "GetFindings", &answered, "2026-11-23T12:00:30Z".parse().unwrap())
    }

    #[test]
    fn a_region_that_is_off_is_told_from_bad_credentials_and_missing_permissions() {
        let off = told("guardduty", 403, "UnrecognizedClientException", "The security token included is invalid.");
        assert!(off.to_string().starts_with("this Region is not enabled for the account"), "{off}");
        assert!(off.is_denial() && !off.is_missing_permission());
        let off = told("securityhub", 403, "OptInRequired", "");
        assert!(matches!(off, AwsError::RegionOff { .. }));
        let bad = told("sts", 403, "InvalidClientTokenId", "The security token included is invalid.");
        assert!(matches!(bad, AwsError::Credentials { .. }));
        let by_policy = told(
            "guardduty",
            403,
            "AccessDeniedException",
            "User: x is not authorized to perform: y with an explicit deny in a service control policy",
        );
        assert!(by_policy.to_string().contains("by a policy of the organization"), "{by_policy}");
        let missing = told("guardduty", 403, "AccessDeniedException", "User: x is not authorized to perform: y");
        assert!(matches!(missing, AwsError::Denied { .. }) && missing.is_missing_permission());
    }

    #[test]
    fn a_service_nobody_uses_is_no_failure() {
        for (status, code, message) in [
            (401, "InvalidAccessException", "Account 1 is not subscribed to AWS Security Hub"),
            (400, "SubscriptionRequiredException", "The AWS Access Key Id needs a subscription for the service"),
            (400, "BadRequestException", "Account 1 is not subscribed to Amazon GuardDuty"),
        ] {
            assert_eq!(told("guardduty", status, code, message), AwsError::NotEnabled { service: "guardduty" });
        }
        assert!(matches!(told("guardduty", 400, "BadRequestException", "invalid"), AwsError::Failed { .. }));
    }

    #[test]
    fn a_wrong_clock_is_told_from_a_wrong_secret() {
        let at = |now: &str, code: &str, date| {
            let answered = Answered { status: 403, code, message: "", date };
            AwsError::of_answer("guardduty", "ListFindings", &answered, now.parse().unwrap()).to_string()
        };
        let date = Some("Mon, 23 Nov 2026 12:00:00 GMT");
        let slow = at("2026-11-23T11:50:00Z", "InvalidSignatureException", date);
        assert!(slow.contains("clock is 600 s behind AWS's"), "{slow}");
        let fast = at("2026-11-23T12:20:00Z", "RequestTimeTooSkewed", date);
        assert!(fast.contains("clock is 1200 s ahead of AWS's"), "{fast}");
        let undated = at("2026-11-23T12:20:00Z", "RequestExpired", None);
        assert!(undated.contains("clock is not in step with AWS's"), "{undated}");
        let wrong_secret = at("2026-11-23T12:00:05Z", "SignatureDoesNotMatch", date);
        assert!(wrong_secret.contains("renew them"), "{wrong_secret}");
    }

    #[test]
    fn throttling_is_recognised_by_status_and_code() {
        for (status, code) in [(429, "TooManyRequestsException"), (400, "ThrottlingException"), (429, "x")] {
            assert!(matches!(told("securityhub", status, code, ""), AwsError::Throttled { .. }));
        }
    }
}

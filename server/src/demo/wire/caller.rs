//! Who asks, and where: from the signature's credential scope. The signature itself is not verified.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use http::{HeaderMap, StatusCode};
use jiff::Timestamp;

use super::answer::Refusal;
use crate::clock::{Clock, SystemClock};
use crate::demo::{ACCESS_KEY, Shared};

/// Temporary credentials.
#[derive(Debug, Clone)]
pub struct Session {
    pub account: String,
    pub role: String,
    pub token: String,
    /// By the machine's clock: the SDKs measure credentials with it.
    pub expires: Timestamp,
}

/// Temporary credentials by access key.
#[derive(Debug, Default)]
pub struct Sessions(Mutex<HashMap<String, Session>>);

impl Sessions {
    /// Keeps new credentials and gives their access key.
    pub fn add(&self, session: Session) -> String {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = format!("ASIAYAGURADEMO{:06}", sessions.len() + 1);
        sessions.insert(key.clone(), session);
        key
    }

    /// Ends every session before its time.
    pub fn revoke(&self) {
        for session in self.0.lock().unwrap_or_else(PoisonError::into_inner).values_mut() {
            session.expires = Timestamp::UNIX_EPOCH;
        }
    }

    fn get(&self, key: &str) -> Option<Session> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }
}

/// Who asks, and where.
#[derive(Debug)]
pub struct Caller {
    pub account: String,
    /// ARN of the identity.
    pub arn: String,
    pub region: String,
    pub service: String,
}

impl Caller {
    /// Reads the headers of a signed request. A refusal comes with the service that was asked.
    pub fn of(headers: &HeaderMap, shared: &Shared) -> Result<Self, (String, Refusal)> {
        let Some((key, region, service)) = scope(headers) else {
            let message = "Missing Authentication Token";
            let refusal = Refusal::new(StatusCode::FORBIDDEN, "MissingAuthenticationTokenException", message);
            return Err(("unknown".to_owned(), refusal));
        };
        Self::known(&key, region, service.clone(), headers, shared).map_err(|refusal| (service, refusal))
    }

    fn known(
        key: &str,
        region: String,
        service: String,
        headers: &HeaderMap,
        shared: &Shared,
    ) -> Result<Self, Refusal> {
        if key == ACCESS_KEY {
            let account = shared.world().administrator().to_owned();
            let arn = format!("arn:aws:iam::{account}:user/yagura");
            return Ok(Self { account, arn, region, service });
        }
        let invalid = || {
            let code = if service == "sts" { "InvalidClientTokenId" } else { "UnrecognizedClientException" };
            Refusal::new(StatusCode::FORBIDDEN, code, "The security token included in the request is invalid.")
        };
        let session = shared.sessions.get(key).ok_or_else(invalid)?;
        let token = headers.get("x-amz-security-token").and_then(|token| token.to_str().ok());
        if token != Some(session.token.as_str()) {
            return Err(invalid());
        }
        if session.expires <= SystemClock.now() {
            let message = "The security token included in the request is expired";
            return Err(Refusal::new(StatusCode::FORBIDDEN, "ExpiredTokenException", message));
        }
        let arn = format!("arn:aws:sts::{}:assumed-role/{}/yagura", session.account, session.role);
        Ok(Self { account: session.account, arn, region, service })
    }
}

/// Access key, Region and service of the credential scope.
fn scope(headers: &HeaderMap) -> Option<(String, String, String)> {
    let header = headers.get("authorization")?.to_str().ok()?;
    let scope = header.strip_prefix("AWS4-HMAC-SHA256 ")?.split("Credential=").nth(1)?.split(',').next()?;
    let mut parts = scope.trim().split('/');
    let key = parts.next()?.to_owned();
    let (_date, region, service) = (parts.next()?, parts.next()?.to_owned(), parts.next()?.to_owned());
    (parts.next() == Some("aws4_request") && header.contains("Signature=")).then_some((key, region, service))
}

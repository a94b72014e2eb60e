//! STS: who am I, and temporary credentials of a role.

use http::StatusCode;
use jiff::SignedDuration;
use xxhash_rust::xxh3::xxh3_128;

use super::Call;
use super::answer::{Refusal, Reply};
use super::caller::Session;
use crate::clock::{Clock, SystemClock};

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";
/// How long credentials last, in seconds.
const LIFE: i64 = 3_600;

pub fn answer(call: &Call<'_>) -> Reply {
    match call.operation {
        "GetCallerIdentity" => identity(call),
        "AssumeRole" => assume_role(call).unwrap_or_else(Reply::refused),
        other => Reply::refused(Refusal::bad("InvalidAction", format!("{other} is not simulated"))),
    }
}

fn identity(call: &Call<'_>) -> Reply {
    let (account, arn) = (&call.caller.account, &call.caller.arn);
    Reply::Xml(format!(
        "<GetCallerIdentityResponse xmlns=\"{NAMESPACE}\"><GetCallerIdentityResult><Arn>{arn}</Arn>\
         <UserId>AROADEMO</UserId><Account>{account}</Account></GetCallerIdentityResult>\
         <ResponseMetadata><RequestId>demo</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    ))
}

fn assume_role(call: &Call<'_>) -> Result<Reply, Refusal> {
    let value = |name: &str| call.form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let role_arn = value("RoleArn").unwrap_or_default();
    let denied = || {
        let message = format!("User: {} is not authorized to perform: sts:AssumeRole", call.caller.arn);
        Refusal::new(StatusCode::FORBIDDEN, "AccessDenied", message)
    };
    let account = call.shared.world().account_of_role(role_arn).cloned().ok_or_else(denied)?;
    if account.external_id.as_deref().is_some_and(|wanted| value("ExternalId") != Some(wanted)) {
        return Err(denied());
    }
    let session_name = value("RoleSessionName").filter(|name| !name.is_empty()).ok_or_else(|| {
        Refusal::bad("ValidationError", "1 validation error detected: roleSessionName must not be null")
    })?;
    let expires = SystemClock.now() + SignedDuration::from_secs(LIFE);
    let role = role_arn.rsplit('/').next().unwrap_or_default().to_owned();
    let token = format!("{:032x}", xxh3_128(format!("{role_arn}{session_name}{expires}").as_bytes()));
    let id = account.id.clone();
    let key =
        call.shared.sessions.add(Session { account: account.id, role: role.clone(), token: token.clone(), expires });
    let expiration = expires.strftime("%Y-%m-%dT%H:%M:%SZ");
    Ok(Reply::Xml(format!(
        "<AssumeRoleResponse xmlns=\"{NAMESPACE}\"><AssumeRoleResult><AssumedRoleUser>\
         <AssumedRoleId>AROADEMO:{session_name}</AssumedRoleId>\
         <Arn>arn:aws:sts::{id}:assumed-role/{role}/{session_name}</Arn></AssumedRoleUser>\
         <Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>not-verified</SecretAccessKey>\
         <SessionToken>{token}</SessionToken><Expiration>{expiration}</Expiration></Credentials></AssumeRoleResult>\
         <ResponseMetadata><RequestId>demo</RequestId></ResponseMetadata></AssumeRoleResponse>"
    )))
}

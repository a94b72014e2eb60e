//! The wire: GuardDuty and Security Hub speak rest-json, ECS speaks json 1.1, CloudWatch CBOR, STS query and XML.

mod answer;
mod caller;
mod cloudwatch;
mod coverage;
mod ecs;
mod guardduty;
mod search;
mod security_hub;
mod signing_time;
mod sts;
mod usage;

use std::sync::{Arc, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use serde_json::Value;

use super::Shared;
use super::faults::Fault;
use super::world::World;
use answer::{Refusal, Reply};
use caller::Caller;
pub use caller::Sessions;
pub use signing_time::AwsClock;

/// CloudWatch's name in signatures.
const CLOUDWATCH: &str = "monitoring";
/// Largest request read.
const LARGEST: usize = 1024 * 1024;

/// One request, as it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// Of the caller.
    pub account: String,
    pub service: String,
    pub operation: String,
    pub region: String,
    pub status: u16,
}

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(serve).with_state(shared)
}

/// A request of a known caller.
struct Call<'a> {
    shared: &'a Shared,
    caller: &'a Caller,
    operation: &'a str,
    path: &'a str,
    /// `Null` where the body is no JSON.
    body: Value,
    form: Vec<(String, String)>,
}

impl Call<'_> {
    /// The administrator sees every member; a member sees itself.
    fn sees(&self, world: &World) -> Option<&str> {
        (world.administrator() != self.caller.account).then_some(self.caller.account.as_str())
    }
}

async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, LARGEST).await.unwrap_or_default();
    let caller = match Caller::of(&head.headers, &shared) {
        Ok(caller) => caller,
        Err((service, refusal)) => return Reply::refused(refusal).into_response(&service, None),
    };
    let form: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let path = head.uri.path().to_owned();
    let operation = operation(&caller.service, head.method.as_str(), &path, &head.headers, &form);
    let signed = shared.aws_clock.check(&head.headers, &caller.service);
    let fault = shared.faults.take(&caller.account, &caller.service, &operation, &caller.region);
    let body = match caller.service.as_str() {
        CLOUDWATCH => cloudwatch::read(&body),
        _ => serde_json::from_slice(&body).unwrap_or(Value::Null),
    };
    let call = Call { shared: &shared, caller: &caller, operation: &operation, path: &path, body, form };
    if let Some(Fault::Delay(pause)) = fault {
        tokio::time::sleep(pause).await;
    }
    let mut reply = match fault {
        Some(Fault::Throttle) => Reply::refused(Refusal::throttled(&caller.service)),
        Some(Fault::ServerError) => Reply::refused(Refusal::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalServerErrorException",
            "Internal error",
        )),
        Some(Fault::Refuse(code)) => {
            Reply::refused(Refusal::new(StatusCode::FORBIDDEN, code, "not authorized to perform this operation"))
        }
        Some(Fault::HtmlBody) => Reply::Page,
        _ if !shared.quotas.admit(&caller.account, &caller.region, &caller.service, &operation) => {
            Reply::refused(Refusal::throttled(&caller.service))
        }
        _ => signed.map_or_else(Reply::refused, |()| answer(&call)),
    };
    if let (Some(fault), Reply::Document(page)) = (fault, &mut reply) {
        let number = shared.requests.lock().unwrap_or_else(PoisonError::into_inner).len();
        answer::spoil_paging(page, call.body.get("nextToken").or_else(|| call.body.get("NextToken")), fault, number);
    }
    let mut response = reply.into_response(&caller.service, fault);
    if let Some(date) = shared.aws_clock.date() {
        response.headers_mut().insert(http::header::DATE, date);
    }
    let record = RequestRecord {
        account: caller.account,
        service: caller.service,
        operation,
        region: caller.region,
        status: response.status().as_u16(),
    };
    shared.requests.lock().unwrap_or_else(PoisonError::into_inner).push(record);
    response
}

/// The operation's name as the service's model has it.
fn operation(service: &str, method: &str, path: &str, headers: &http::HeaderMap, form: &[(String, String)]) -> String {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let name = match (service, method, parts.as_slice()) {
        ("guardduty", "GET", ["detector"]) => "ListDetectors",
        ("guardduty", "GET", ["detector", _]) => "GetDetector",
        ("guardduty", "POST", ["detector", _, "coverage"]) => "ListCoverage",
        ("guardduty", "POST", ["detector", _, "coverage", "statistics"]) => "GetCoverageStatistics",
        ("guardduty", "POST", ["detector", _, "findings"]) => "ListFindings",
        ("guardduty", "POST", ["detector", _, "findings", "get"]) | ("securityhub", "POST", ["findings"]) => {
            "GetFindings"
        }
        ("securityhub", "POST", ["standards", "get"]) => "GetEnabledStandards",
        ("securityhub", "GET", ["productSubscriptions"]) => "ListEnabledProductsForImport",
        ("securityhub", "GET", ["findingAggregator", "list"]) => "ListFindingAggregators",
        ("securityhub", "GET", ["findingAggregator", "get", ..]) => "GetFindingAggregator",
        ("guardduty", "POST", ["detector", _, "usage", "statistics"]) => "GetUsageStatistics",
        ("guardduty", "POST", ["detector", _, "freeTrial", "daysRemaining"]) => "GetRemainingFreeTrialDays",
        ("guardduty", "GET", ["detector", _, "member"]) => "ListMembers",
        (CLOUDWATCH, "POST", ["service", _, "operation", operation]) => operation,
        ("sts", "POST", _) => form.iter().find(|(name, _)| name == "Action").map_or("Unknown", |(_, value)| value),
        ("ecs", "POST", _) => {
            let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
            target.and_then(|target| target.strip_prefix("AmazonEC2ContainerServiceV20141113.")).unwrap_or("Unknown")
        }
        _ => "Unknown",
    };
    name.to_owned()
}

fn answer(call: &Call<'_>) -> Reply {
    let result = match call.caller.service.as_str() {
        "sts" => return sts::answer(call),
        "guardduty" => guardduty::answer(call),
        "securityhub" => security_hub::answer(call),
        "ecs" => ecs::answer(call),
        CLOUDWATCH => cloudwatch::answer(call),
        _ => Err(unknown(call)),
    };
    result.map_or_else(Reply::refused, Reply::Document)
}

fn unknown(call: &Call<'_>) -> Refusal {
    let what = format!("{} {} {} is not simulated", call.caller.service, call.operation, call.path);
    Refusal::new(StatusCode::NOT_FOUND, "UnknownOperationException", what)
}

//! The wire: GuardDuty and Security Hub speak rest-json, STS speaks query and XML.

use std::sync::{Arc, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::documents;
use super::faults::Fault;
use super::world::detector;
use super::{ACCESS_KEY, Shared};

/// Largest request read.
const LARGEST: usize = 1024 * 1024;

/// One request, as it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    pub service: String,
    pub operation: String,
    pub region: String,
    pub status: u16,
}

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(serve).with_state(shared)
}

/// Who asks, and where: from the signature's credential scope.
struct Caller {
    access_key: String,
    region: String,
    service: String,
}

impl Caller {
    fn of(headers: &HeaderMap) -> Option<Self> {
        let header = headers.get("authorization")?.to_str().ok()?;
        let scope = header.strip_prefix("AWS4-HMAC-SHA256 ")?.split("Credential=").nth(1)?.split(',').next()?;
        let mut parts = scope.trim().split('/');
        let access_key = parts.next()?.to_owned();
        let (_date, region, service) = (parts.next()?, parts.next()?.to_owned(), parts.next()?.to_owned());
        (parts.next() == Some("aws4_request") && header.contains("Signature=")).then_some(Self {
            access_key,
            region,
            service,
        })
    }
}

/// An answer: a document, or a code and a message.
type Answer = Result<Value, (StatusCode, &'static str, String)>;

async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, LARGEST).await.unwrap_or_default();
    let Some(caller) = Caller::of(&head.headers) else {
        return refuse(StatusCode::FORBIDDEN, "MissingAuthenticationTokenException", "Missing Authentication Token");
    };
    let path = head.uri.path().to_owned();
    let operation = operation(&caller.service, head.method.as_str(), &path);
    let fault = shared.faults.take(&caller.service, operation, &caller.region);
    let response = match fault {
        Some(Fault::Throttle) => refuse(StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException", "Rate exceeded"),
        Some(Fault::ServerError) => {
            refuse(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerErrorException", "Internal error")
        }
        Some(Fault::Refuse(code)) => refuse(StatusCode::FORBIDDEN, code, "not authorized to perform this operation"),
        Some(Fault::HtmlBody) => page(),
        other => answer(&shared, &caller, operation, &path, &body, other),
    };
    let record = RequestRecord {
        service: caller.service,
        operation: operation.to_owned(),
        region: caller.region,
        status: response.status().as_u16(),
    };
    shared.requests.lock().unwrap_or_else(PoisonError::into_inner).push(record);
    response
}

fn operation(service: &str, method: &str, path: &str) -> &'static str {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (service, method, parts.as_slice()) {
        ("guardduty", "GET", ["detector"]) => "ListDetectors",
        ("guardduty", "POST", ["detector", _, "findings"]) => "ListFindings",
        ("guardduty", "POST", ["detector", _, "findings", "get"]) | ("securityhub", "POST", ["findings"]) => {
            "GetFindings"
        }
        ("securityhub", "GET", ["findingAggregator", "list"]) => "ListFindingAggregators",
        ("securityhub", "GET", ["findingAggregator", "get", ..]) => "GetFindingAggregator",
        ("sts", "POST", _) => "GetCallerIdentity",
        _ => "Unknown",
    }
}

fn answer(
    shared: &Shared,
    caller: &Caller,
    operation: &str,
    path: &str,
    body: &Bytes,
    fault: Option<Fault>,
) -> Response {
    let request: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let result = match (caller.service.as_str(), operation) {
        ("sts", _) => return identity(shared, body),
        ("guardduty", "ListDetectors") => {
            let world = shared.world();
            Ok(json!({"detectorIds": [detector(world.administrator(), &caller.region)], "nextToken": ""}))
        }
        ("guardduty", "ListFindings") => list_findings(shared, caller, path, &request),
        ("guardduty", "GetFindings") => get_findings(shared, &request),
        ("securityhub", "GetFindings") => hub_findings(shared, caller, &request),
        ("securityhub", "ListFindingAggregators") => {
            let (home, account) = home(shared);
            let arn = format!("arn:aws:securityhub:{home}:{account}:finding-aggregator/demo");
            Ok(json!({"FindingAggregators": [{"FindingAggregatorArn": arn}]}))
        }
        ("securityhub", "GetFindingAggregator") => {
            Ok(json!({"FindingAggregationRegion": home(shared).0, "RegionLinkingMode": "ALL_REGIONS"}))
        }
        _ => Err((StatusCode::NOT_FOUND, "UnknownOperationException", format!("{} {path}", caller.service))),
    };
    match result {
        Err((status, code, message)) => refuse(status, code, &message),
        Ok(mut document) => {
            if fault == Some(Fault::RepeatToken) {
                for name in ["nextToken", "NextToken"] {
                    if let Some(token) = document.get_mut(name) {
                        *token = json!("p0");
                    }
                }
            }
            let text = document.to_string();
            if fault == Some(Fault::TruncatedBody) {
                truncated(text)
            } else {
                json_response(StatusCode::OK, text, None)
            }
        }
    }
}

fn home(shared: &Shared) -> (String, String) {
    let world = shared.world();
    (world.home_region().to_owned(), world.administrator().to_owned())
}

/// The administrator sees every member.
fn visible(caller: &Caller) -> Option<&str> {
    (caller.access_key != ACCESS_KEY).then_some(caller.access_key.as_str())
}

/// Cuts a page out of a list. Tokens are positions; the last page's is empty, as the service's sometimes is.
fn cut<T>(
    all: Vec<T>,
    size: usize,
    token: Option<&Value>,
) -> Result<(Vec<T>, String), (StatusCode, &'static str, String)> {
    let token = token.and_then(Value::as_str).filter(|token| !token.is_empty());
    let bad = || (StatusCode::BAD_REQUEST, "BadRequestException", "the nextToken is invalid".to_owned());
    let start =
        token.map_or(Ok(0), |token| token.strip_prefix('p').and_then(|number| number.parse().ok()).ok_or_else(bad))?;
    let end = start + size;
    let next = if end < all.len() { format!("p{end}") } else { String::new() };
    Ok((all.into_iter().skip(start).take(size).collect(), next))
}

fn list_findings(shared: &Shared, caller: &Caller, path: &str, request: &Value) -> Answer {
    let bad = |message: &str| Err((StatusCode::BAD_REQUEST, "BadRequestException", message.to_owned()));
    let world = shared.world();
    let own = detector(world.administrator(), &caller.region);
    if path.split('/').nth(2) != Some(own.as_str()) {
        return bad("The request is rejected because the input detectorId is not owned by the current account.");
    }
    let size = request.get("maxResults").and_then(Value::as_u64).unwrap_or(50);
    if !(1..=50).contains(&size) {
        return bad("maxResults must be between 1 and 50");
    }
    let criteria = request.pointer("/findingCriteria/criterion").and_then(Value::as_object);
    if let Some(unknown) = criteria.and_then(|criteria| criteria.keys().find(|name| *name != "updatedAt")) {
        return bad(&format!("{unknown} is not a valid criterion here"));
    }
    let since = request.pointer("/findingCriteria/criterion/updatedAt/greaterThanOrEqual").and_then(Value::as_i64);
    let ids = world.guardduty_ids(visible(caller), &caller.region, since.unwrap_or(0));
    let (ids, next) = cut(ids, usize::try_from(size).unwrap_or(50), request.get("nextToken"))?;
    Ok(json!({"findingIds": ids, "nextToken": next}))
}

fn get_findings(shared: &Shared, request: &Value) -> Answer {
    let ids = request.get("findingIds").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if ids.len() > 50 {
        return Err((StatusCode::BAD_REQUEST, "BadRequestException", "at most 50 findingIds".to_owned()));
    }
    let ids: Vec<String> = ids.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect();
    Ok(json!({"findings": shared.world().guardduty_documents(&ids)}))
}

fn hub_findings(shared: &Shared, caller: &Caller, request: &Value) -> Answer {
    let invalid = |message: String| Err((StatusCode::BAD_REQUEST, "InvalidInputException", message));
    let size = request.get("MaxResults").and_then(Value::as_u64).unwrap_or(10);
    if !(1..=100).contains(&size) {
        return invalid("MaxResults must be between 1 and 100".to_owned());
    }
    let moment = |name: &str| {
        let text = request.pointer(&format!("/Filters/UpdatedAt/0/{name}")).and_then(Value::as_str);
        text.and_then(|text| text.parse::<Timestamp>().ok())
    };
    if request.pointer("/Filters/UpdatedAt").is_some() && (moment("Start").is_none() || moment("End").is_none()) {
        return invalid("UpdatedAt needs Start and End in ISO 8601".to_owned());
    }
    let world = shared.world();
    // The home Region answers for every Region.
    let region = (world.home_region() != caller.region).then_some(caller.region.as_str());
    let (since, until) = (moment("Start").unwrap_or(Timestamp::MIN), moment("End").unwrap_or(Timestamp::MAX));
    let found = world.hub_findings(visible(caller), region, since, until);
    let (found, next) = cut(found, usize::try_from(size).unwrap_or(100), request.get("NextToken"))?;
    Ok(json!({"Findings": found.into_iter().map(documents::asff).collect::<Vec<_>>(), "NextToken": next}))
}

fn identity(shared: &Shared, body: &Bytes) -> Response {
    let action = form_urlencoded::parse(body).find(|(name, _)| name == "Action").map(|(_, value)| value.into_owned());
    if action.as_deref() != Some("GetCallerIdentity") {
        return refuse(StatusCode::BAD_REQUEST, "InvalidAction", "only GetCallerIdentity is simulated");
    }
    let account = home(shared).1;
    let xml = format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <Arn>arn:aws:iam::{account}:role/yagura</Arn><UserId>AROADEMO</UserId><Account>{account}</Account>\
         </GetCallerIdentityResult><ResponseMetadata><RequestId>demo</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    );
    build(StatusCode::OK, "text/xml", Body::from(xml), None)
}

fn refuse(status: StatusCode, code: &str, message: &str) -> Response {
    let text = json!({"__type": code, "Type": code, "Code": code, "Message": message, "message": message}).to_string();
    json_response(status, text, Some(code))
}

fn json_response(status: StatusCode, text: String, code: Option<&str>) -> Response {
    build(status, "application/json", Body::from(text), code)
}

fn page() -> Response {
    build(StatusCode::OK, "text/html", Body::from("<html><body>Please sign in to the network.</body></html>"), None)
}

/// The header promises all, the connection gives half.
fn truncated(text: String) -> Response {
    let half = Bytes::from(text.as_bytes()[..text.len() / 2].to_vec());
    let pieces = futures::stream::iter([Ok(half), Err(std::io::Error::other("connection lost"))]);
    build(StatusCode::OK, "application/json", Body::from_stream(pieces), None)
}

fn build(status: StatusCode, content_type: &str, body: Body, code: Option<&str>) -> Response {
    let mut builder = Response::builder().status(status).header("content-type", content_type);
    if let Some(code) = code {
        builder = builder.header("x-amzn-errortype", code);
    }
    builder.body(body).unwrap_or_default()
}

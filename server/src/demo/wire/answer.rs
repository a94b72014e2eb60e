//! Answers as each protocol spells them.

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

use super::{CLOUDWATCH, cloudwatch};
use crate::demo::faults::Fault;

/// Why a request gets no document.
#[derive(Debug)]
pub struct Refusal {
    pub status: StatusCode,
    pub code: &'static str,
    pub message: String,
}

impl Refusal {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// 400.
    pub fn bad(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// Too many requests, in the service's words.
    pub fn throttled(service: &str) -> Self {
        match service {
            // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/request-throttling.html
            "ecs" => Self::bad("ThrottlingException", "Rate exceeded"),
            "sts" => Self::bad("Throttling", "Rate exceeded"),
            // What Security Hub answers: https://github.com/prowler-cloud/prowler/issues/5004
            _ => Self::new(StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException", "Too Many Requests"),
        }
    }
}

/// A list cut to a page, or why not.
pub type Answer = Result<Value, Refusal>;

/// What goes out.
#[derive(Debug)]
pub enum Reply {
    Document(Value),
    Xml(String),
    Refused(Refusal),
    /// A page for people from something in between.
    Page,
}

impl Reply {
    pub fn refused(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }

    /// In the words of the service's protocol, spoilt by some faults.
    pub fn into_response(self, service: &str, fault: Option<Fault>) -> Response {
        match self {
            Self::Document(document) if service == CLOUDWATCH => cbor(StatusCode::OK, &document, None),
            Self::Document(document) => {
                let text = document.to_string();
                match fault {
                    Some(Fault::TruncatedBody) => return truncated(&text[..text.floor_char_boundary(text.len() / 2)]),
                    Some(Fault::Disconnect) => return truncated(""),
                    _ => {}
                }
                build(StatusCode::OK, json_type(service), Body::from(text), None)
            }
            Self::Xml(text) => build(StatusCode::OK, "text/xml", Body::from(text), None),
            Self::Refused(refusal) => refuse(service, &refusal),
            Self::Page => {
                let page = "<html><body>Please sign in to the network.</body></html>";
                build(StatusCode::OK, "text/html", Body::from(page), None)
            }
        }
    }
}

fn json_type(service: &str) -> &'static str {
    if service == "ecs" { "application/x-amz-json-1.1" } else { "application/json" }
}

fn refuse(service: &str, refusal: &Refusal) -> Response {
    let (code, message) = (refusal.code, refusal.message.as_str());
    if service == "sts" {
        let text = format!(
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
             <Code>{code}</Code><Message>{message}</Message></Error><RequestId>demo</RequestId></ErrorResponse>"
        );
        return build(refusal.status, "text/xml", Body::from(text), None);
    }
    if service == CLOUDWATCH {
        return cbor(refusal.status, &json!({"__type": code, "message": message}), Some(code));
    }
    let text = json!({"__type": code, "Type": code, "Code": code, "Message": message, "message": message}).to_string();
    build(refusal.status, json_type(service), Body::from(text), Some(code))
}

/// rpc-v2-cbor (<https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html>).
fn cbor(status: StatusCode, document: &Value, code: Option<&str>) -> Response {
    let mut response = build(status, "application/cbor", Body::from(cloudwatch::write(document)), code);
    response.headers_mut().insert("smithy-protocol", http::HeaderValue::from_static("rpc-v2-cbor"));
    response
}

/// The header promises all, the connection gives this much.
fn truncated(text: &str) -> Response {
    let given = Bytes::copy_from_slice(text.as_bytes());
    let pieces = futures::stream::iter([Ok(given), Err(std::io::Error::other("connection lost"))]);
    build(StatusCode::OK, "application/json", Body::from_stream(pieces), None)
}

fn build(status: StatusCode, content_type: &str, body: Body, code: Option<&str>) -> Response {
    let mut builder = Response::builder().status(status).header("content-type", content_type);
    if let Some(code) = code {
        builder = builder.header("x-amzn-errortype", code);
    }
    builder.body(body).unwrap_or_default()
}

/// Between a token's position and what only makes it another token.
const OTHERWISE: char = '~';

/// Spoils how a page names the next one. `asked` is the token it was asked for by, `number` never the same twice.
pub fn spoil_paging(page: &mut Value, asked: Option<&Value>, fault: Fault, number: usize) {
    let asked = asked.and_then(Value::as_str).filter(|token| !token.is_empty()).unwrap_or("p0");
    let is_second = asked.contains(OTHERWISE);
    let token = match fault {
        Fault::RepeatToken => "p0".to_owned(),
        Fault::EndlessPages => format!("p0{OTHERWISE}{number}"),
        Fault::EmptyPage if !is_second => format!("{asked}{OTHERWISE}"),
        _ => return,
    };
    let Some(members) = page.as_object_mut() else { return };
    for (name, value) in members {
        match (name.as_str(), value) {
            ("nextToken" | "NextToken", value) => *value = json!(token),
            ("findingIds" | "Findings", Value::Array(rows)) if fault == Fault::EmptyPage => rows.clear(),
            _ => {}
        }
    }
}

/// Cuts a page out of a list. Tokens are positions; the last page's is empty, as the service's sometimes is.
pub fn cut<T>(
    all: Vec<T>,
    size: usize,
    token: Option<&Value>,
    bad_token: &'static str,
) -> Result<(Vec<T>, String), Refusal> {
    let token = token.and_then(Value::as_str).filter(|token| !token.is_empty());
    let position = |token: &str| token.split(OTHERWISE).next()?.strip_prefix('p')?.parse().ok();
    let start: usize = match token {
        None => 0,
        Some(token) => position(token).ok_or_else(|| Refusal::bad(bad_token, "the nextToken is invalid"))?,
    };
    let end = start.saturating_add(size);
    let next = if end < all.len() { format!("p{end}") } else { String::new() };
    Ok((all.into_iter().skip(start).take(size).collect(), next))
}

/// The page size asked for, within the service's limits.
pub fn page_size(asked: Option<&Value>, usual: usize, most: usize, code: &'static str) -> Result<usize, Refusal> {
    let Some(asked) = asked.filter(|asked| !asked.is_null()) else { return Ok(usual) };
    let size = asked.as_u64().and_then(|size| usize::try_from(size).ok()).filter(|size| (1..=most).contains(size));
    size.ok_or_else(|| Refusal::bad(code, format!("the page size must be between 1 and {most}")))
}

//! Shares.

use app::model::share::LONGEST_NOTE;
use app::model::{Hidden, ShareFormat, ShareReport};
use app::page::Theme;
use app::text::Language;
use serde_json::{Value, json};

use super::{parameters, problem, responses};
use crate::http::answer::DATA_VERSION;
use crate::http::routes::shares::view_path;
use crate::share::forms::content_type;

/// The paths with their operations.
pub fn paths() -> Vec<(String, Value)> {
    let schema = |name: &str| json!({"schema": {"$ref": format!("#/components/schemas/{name}")}});
    let content = |description: &str, name: &str| json!({"description": description, "content": {"application/json": schema(name)}});
    let id = || json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}});
    let write = |success: &str, answer: Value| {
        json!({
            success: answer,
            "400": problem("The body or a member is not understood; `parameter` names the member."),
            "403": problem("The request comes from elsewhere."),
            "404": problem("No such share."),
            "409": problem("There are as many shares as there may be, or this one was revoked."),
            "413": problem("The body is too large."),
            "415": problem("The body is not JSON."),
            "500": problem("Something failed; the log knows the reference."),
            "503": problem("Busy: ask again after `Retry-After` seconds."),
        })
    };
    let change = |summary: &str, description: &str, name: &str| {
        json!({"post": {
            "summary": summary, "parameters": [id(), parameters::own_header()],
            "responses": write("200", content(description, name)),
        }})
    };
    let mut all = vec![
        (
            "/api/v1/shares".to_owned(),
            json!({
                "get": {
                    "summary": "Every share: those that are not revoked first, then the newest first",
                    "responses": responses(&content("The shares, without their tokens.", "Shares")),
                },
                "post": {
                    "summary": "Share a view",
                    "description": "A read-only view for people outside, behind a link of its own. The filter is \
                        locked; relative ranges stay relative. The token is told in this answer and never again.",
                    "parameters": [parameters::own_header()],
                    "requestBody": {"required": true, "content": {"application/json": schema("ShareGiven")}},
                    "responses": write("201", content("The share with its link.", "ShareMade")),
                },
            }),
        ),
        (
            "/api/v1/shares/{id}".to_owned(),
            json!({
                "get": {
                    "summary": "A share", "parameters": [id()],
                    "responses": responses(&content("The share.", "Share")),
                },
                "delete": {
                    "summary": "Revoke a share: its link is dead for ever",
                    "parameters": [id(), parameters::own_header()],
                    "responses": write("204", json!({"description": "It is revoked."})),
                },
            }),
        ),
        ("/api/v1/shares/{id}/pause".to_owned(), change("Let a link sleep", "The share as it is now.", "Share")),
        ("/api/v1/shares/{id}/resume".to_owned(), change("Wake a link", "The share as it is now.", "Share")),
        (
            "/api/v1/shares/{id}/rotate".to_owned(),
            change("Give a share another link; the one before is dead", "The share with its new link.", "ShareMade"),
        ),
    ];
    all.extend(ShareFormat::ALL.iter().map(|&format| (view_path(format), view(format, &id()))));
    all
}

fn view(format: ShareFormat, id: &Value) -> Value {
    let media = content_type(format).split(';').next().unwrap_or_default();
    let mut responses = responses(&json!({
        "description": "As behind the link.",
        "headers": {DATA_VERSION: {"schema": {"type": "integer"}}},
        "content": {media: {}},
    }));
    responses["410"] = problem("The share is paused, expired or revoked.");
    let query = |name: &str, schema: Value| json!({"name": name, "in": "query", "schema": schema});
    let mut parameters = vec![id.clone()];
    parameters.extend(parameters::picture());
    parameters.extend([
        query("title", json!({"type": "string", "enum": ["0", "1"]})),
        query("refresh", json!({"type": "string"})),
        query("h", json!({"type": "string"})),
    ]);
    json!({"get": {
        "summary": format!("What is behind a link, by the share's id, as {format}"),
        "parameters": parameters,
        "responses": responses,
    }})
}

/// What a program sends.
pub fn given() -> Value {
    let words = |words: Vec<&str>| json!({"type": ["array", "null"], "items": {"type": "string", "enum": words}});
    let or_null = |description: &str| json!({"type": ["string", "null"], "description": description});
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["report"],
        "properties": {
            "report": {"type": "string", "enum": ShareReport::ALL.iter().map(|report| report.as_str()).collect::<Vec<_>>()},
            "filter": {"type": "string", "description": "The report's query string; locked."},
            "formats": words(ShareFormat::ALL.iter().map(|format| format.as_str()).collect()),
            "redact": words(Hidden::ALL.iter().map(|hidden| hidden.as_str()).chain(["counts", "none"]).collect()),
            "frame_ancestors": {
                "type": ["array", "null"], "items": {"type": "string"},
                "description": "Origins that may frame it; empty: none; null: as configured.",
            },
            "expires": or_null("A duration such as `30d`, or `never`; null: as configured."),
            "lang": {"type": ["string", "null"], "enum": languages()},
            "theme": {"type": ["string", "null"], "enum": themes()},
            "note": {"type": ["string", "null"], "maxLength": LONGEST_NOTE, "description": "On one line."},
        },
    })
}

fn languages() -> Vec<Option<&'static str>> {
    Language::ALL.iter().map(|language| Some(language.tag())).chain([None]).collect()
}

fn themes() -> Vec<Option<&'static str>> {
    Theme::ALL.iter().map(|theme| Some(theme.as_str())).chain([None]).collect()
}

/// A share as it is told.
pub fn share() -> Value {
    let text = || json!({"type": "string"});
    let or_null = |kind: Value| {
        let mut kind = kind;
        kind["type"] = json!([kind["type"].clone(), "null"]);
        kind
    };
    let time = || json!({"type": "string", "format": "date-time"});
    let words = |words: Vec<&str>| json!({"type": "array", "items": {"type": "string", "enum": words}});
    let properties = json!({
        "id": text(),
        "report": {"type": "string", "enum": ShareReport::ALL.iter().map(|report| report.as_str()).collect::<Vec<_>>()},
        "query": text(),
        "formats": words(ShareFormat::ALL.iter().map(|format| format.as_str()).collect()),
        "redaction": words(Hidden::ALL.iter().map(|hidden| hidden.as_str()).collect()),
        "frame_ancestors": or_null(json!({"type": "array", "items": {"type": "string"}})),
        "lang": {"type": ["string", "null"], "enum": languages()},
        "theme": {"type": "string", "enum": Theme::ALL.iter().map(|theme| theme.as_str()).collect::<Vec<_>>()},
        "note": or_null(text()),
        "created_at": time(),
        "created_by": text(),
        "expires_at": or_null(time()),
        "paused_at": or_null(time()),
        "revoked_at": or_null(time()),
        "rotated_at": or_null(time()),
        "last_used_at": or_null(time()),
        "hits": {"type": "integer"},
    });
    let required: Vec<&String> = properties.as_object().map(|all| all.keys().collect()).unwrap_or_default();
    json!({"type": "object", "required": required, "properties": properties})
}

/// A share with its link.
pub fn made() -> Value {
    json!({
        "type": "object",
        "required": ["id", "token", "url", "expires_at", "share"],
        "properties": {
            "id": {"type": "string"},
            "token": {"type": "string"},
            "url": {"type": "string"},
            "expires_at": {"type": ["string", "null"], "format": "date-time"},
            "share": {"$ref": "#/components/schemas/Share"},
        },
    })
}

//! Saved views.

use app::model::ViewPage;
use app::model::saved::{LONGEST_NAME, LONGEST_QUERY};
use serde_json::{Value, json};

use super::{parameters, problem, responses};

/// The paths with their operations.
pub fn paths() -> Vec<(String, Value)> {
    let schema = |name: &str| json!({"schema": {"$ref": format!("#/components/schemas/{name}")}});
    let given = || json!({"required": true, "content": {"application/json": schema("ViewGiven")}});
    let view =
        |description: &str| json!({"description": description, "content": {"application/json": schema("SavedView")}});
    let read = |description: &str, name: &str| {
        responses(&json!({"description": description, "content": {"application/json": schema(name)}}))
    };
    let write = |success: &str, answer: Value| {
        json!({
            success: answer,
            "400": problem("The body or a member is not understood; `parameter` names the member."),
            "403": problem("The request comes from elsewhere."),
            "404": problem("No such view."),
            "409": problem("The name is taken, or there are as many views as there may be."),
            "413": problem("The body is too large."),
            "415": problem("The body is not JSON."),
            "500": problem("Something failed; the log knows the reference."),
            "503": problem("Busy: ask again after `Retry-After` seconds."),
        })
    };
    let id = || {
        let mut all = vec![json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}})];
        all.push(parameters::own_header());
        all
    };
    vec![
        (
            "/api/v1/views".to_owned(),
            json!({
                "get": {"summary": "Saved views, by name", "responses": read("Every view.", "SavedViews")},
                "post": {
                    "summary": "Save a view",
                    "description": "A view is a name for a page and its query. Relative ranges stay relative; \
                        `/views/{id}` leads to it.",
                    "parameters": [parameters::own_header()],
                    "requestBody": given(),
                    "responses": write("201", view("The view, with its id.")),
                },
            }),
        ),
        (
            "/api/v1/views/{id}".to_owned(),
            json!({
                "get": {"summary": "A saved view", "parameters": id()[..1], "responses": read("The view.", "SavedView")},
                "put": {
                    "summary": "Give a view another name, page or query", "parameters": id(),
                    "requestBody": given(), "responses": write("200", view("The view as it is now.")),
                },
                "patch": {
                    "summary": "Give a view another name", "parameters": id(),
                    "requestBody": {"required": true, "content": {"application/json": {"schema": renamed()}}},
                    "responses": write("200", view("The view as it is now.")),
                },
                "delete": {
                    "summary": "Remove a view", "parameters": id(),
                    "responses": write("204", json!({"description": "It is gone."})),
                },
            }),
        ),
    ]
}

/// What a program sends.
pub fn given() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["name", "page"],
        "properties": {
            "name": name(),
            "page": {"type": "string", "enum": ViewPage::ALL.iter().map(|page| page.as_str()).collect::<Vec<_>>()},
            "query": {"type": "string", "maxLength": LONGEST_QUERY, "description": "The page's query string."},
        },
    })
}

/// The name alone.
fn renamed() -> Value {
    json!({"type": "object", "additionalProperties": false, "required": ["name"], "properties": {"name": name()}})
}

fn name() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": LONGEST_NAME, "description": "On one line."})
}

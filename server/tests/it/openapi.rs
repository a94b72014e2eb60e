//! The API's description tells the truth: every address it names answers, every address there is has a description,
//! every member of an answer is described, every required one is there, every documented parameter is understood.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Value, json};
use server::http::{openapi, routes};

use crate::world::Stage;

/// The members of `answer` that `schema` does not know, and those it requires that are not there.
fn undescribed(document: &Value, schema: &Value, answer: &Value, path: &str, found: &mut Vec<String>) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    if let Some(forms) = schema["anyOf"].as_array() {
        let complaints = forms.iter().map(|form| {
            let mut found = Vec::new();
            undescribed(document, form, answer, path, &mut found);
            found
        });
        found.extend(complaints.min_by_key(Vec::len).unwrap_or_default());
        return;
    }
    match answer {
        Value::Object(members) => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            found.extend(required.filter(|name| !members.contains_key(*name)).map(|name| format!("no {path}.{name}")));
            for (name, value) in members {
                let any_name = schema.get("additionalProperties").filter(|any| any.is_object());
                match schema["properties"].get(name).or(any_name) {
                    Some(member) => undescribed(document, member, value, &format!("{path}.{name}"), found),
                    None => found.push(format!("{path}.{name}")),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                undescribed(document, &schema["items"], item, path, found);
            }
        }
        single => {
            let kind = match single {
                Value::Null => "null",
                Value::Bool(_) => "boolean",
                Value::String(_) => "string",
                Value::Number(number) if number.is_i64() => "integer",
                _ => "number",
            };
            let fits =
                schema["type"] == kind || schema["type"].as_array().is_some_and(|all| all.contains(&kind.into()));
            let listed = schema["enum"].as_array().is_none_or(|words| words.contains(single));
            if !fits || !listed {
                found.push(format!("{path} = {single}"));
            }
        }
    }
}

/// Members of objects, anywhere in the schemas, that are described and not required.
fn members_that_may_be_missing(document: &Value) -> Vec<String> {
    fn look(schema: &Value, path: &str, found: &mut Vec<String>) {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.{name}");
            look(member, &path, found);
            if !required.contains(&name.as_str().into()) {
                found.push(path);
            }
        }
        if let Some(items) = schema.get("items") {
            look(items, path, found);
        }
    }
    let mut found = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        look(schema, name, &mut found);
    }
    found
}

pub async fn the_description_is_what_is_served(stage: &Stage) {
    let client = stage.client();
    let document = client.json("/api/openapi.json").await;
    assert_eq!(document, openapi::document());
    let described: BTreeSet<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let served: Vec<_> = routes::reports().into_iter().chain(routes::operations()).map(|(path, _)| path).collect();
    assert_eq!(described, served.iter().map(AsRef::as_ref).collect());

    // Nothing is optional without a reason: programs rely on what is always there.
    let optional = members_that_may_be_missing(&document);
    let given = ["expires", "filter", "formats", "frame_ancestors", "lang", "note", "redact", "theme"];
    let mut wanted: Vec<String> = given.iter().map(|member| format!("ShareGiven.{member}")).collect();
    wanted.extend(["Problem.parameter", "ViewGiven.query"].map(str::to_owned));
    assert_eq!(optional.iter().collect::<BTreeSet<_>>(), wanted.iter().collect());
    let refusal = client.get("/api/v1/breakdown?by=colour").await.json();
    let mut found = Vec::new();
    undescribed(&document, &document["components"]["schemas"]["Problem"], &refusal, "problem", &mut found);
    assert_eq!(found, Vec::<String>::new());

    let id = client.json("/api/v1/findings?limit=1&range=90d&sequence=is").await["findings"][0]["id"].clone();
    let view = crate::views::add(&client, "Described", "range=7d").await;
    let share = crate::shares::add(&client, &json!({"report": "trend", "filter": "range=7d"})).await["id"].clone();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let Some(operation) = operations.get("get") else { continue };
        let id = match path {
            path if path.contains("/views/") => &view,
            path if path.contains("/shares/") => &share,
            _ => &id,
        };
        let mut address = path.replace("{id}", id.as_str().unwrap()).replace("{field}", "image");
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        for parameter in parameters.iter().filter(|parameter| parameter["in"] == "query") {
            // Empty values are taken for every parameter that exists, and refused for others.
            let name = parameter["name"].as_str().unwrap();
            let value = parameter["schema"]["enum"][0].as_str().filter(|_| {
                matches!(name, "by" | "metric" | "rows" | "cols" | "lang" | "theme" | "bom" | "guard" | "title")
            });
            address.push(if address.contains('?') { '&' } else { '?' });
            address.extend([name, "=", value.unwrap_or_default()]);
        }
        let reply = client.get(&address).await;
        assert_eq!(reply.status, StatusCode::OK, "{address}: {}", reply.text());
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        if !schema.is_null() {
            let mut found = Vec::new();
            undescribed(&document, schema, &reply.json(), path, &mut found);
            assert_eq!(found, Vec::<String>::new());
        }
    }
}

//! The API's description, OpenAPI 3.1. Words of closed vocabularies come from the vocabularies themselves.

mod files;
mod parameters;
mod schemas;
mod shares;
mod views;

use serde_json::{Value, json};

use super::answer::DATA_VERSION;

/// The whole document.
pub fn document() -> Value {
    let filter = parameters::filter;
    let with = parameters::with;
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Yagura",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Findings of GuardDuty and Security Hub on ECS Fargate. Unknown parameters and values are \
                refused with 400. Fields are alternatives within and narrow each other; `!value` excludes, `(none)` \
                means that there is none. `watched` says whether anybody looked at any part of the window: where it is false, what is not \
                found is unknown, not zero.",
            "license": {"name": "Apache-2.0 OR MIT"},
        },
        "paths": {
            "/api/openapi.json": {"get": {
                "summary": "This document",
                "responses": {"200": {"description": "OpenAPI 3.1", "content": {"application/json": {}}}},
            }},
            "/api/v1/findings": report("One page of findings", filter(), "FindingPage"),
            "/api/v1/findings/{id}": report("Everything known about one finding", parameters::id(), "FindingDetail"),
            "/api/v1/breakdown": report("Findings split by one dimension", with(&[parameters::by(true)]), "Breakdown"),
            "/api/v1/groups": report(
                "Findings by type, and within a type by task family, cluster or resource; `limit` types, the worst first",
                filter(), "Groups"),
            "/api/v1/trend": report(
                "Counts over time", with(&[parameters::by(false), parameters::metric()]), "Trend"),
            "/api/v1/filters": report("Values to filter by, with counts", filter(), "FilterValues"),
            "/api/v1/filters/{field}": report(
                "Values of one field that a text finds, those with the most findings first",
                with(&parameters::values()), "FoundValues"),
            "/api/v1/drift": report("What the two services say differently, `limit` findings of each kind", filter(), "Drift"),
            "/api/v1/status/rejects": report("Input that was no finding, newest first", parameters::page(), "RejectPage"),
            "/api/v1/status": report("Freshness of every source, and the database", json!([]), "StatusReport"),
            "/api/v1/version": report("The version of the data: grows when anything in it changes", json!([]), "Version"),
            "/api/v1/heatmap": report(
                "Counts by two dimensions, or by one and time; null where nobody looked",
                with(&parameters::heatmap()), "Heatmap"),
            "/api/v1/movers": report(
                "Clusters, task families and types that changed most against the window before; rows are null where \
                nobody watched all of that one, or nobody watched the window", filter(), "Movers"),
            "/api/v1/news": report(
                "What was never seen before the window; rows are null where there is no history to compare with, or nobody \
                watched the window",
                filter(), "News"),
            "/api/v1/layers": report(
                "What looks at each workload by layer, what the runtime agent cannot see, and who is responsible; a \
                number is null where nobody looks", with(&[parameters::layers_by()]), "Layers"),
            "/api/v1/radar": report("What AWS is about to forget; everything is kept here. `leaving` is null where nobody ever looked", filter(), "Radar"),
            "/api/v1/cost": report("What it costs and would cost, at list price", Value::from(parameters::cost()), "CostReport"),
            "/api/v1/cost/projection": report(
                "A month by account, Region and feature; null where there is no data yet",
                Value::from(parameters::cost()), "CostProjection"),
            "/api/v1/cost/trials.ics": {"get": {
                "summary": "Ends of free trials as a calendar file (RFC 5545)",
                "parameters": Value::from([parameters::cost(), vec![parameters::language()]].concat()),
                "responses": responses(&json!({"description": "One event per trial.", "content": {"text/calendar": {}}})),
            }},
            "/api/v1/cost/sync": {"post": {
                "summary": "Ask AWS what it costs now",
                "parameters": [parameters::own_header()],
                "responses": {
                    "202": {"description": "Asked for; /api/v1/cost tells how it went."},
                    "403": problem("The request comes from elsewhere."),
                },
            }},
            "/api/v1/coverage": report(
                "Where GuardDuty's agent runs: clusters by AWS's verdict and by ours, accounts and Regions, history",
                filter(), "Coverage"),
            "/api/v1/coverage/families": report(
                "Task families by verdict, the riskiest first", with(&[parameters::verdict()]), "FamilyCoverages"),
            "/api/v1/coverage/services": report(
                "Services by verdict, the riskiest first; null where nothing of one runs",
                with(&[parameters::verdict()]), "ServiceCoverages"),
            "/api/v1/sync": {"post": {
                "summary": "Pull now",
                "description": "Programs send the header `X-Yagura-Request`; pages are known by their origin.",
                "parameters": [parameters::own_header()],
                "responses": {
                    "202": {"description": "Asked for; /api/v1/status tells how it went."},
                    "403": problem("The request comes from elsewhere."),
                },
            }},
        },
        "components": {"schemas": schemas::schemas()},
    });
    if let Some(paths) = document["paths"].as_object_mut() {
        paths.extend(files::charts());
        paths.extend(files::exports());
        paths.extend([files::pack()]);
        paths.extend(views::paths());
        paths.extend(shares::paths());
    }
    document
}

fn report(summary: &str, parameters: Value, schema: &str) -> Value {
    json!({"get": {
        "summary": summary,
        "parameters": parameters,
        "responses": responses(&json!({
            "description": "The report. It may be kept and revalidated by its ETag.",
            "headers": {DATA_VERSION: {"schema": {"type": "integer"}}},
            "content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{schema}")}}},
        })),
    }})
}

fn responses(success: &Value) -> Value {
    json!({
        "200": success,
        "304": {"description": "What you have is still good."},
        "400": problem("A parameter is not understood; `parameter` names it."),
        "404": problem("No such thing."),
        "500": problem("Something failed; the log knows the reference."),
        "503": problem("Busy: ask again after `Retry-After` seconds."),
    })
}

fn problem(description: &str) -> Value {
    json!({
        "description": description,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    })
}

//! Schemas of the answers.

mod cost;
mod counts;
mod coverage;
mod layers;

use app::model::{Aspect, Category, Collector, DriftKind, Kind, SequenceRole, Severity, Source, ViewPage};
use serde_json::{Map, Value, json};

/// Every schema by name.
pub fn schemas() -> Value {
    let mut all = of_lists_and_states();
    all.extend(counts::schemas());
    all.extend(cost::schemas());
    all.extend(coverage::schemas());
    all.extend(layers::schemas());
    Value::Object(all)
}

fn of_lists_and_states() -> Map<String, Value> {
    by_name(json!({
        "Problem": with_perhaps(
            &[("type", text()), ("title", text()), ("status", integer()), ("detail", text())], ("parameter", text())),
        "Named": object(&[("key", text()), ("label", text())]),
        "Counts": object(&[("findings", integer()), ("occurrences", integer())]),
        "FindingPage": report(&[
            ("findings", list(&reference("Finding"))), ("next_cursor", or_null(text())), ("total", integer()),
            ("sequence_members", integer()), ("watched", truth()),
        ]),
        "Version": object(&[("data_version", integer())]),
        "FindingFile": report(&[
            ("findings", list(&reference("Finding"))), ("next_cursor", json!({"type": "null"})), ("total", integer()),
        ]),
        "FindingRecords": report(&[
            ("findings", list(&json!({"type": "object", "additionalProperties": {
                "type": ["string", "integer", "number", "boolean", "null"],
            }}))),
            ("next_cursor", json!({"type": "null"})), ("total", integer()),
        ]),
        "StatusReport": report(&[
            ("version", text()), ("sources", list(&reference("SourceStatus"))),
            ("collectors", list(&reference("CollectorStatus"))), ("database", database()),
            ("sync_interval_seconds", integer()), ("next_pull_at", or_null(time())), ("pulls_ended", integer()),
            ("unknown_types", list(&object(&[
                ("type", text()), ("category", or_null(words(Category::ALL.iter().map(|word| word.as_str())))), ("rule", text()), ("findings", integer()),
            ]))),
        ]),
        "SourceStatus": source(),
        "CollectorStatus": collector(),
        "FindingDetail": report(&[
            ("finding", reference("Finding")), ("versions", list(&version())), ("sides", list(&side())),
            ("earlier", list(&side())), ("evidence", evidence()),
            ("members", list(&reference("Finding"))), ("drift", list(&reference("DriftRow"))),
        ]),
        "Finding": finding(),
        "Drift": report(&[
            ("counts", list(&object(&[("kind", drift_kind()), ("findings", integer())]))),
            ("rows", list(&reference("DriftRow"))),
        ]),
        "DriftRow": object(&[
            ("kind", drift_kind()), ("guardduty", said()), ("securityhub", said()), ("id", text()), ("title", text()),
            ("account", or_null(text())), ("region", or_null(text())), ("updated_at", time()),
        ]),
        "ShareGiven": super::shares::given(),
        "ShareMade": super::shares::made(),
        "Share": super::shares::share(),
        "Shares": report(&[("shares", list(&reference("Share")))]),
        "ViewGiven": super::views::given(),
        "SavedView": saved_view(),
        "SavedViews": report(&[("views", list(&reference("SavedView")))]),
        "RejectPage": report(&[
            ("rejects", list(&object(&[
                ("rejected_at", time()), ("origin", text()), ("position", text()), ("reason", text()),
                ("excerpt", text()), ("is_cut", truth()),
            ]))),
            ("next_cursor", or_null(text())), ("total", integer()),
        ]),
    }))
}

fn by_name(schemas: Value) -> Map<String, Value> {
    match schemas {
        Value::Object(schemas) => schemas,
        _ => Map::new(),
    }
}

fn text() -> Value {
    json!({"type": "string"})
}

fn integer() -> Value {
    json!({"type": "integer"})
}

fn truth() -> Value {
    json!({"type": "boolean"})
}

fn time() -> Value {
    json!({"type": "string", "format": "date-time"})
}

fn words<'a>(words: impl Iterator<Item = &'a str>) -> Value {
    json!({"type": "string", "enum": words.collect::<Vec<_>>()})
}

fn or_null(mut schema: Value) -> Value {
    schema["type"] = json!([schema["type"], "null"]);
    if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        words.push(Value::Null);
    }
    schema
}

fn list(items: &Value) -> Value {
    json!({"type": "array", "items": items})
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Answers leave nothing out: what is unknown is null or an empty list. So every member is required.
fn object(members: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    let members: Map<String, Value> =
        members.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({"type": "object", "properties": members, "required": names})
}

/// With a member that is not always there.
fn with_perhaps(members: &[(&str, Value)], (name, schema): (&str, Value)) -> Value {
    let mut object = object(members);
    object["properties"][name] = schema;
    object
}

/// With the moment and the version of the data it speaks of.
fn report(members: &[(&str, Value)]) -> Value {
    object(&[members, &[("as_of", time()), ("data_version", integer())]].concat())
}

fn drift_kind() -> Value {
    words(DriftKind::ALL.iter().map(|word| word.as_str()))
}

fn saved_view() -> Value {
    object(&[
        ("id", text()),
        ("name", text()),
        ("page", words(ViewPage::ALL.iter().map(|page| page.as_str()))),
        ("query", text()),
        ("created_at", time()),
        ("updated_at", time()),
    ])
}

/// What one service says: a state, or its severity.
fn said() -> Value {
    words(["active", "archived", "missing"].into_iter().chain(Severity::ALL.iter().map(|word| word.as_str())))
}

fn database() -> Value {
    object(&[
        ("bytes", integer()),
        ("findings", integer()),
        ("versions", integer()),
        ("rejected_inputs", integer()),
        ("schema_version", integer()),
        ("duckdb_version", text()),
        ("write_trouble", or_null(object(&[("since", time()), ("why", words(["disk-full", "failed"].into_iter()))]))),
        (
            "logs_set_aside",
            list(&object(&[("file", text()), ("at", time()), ("bytes", integer()), ("is_read_again", truth())])),
        ),
    ])
}

fn source() -> Value {
    let states = ["fresh", "stale", "failing", "denied", "not-enabled", "never"];
    object(&[
        ("account", text()),
        ("region", text()),
        ("source", words(Source::ALL.iter().map(|word| word.as_str()))),
        ("state", words(states.into_iter())),
        ("last_attempt_at", or_null(time())),
        ("last_success_at", or_null(time())),
        ("lag_seconds", or_null(integer())),
        ("cursor", or_null(time())),
        ("findings", integer()),
        ("last_pull", object(&["read", "new", "updated", "unchanged", "rejected"].map(|name| (name, integer())))),
        ("requests", integer()),
        ("throttles", integer()),
        ("errors", integer()),
        ("last_error", or_null(text())),
        ("failing_since", or_null(time())),
        ("clock_ahead_seconds", or_null(integer())),
        ("took_ms", or_null(integer())),
        ("pulling", or_null(object(&[("started_at", time()), ("read", integer())]))),
    ])
}

fn collector() -> Value {
    let states = ["fresh", "stale", "failing", "denied", "not-enabled", "never", "not-asked"];
    object(&[
        ("account", text()),
        ("region", text()),
        ("collector", words(Collector::ALL.iter().map(|word| word.as_str()))),
        ("part", text()),
        ("state", words(states.into_iter())),
        ("last_attempt_at", time()),
        ("last_success_at", or_null(time())),
        ("lag_seconds", or_null(integer())),
        ("note", or_null(text())),
        ("next_at", or_null(time())),
        ("took_ms", or_null(integer())),
        ("requests", or_null(integer())),
        ("throttles", or_null(integer())),
    ])
}

fn version() -> Value {
    object(&[
        ("observed_at", time()),
        ("source", words(Source::ALL.iter().map(|word| word.as_str()))),
        ("updated_at", time()),
        ("severity", words(Severity::ALL.iter().map(|word| word.as_str()))),
        ("count", or_null(integer())),
        ("count_delta", integer()),
        ("archived", truth()),
        ("workflow", or_null(text())),
        ("record_state", or_null(text())),
        ("changed", list(&words(Aspect::ALL.iter().map(|word| word.as_str())))),
        ("resources", list(&text())),
    ])
}

fn side() -> Value {
    object(&[
        ("source", words(Source::ALL.iter().map(|word| word.as_str()))),
        ("observed_at", time()),
        ("updated_at", time()),
        ("raw", text()),
    ])
}

fn evidence() -> Value {
    let texts =
        |names: &[&'static str]| -> Vec<(&str, Value)> { names.iter().map(|name| (*name, or_null(text()))).collect() };
    let mut process = texts(&["name", "path", "sha256", "user"]);
    process.extend([("pid", or_null(integer())), ("started_at", or_null(time()))]);
    let mut connection = texts(&["address", "direction", "protocol", "country", "organization"]);
    connection.extend([
        ("port", or_null(integer())),
        ("local_port", or_null(integer())),
        ("blocked", or_null(truth())),
    ]);
    let mut call = texts(&["service", "error", "address"]);
    call.push(("operation", text()));
    let threat = [("source", or_null(text())), ("names", list(&text()))];
    let mut members = texts(&["command", "tool"]);
    members.extend([
        ("processes", list(&object(&process))),
        ("files", list(&text())),
        ("domains", list(&text())),
        ("connections", list(&object(&connection))),
        ("calls", list(&object(&call))),
        ("threats", list(&object(&threat))),
    ]);
    object(&members)
}

fn finding() -> Value {
    let category = || or_null(words(Category::ALL.iter().map(|word| word.as_str())));
    let mut members = vec![
        ("source", words(Source::ALL.iter().map(|word| word.as_str()))),
        ("kind", words(Kind::ALL.iter().map(|word| word.as_str()))),
        ("category", category()),
        ("category_secondary", category()),
        ("severity", words(Severity::ALL.iter().map(|word| word.as_str()))),
        ("severity_score", or_null(json!({"type": "number"}))),
        ("count", or_null(integer())),
        ("occurrences", integer()),
        ("sequence", words(SequenceRole::ALL.iter().map(|word| word.as_str()))),
    ];
    let texts = ["id", "arn", "category_rule", "type", "product", "title", "description"];
    members.extend(texts.map(|name| (name, text())));
    let perhaps = [
        "mitre",
        "account",
        "region",
        "resource_type",
        "resource_id",
        "record_state",
        "workflow",
        "compliance",
        "control",
        "attack_sequence",
        "url",
    ];
    members.extend(perhaps.map(|name| (name, or_null(text()))));
    members.extend(["in_guardduty", "in_securityhub", "archived", "sample"].map(|name| (name, truth())));
    members.extend(["clusters", "families", "revisions", "services"].map(|name| (name, list(&reference("Named")))));
    let lists = ["task_arns", "launch_types", "containers", "images", "image_digests", "vulnerability_ids"];
    members.extend(lists.map(|name| (name, list(&text()))));
    members.extend(["created_at", "updated_at", "first_observed_at"].map(|name| (name, time())));
    members.extend(["first_seen", "last_seen", "closed_at", "expired_in_aws"].map(|name| (name, or_null(time()))));
    object(&members)
}

//! The API: the contract's shapes, one number for one question, errors that name the parameter.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::Stage;

/// What differs from world to world is not the shape.
pub fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), shape(value))).collect(),
        Value::Array(items) => items.first().map_or_else(|| json!([]), |first| json!([shape(first)])),
        Value::String(_) => json!("text"),
        Value::Number(_) => json!(0),
        Value::Bool(_) => json!(true),
        Value::Null => Value::Null,
    }
}

pub async fn answers_have_the_promised_form(stage: &Stage) {
    let client = stage.client();
    let findings = client.json("/api/v1/findings?limit=1&sort=severity&range=90d&status=active&service=!(none)").await;
    insta::assert_json_snapshot!("findings", shape(&findings));
    let id = findings["findings"][0]["id"].as_str().unwrap();
    let detail = client.json(&format!("/api/v1/findings/{id}")).await;
    assert_eq!(detail["finding"], findings["findings"][0]);
    insta::assert_json_snapshot!("breakdown", shape(&client.json("/api/v1/breakdown?by=cluster").await));
    insta::assert_json_snapshot!("trend", shape(&client.json("/api/v1/trend?by=category&metric=new&grain=day").await));
    insta::assert_json_snapshot!("status", shape(&client.json("/api/v1/status").await));
    insta::assert_json_snapshot!("filters", shape(&client.json("/api/v1/filters").await));

    let trend = client.json("/api/v1/trend?grain=day&tz=Asia/Tokyo&from=2026-11-01&to=2026-11-03").await;
    assert_eq!(trend["buckets"], json!(["2026-11-01T00:00:00+09:00", "2026-11-02T00:00:00+09:00"]));
    let arn = detail["finding"]["arn"].as_str().unwrap().replace('/', "%2F");
    assert_eq!(client.json(&format!("/api/v1/findings/{arn}")).await, detail, "by ARN");
}

pub async fn one_question_has_one_number(stage: &Stage) {
    let client = stage.client();
    let from = "created_at >= TIMESTAMP '2026-11-23 12:00:00' - INTERVAL";
    let cases = [
        ("range=30d", format!("kind = 'threat' AND NOT sample AND {from} 30 DAY")),
        (
            "range=90d&severity=high,critical",
            format!("kind = 'threat' AND NOT sample AND severity IN ('high', 'critical') AND {from} 90 DAY"),
        ),
        ("range=7d&kind=posture&sample=include", format!("kind = 'posture' AND {from} 7 DAY")),
        (
            "range=90d&family=(none)&status=active",
            format!("kind = 'threat' AND NOT sample AND len(families) = 0 AND closed_at IS NULL AND {from} 90 DAY"),
        ),
        ("range=all&sequence=is", "kind = 'threat' AND NOT sample AND sequence = 'is'".to_owned()),
    ];
    for (filter, condition) in cases {
        let counted = stage.number(format!("SELECT count(*) FROM finding WHERE {condition}").leak()).await;
        assert!(counted > 0, "{filter} asks for nothing");
        let breakdown = client.json(&format!("/api/v1/breakdown?by=severity&{filter}")).await;
        let trend = client.json(&format!("/api/v1/trend?by=category&metric=new&{filter}")).await;
        let list = client.json(&format!("/api/v1/findings?limit=1&{filter}")).await;
        let csv = client.get(&format!("/findings.csv?{filter}")).await;
        let bars: i64 = trend["totals"].as_array().unwrap().iter().filter_map(Value::as_i64).sum();
        let rows: i64 = breakdown["rows"].as_array().unwrap().iter().filter_map(|row| row["findings"].as_i64()).sum();
        assert_eq!(breakdown["total"]["findings"], counted, "{filter}");
        assert_eq!((rows, bars), (counted, counted), "{filter}");
        assert_eq!(list["total"], counted, "{filter}");
        assert_eq!(csv.header("x-yagura-row-count"), counted.to_string(), "{filter}");
    }
}

pub async fn pages_of_a_list_join_without_gap_or_repetition(stage: &Stage) {
    let client = stage.client();
    for order in ["sort=severity&dir=asc", "sort=created_at", "sort=last_seen", "sort=title"] {
        let (mut cursor, mut seen) = (String::new(), Vec::new());
        let total = loop {
            let page = client.json(&format!("/api/v1/findings?range=7d&limit=40&{order}{cursor}")).await;
            seen.extend(page["findings"].as_array().unwrap().iter().map(|one| one["id"].clone()));
            let Some(next) = page["next_cursor"].as_str() else { break page["total"].clone() };
            cursor = format!("&cursor={next}");
        };
        let distinct: std::collections::BTreeSet<_> = seen.iter().map(Value::to_string).collect();
        assert_eq!((json!(seen.len()), json!(distinct.len())), (total.clone(), total), "{order}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_questions_are_answered_by_name() {
    let stage = Stage::new().await;
    let client = stage.client();
    for (path, parameter) in [
        ("/api/v1/findings?colour=red", "colour"),
        ("/api/v1/findings?severity=severe", "severity"),
        ("/api/v1/findings?cursor=00", "cursor"),
        ("/api/v1/findings?tz=Mars/Olympus", "tz"),
        ("/api/v1/findings?by=severity", "by"),
        ("/api/v1/breakdown", "by"),
        ("/api/v1/breakdown?by=colour", "by"),
        ("/api/v1/breakdown?by=severity&metric=new", "metric"),
        ("/api/v1/trend?metric=all", "metric"),
        ("/api/v1/trend?range=1y&grain=hour", "grain"),
        ("/api/v1/filters?by=severity", "by"),
        ("/api/v1/filters/image?group=type", "group"),
        ("/api/v1/filters/image?search=a&search=b", "search"),
        ("/api/v1/status?range=7d", "range"),
        ("/api/v1/export/trend.csv?columns=key", "columns"),
        ("/api/v1/charts/trend.svg?size=1", "size"),
        ("/api/v1/charts/trend.png?theme=pink", "theme"),
        ("/api/v1/charts/heatmap.svg?lang=tlh", "lang"),
        ("/api/v1/heatmap?rows=time", "rows"),
        ("/api/v1/heatmap?cols=colour", "cols"),
        ("/api/v1/movers?by=cluster", "by"),
        ("/api/v1/export/heatmap.md?bom=0", "bom"),
        ("/api/v1/export/findings.parquet?columns=colour", "columns"),
        ("/findings.csv?columns=colour", "columns"),
        ("/findings.csv?guard=no", "guard"),
    ] {
        let reply = client.get(path).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(reply.header("content-type"), "application/problem+json", "{path}");
        let problem = reply.json();
        assert_eq!(problem["parameter"], parameter, "{path}");
        assert!(problem["detail"].as_str().unwrap().contains(parameter), "{path}: {problem}");
    }
    insta::assert_json_snapshot!("problem", client.get("/api/v1/findings?colour=red").await.json());

    for path in ["/api", "/api/v1/nowhere", "/api/v1/findings/00000000000000000000000000000000"] {
        let reply = client.get(path).await;
        assert_eq!((reply.status, reply.header("content-type")), (StatusCode::NOT_FOUND, "application/problem+json"));
    }
    let reply = client.send(Method::DELETE, "/api/v1/findings", &[]).await;
    assert_eq!((reply.status, reply.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD"));
    assert_eq!(reply.json()["status"], 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_our_own_pages_and_programs_may_ask_for_a_pull() {
    let stage = Stage::new().await;
    let client = stage.client();
    for (headers, status) in [
        (&[][..], StatusCode::FORBIDDEN),
        (&[("origin", "http://evil.test")], StatusCode::FORBIDDEN),
        (&[("origin", "http://127.0.0.1:3000"), ("sec-fetch-site", "cross-site")], StatusCode::FORBIDDEN),
        (&[("origin", "null")], StatusCode::FORBIDDEN),
        (&[("x-yagura-request", "1")], StatusCode::ACCEPTED),
        (&[("sec-fetch-site", "same-origin")], StatusCode::ACCEPTED),
        (&[("origin", "http://127.0.0.1:3000")], StatusCode::ACCEPTED),
        (&[("sec-fetch-site", "same-origin"), ("accept", "text/html")], StatusCode::SEE_OTHER),
    ] {
        let reply = client.send(Method::POST, "/api/v1/sync", headers).await;
        assert_eq!(reply.status, status, "{headers:?}");
    }
    assert_eq!(client.get("/api/v1/sync").await.header("allow"), "POST");
}

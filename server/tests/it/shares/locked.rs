//! Locked means locked: every parameter, form, cursor, header, method and encoding is tried.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use server::http::SiteFiles;

use super::{FORMS, add, filter_words, link, shown};
use crate::world::Stage;

/// What readers may try to send along.
fn tricks() -> Vec<String> {
    let mut all = Vec::new();
    for word in filter_words() {
        for value in [
            "all",
            "low",
            "informational",
            "1000",
            "1y",
            "!high",
            "(none)",
            "include",
            "none",
            "'; DROP TABLE finding; --",
        ] {
            let mut query = form_urlencoded::Serializer::new(String::new());
            all.push(query.append_pair(word, value).finish());
        }
        // The name hidden, doubled, as a list, in capitals, after another separator.
        let first = word.as_bytes()[0];
        all.push(format!("%{first:02x}{}=all", &word[1..]));
        all.push(format!("{word}=all&{word}=low&{word}="));
        all.push(format!("{word}[]=all&{word}%5B0%5D=all&{}=all", word.to_uppercase()));
        all.push(format!("lang=en;{word}=all"));
        all.push(format!("theme=light%26{word}%3Dall"));
        all.push(format!("%00{word}=all&{word}%00=all&{word}%20=all&%20{word}=all"));
    }
    all.push("range=all&severity=low&cluster=&account=&limit=1000&cursor=eyJhIjoxfQ&sort=title&dir=asc".to_owned());
    all.push("?range=all".to_owned());
    all.push("%".to_owned());
    all.push("%ff%fe=%c0%80&=&&==".to_owned());
    all
}

const HEADERS: [(&str, &str); 16] = [
    ("cookie", "lang=ja; theme=dark; share=other; session=admin"),
    ("authorization", "Bearer ygs_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ("x-original-url", "/findings.csv?range=all"),
    ("x-rewrite-url", "/api/v1/findings?range=all"),
    ("x-forwarded-prefix", "/api/v1/findings?range=all"),
    ("x-forwarded-host", "evil.test"),
    ("forwarded", "for=1.2.3.4;host=evil.test"),
    ("x-http-method-override", "POST"),
    ("referer", "https://evil.test/?range=all"),
    ("origin", "https://evil.test"),
    ("accept", "text/csv"),
    ("accept-language", "ja"),
    ("range", "bytes=0-10"),
    ("x-yagura-request", "1"),
    ("sec-fetch-site", "same-origin"),
    ("content-type", "application/json"),
];

pub async fn nothing_a_reader_sends_widens_a_link(stage: &Stage) {
    let client = stage.served(SiteFiles::default(), &vec![("share.rate", "100000".to_owned())]);
    let filter = "range=30d&severity=high&family=checkout-api,!batch-worker";
    for (report, own) in [
        ("overview", ""),
        ("trend", "by=cluster&metric=new&"),
        ("breakdown", "by=type&"),
        ("heatmap", "rows=category&cols=cluster&"),
        ("findings", "limit=5&"),
        ("cost", ""),
        ("layers", "by=family&"),
        ("coverage", ""),
    ] {
        let filter = if report == "cost" { "region=us-east-1" } else { filter };
        let share = json!({"report": report, "filter": format!("{own}{filter}"), "redact": ["none"]});
        let made = add(&client, &share).await;
        for form in FORMS {
            let locked = shown(&client, &made, form).await;
            let path = link(&made, form);
            // Painting takes long, and the drawing is that of the SVG.
            let tried = if form == "png" { tricks().into_iter().step_by(97).collect() } else { tricks() };
            for trick in tried {
                let reply = client.get(&format!("{path}?{trick}")).await;
                assert_eq!(reply.status, StatusCode::OK, "{report}.{form}?{trick}");
                assert!(reply.body == locked.body, "{report}.{form}?{trick}: {}", reply.text());
            }
            for header in HEADERS {
                let reply = client.send_body(Method::GET, &path, &[header], r#"{"filter":"range=all"}"#).await;
                assert!(reply.status == StatusCode::OK && reply.body == locked.body, "{report}.{form} {header:?}");
            }
            for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
                let reply = client.send_body(method.clone(), &path, &[], "range=all").await;
                assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{report}.{form} {method}");
            }
            let head = client.send(Method::HEAD, &path, &[]).await;
            assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
        }
        // The record itself says what was meant, and the numbers are those of that question alone.
        let shares = client.json("/api/v1/shares").await;
        let record =
            shares["shares"].as_array().unwrap().iter().find(|share| share["id"] == made["id"]).unwrap().clone();
        let narrowed = if report == "cost" { "region=us-east-1" } else { "severity=high" };
        assert!(record["query"].as_str().unwrap().contains(narrowed), "{record}");
    }
    answers_are_of_the_locked_filter(stage).await;
    other_addresses_lead_nowhere(stage).await;
}

async fn answers_are_of_the_locked_filter(stage: &Stage) {
    let client = stage.client();
    let made =
        add(&client, &json!({"report": "findings", "filter": "severity=high&range=30d", "redact": ["none"]})).await;
    let all = shown(&client, &made, "json").await.json();
    assert!(all["findings"]["rows"].as_array().unwrap().iter().all(|row| row["severity"] == "high"), "{all}");
    let total = client.json("/api/v1/findings?severity=high&range=30d&limit=1").await["total"].clone();
    assert_eq!(all["findings"]["total"], total);
    // Every part of the overview is of the filter, not only its first number.
    let made =
        add(&client, &json!({"report": "overview", "filter": "severity=critical&range=30d", "redact": ["none"]})).await;
    let overview = shown(&client, &made, "json").await.json()["overview"].clone();
    let sum = |values: &Value| values.as_array().unwrap().iter().filter_map(Value::as_i64).sum::<i64>();
    let total =
        client.json("/api/v1/breakdown?by=category&severity=critical&range=30d").await["total"]["findings"].as_i64();
    assert_eq!(Some(sum(&overview["trend"]["totals"])), total);
    assert_eq!(overview["categories"]["total"]["findings"].as_i64(), total);
    for (by, rows) in [("cluster", &overview["clusters"]), ("family", &overview["families"])] {
        let expected = client.json(&format!("/api/v1/breakdown?by={by}&severity=critical&range=30d")).await;
        for place in rows.as_array().unwrap() {
            let row =
                expected["rows"].as_array().unwrap().iter().find(|row| row["key"] == place["row"]["key"]).unwrap();
            assert_eq!(place["row"]["findings"], row["findings"], "{by}");
            assert_eq!(sum(&place["spark"]), row["findings"].as_i64().unwrap(), "{by} {}", row["key"]);
        }
    }
}

async fn other_addresses_lead_nowhere(stage: &Stage) {
    let client = stage.client();
    let made = add(&client, &json!({"report": "trend", "formats": ["html", "svg"]})).await;
    let token = made["token"].as_str().unwrap();
    let id = made["id"].as_str().unwrap();
    for path in [
        format!("/e/{id}"),
        format!("/e/{token}.csv"),
        format!("/e/{token}.html"),
        format!("/e/{token}.SVG.csv"),
        format!("/e/{}", token.to_uppercase()),
        format!("/e/{}", &token[..token.len() - 1]),
        format!("/e/{token}%00"),
        format!("/e/%20{token}"),
        "/e/ygs_%25".to_owned(),
        "/e/:token".to_owned(),
    ] {
        let reply = client.get(&path).await;
        assert_eq!((reply.status, reply.header("cache-control")), (StatusCode::GONE, "no-store"), "{path}");
    }
    for path in [
        format!("/e/{token}/?lang=ja"),
        format!("/e/{token}/findings"),
        format!("/e/{token}/..%2f..%2fapi%2fv1%2ffindings"),
        "/e/?lang=ja".to_owned(),
        "/e".to_owned(),
        "/e/%2e%2e/findings.csv".to_owned(),
        "/e//findings.csv".to_owned(),
    ] {
        let reply = client.get(&path).await;
        assert_eq!(reply.status, StatusCode::GONE, "{path}");
        assert!(!reply.headers.contains_key("set-cookie"), "{path}");
    }
    let foreign = client.send(Method::GET, &format!("/e/{token}"), &[("host", "evil.test")]).await;
    assert_eq!(foreign.status, StatusCode::MISDIRECTED_REQUEST);
}

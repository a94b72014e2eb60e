//! What happens around every answer: kept copies, choices, names, headers, health, metrics, files.

use std::fs;
use std::io::Read;
use std::time::Duration;

use axum::body::Body;
use http::{Method, Request, StatusCode};
use serde_json::Value;
use server::demo::{Fault, FaultRule};
use server::http::SiteFiles;
use server::sync::SyncMode;
use tower::ServiceExt;

use crate::client::Reply;
use crate::world::Stage;

pub async fn kept_answers_are_good_until_something_changes(stage: &Stage) {
    let client = stage.client();
    let path = "/api/v1/breakdown?by=severity";
    let first = client.get(path).await;
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with(&format!("W/\"{}-", stage.store.data_version())), "{tag}");
    assert_eq!(first.header("cache-control"), "private, no-cache");
    let again = async |path: &str, headers: &[(&str, &str)]| {
        let held = [headers, &[("if-none-match", tag.as_str())]].concat();
        client.send(Method::GET, path, &held).await
    };
    let unchanged = again(path, &[]).await;
    assert_eq!((unchanged.status, unchanged.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(unchanged.header("etag"), tag);
    assert_eq!(unchanged.header("x-yagura-data-version"), first.header("x-yagura-data-version"));
    let listed = client.send(Method::GET, path, &[("if-none-match", &format!("\"other\", {tag}"))]).await;
    assert_eq!(listed.status, StatusCode::NOT_MODIFIED);
    assert_eq!(again("/api/v1/breakdown?by=category", &[]).await.status, StatusCode::OK);
    // A wrong question has no tag, however it is asked.
    let wrong = again("/api/v1/breakdown?by=colour", &[]).await;
    assert_eq!(
        (wrong.status, wrong.header("etag"), wrong.header("cache-control")),
        (StatusCode::BAD_REQUEST, "", "no-store")
    );

    let head = client.send(Method::HEAD, path, &[]).await;
    assert_eq!((head.status, head.body.len(), head.header("etag")), (StatusCode::OK, 0, tag.as_str()));
    assert_eq!(head.header("content-length"), first.body.len().to_string());

    // A page depends on who looks at it.
    let page = client.get("/").await;
    assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, "private, no-cache"));
    let vary: Vec<_> = page.headers.get_all("vary").iter().map(|value| value.to_str().unwrap()).collect();
    assert_eq!(vary, ["accept-language, cookie", "accept-encoding"]);
    let tag_of_page = page.header("etag").to_owned();
    for (header, value, status) in [
        ("accept", "text/html", StatusCode::NOT_MODIFIED),
        ("accept-language", "ja", StatusCode::OK),
        ("cookie", "theme=dark", StatusCode::OK),
    ] {
        let reply = client.send(Method::GET, "/", &[(header, value), ("if-none-match", &tag_of_page)]).await;
        assert_eq!(reply.status, status, "{header}: {value}");
    }

    // A pull that changed nothing is still news: the data is fresher.
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert_eq!(again(path, &[]).await.status, StatusCode::OK);
    let fresh = client.get(path).await.header("etag").to_owned();
    stage.wait(1);
    let later = client.send(Method::GET, path, &[("if-none-match", &fresh)]).await;
    assert_eq!(later.status, StatusCode::OK, "the present moved on");
}

/// A page is written once for all who ask for the same, and anew as soon as anything it is made of is different.
pub async fn pages_are_kept_as_they_were_sent(stage: &Stage) {
    let client = stage.client();
    let packed = async |path: &str, headers: &[(&str, &str)]| {
        client.send(Method::GET, path, &[headers, &[("accept-encoding", "gzip, br")]].concat()).await
    };
    // The list asks for findings each time it is written, and keeps no answer.
    let page = "/findings";
    let written = async || {
        let metrics = client.get("/metrics").await.text();
        let count =
            metrics.lines().find_map(|line| line.strip_prefix("yagura_query_seconds_count{report=\"findings\"} "));
        count.map_or(0, |count| count.parse::<u64>().unwrap())
    };
    let unpacked = |reply: &Reply| {
        let mut page = Vec::new();
        brotli::Decompressor::new(&*reply.body, 4096).read_to_end(&mut page).unwrap();
        String::from_utf8(page).unwrap()
    };
    let before = written().await;
    let (first, other) = tokio::join!(packed(page, &[]), packed(page, &[]));
    let again = packed(page, &[]).await;
    assert_eq!(written().await, before + 1);
    let plain = client.get(page).await;
    assert_eq!((plain.header("content-encoding"), written().await), ("", before + 2));
    for reply in [&first, &other, &again] {
        assert_eq!((reply.status, reply.header("content-encoding")), (StatusCode::OK, "br"));
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
        for name in ["etag", "vary", "cache-control", "speculation-rules", "content-security-policy"] {
            assert_eq!(reply.header(name), plain.header(name), "{name}");
        }
        assert_eq!(unpacked(reply), plain.text());
    }

    // Everybody gets their own.
    let japanese = packed(page, &[("accept-language", "ja")]).await;
    assert!(unpacked(&japanese).contains("<html lang=\"ja\""));
    assert!(unpacked(&packed("/findings?lang=ja", &[]).await).contains("<html lang=\"ja\""));
    assert!(unpacked(&packed(page, &[("cookie", "theme=dark")]).await).contains("data-theme=\"dark\""));
    let seven_days = unpacked(&packed("/findings?range=7d", &[]).await);
    assert_ne!(seven_days, plain.text());
    let gzip = client.send(Method::GET, page, &[("accept-encoding", "gzip")]).await;
    assert_eq!((gzip.header("content-encoding"), &gzip.body[..2]), ("gzip", &[0x1f, 0x8b][..]));
    // What chose a language is told so each time.
    for _ in 0..2 {
        assert!(packed("/findings?lang=ja", &[]).await.header("set-cookie").starts_with("lang=ja"));
    }
    let head = client.send(Method::HEAD, page, &[("accept-encoding", "br")]).await;
    assert_eq!((head.status, head.body.len(), head.header("etag")), (StatusCode::OK, 0, plain.header("etag")));
    // What is no question is answered as it would be without.
    for (method, path, status) in [
        (Method::POST, "/", StatusCode::METHOD_NOT_ALLOWED),
        (Method::DELETE, "/findings", StatusCode::METHOD_NOT_ALLOWED),
        (Method::POST, "/nowhere", StatusCode::METHOD_NOT_ALLOWED),
        (Method::GET, "/nowhere", StatusCode::NOT_FOUND),
    ] {
        let reply = client.send(method, path, &[("accept-encoding", "br")]).await;
        assert_eq!((reply.status, reply.header("etag")), (status, ""), "{path}");
    }
    // Failures are nobody's page.
    for _ in 0..2 {
        let wrong = packed("/?severity=pink", &[]).await;
        assert_eq!((wrong.status, wrong.header("etag")), (StatusCode::BAD_REQUEST, ""));
    }

    let before = written().await;
    assert_eq!(unpacked(&packed(page, &[]).await), plain.text());
    assert_eq!(written().await, before);
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert_ne!(packed(page, &[]).await.header("etag"), plain.header("etag"));
    stage.wait(1);
    packed(page, &[]).await;
    assert_eq!(written().await, before + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_fenced_in() {
    let stage = Stage::new().await;
    let client =
        stage.served(SiteFiles::default(), &vec![("http.public_url", "https://findings.example.com".to_owned())]);
    for path in ["/", "/findings", "/nowhere", "/healthz", "/api/v1/status", "/api/v1/nowhere", "/findings.csv"] {
        let reply = client.get(path).await;
        let policy = reply.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("'unsafe-inline'"), "{path}: {policy}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(reply.header("x-request-id").len(), 32, "{path}");
        assert_ne!(reply.header("cache-control"), "", "{path}");
    }
    for (host, path, status) in [
        ("localhost:3000", "/api/v1/status", StatusCode::OK),
        ("[::1]:3000", "/api/v1/status", StatusCode::OK),
        ("findings.example.com", "/api/v1/status", StatusCode::OK),
        ("evil.test", "/api/v1/status", StatusCode::MISDIRECTED_REQUEST),
        ("evil.test", "/", StatusCode::MISDIRECTED_REQUEST),
        ("evil.test", "/metrics", StatusCode::MISDIRECTED_REQUEST),
        ("evil.test", "/healthz", StatusCode::OK),
        ("", "/api/v1/status", StatusCode::MISDIRECTED_REQUEST),
    ] {
        let reply = client.send(Method::GET, path, &[("host", host)]).await;
        assert_eq!(reply.status, status, "{host} {path}");
    }
    let page = client.send(Method::GET, "/", &[("host", "evil.test")]).await;
    assert!(page.header("content-type").starts_with("text/html"));
    let large = client.send(Method::POST, "/api/v1/sync", &[("content-length", "10000000")]).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);

    let slash = client.get("/findings/?range=7d").await;
    assert_eq!((slash.status, slash.header("location")), (StatusCode::PERMANENT_REDIRECT, "/findings?range=7d"));
    assert_eq!(client.get("//evil.test/").await.header("location"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_is_remembered() {
    let stage = Stage::new().await;
    let client = stage.client();
    let language = |reply: &crate::client::Reply| {
        let text = reply.text();
        let (_, rest) = text.split_once("lang=\"").unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    assert_eq!(language(&client.get("/").await), "en");
    let japanese = client.send(Method::GET, "/", &[("accept-language", "ja,en;q=0.5")]).await;
    assert_eq!((language(&japanese).as_str(), japanese.header("set-cookie")), ("ja", ""));
    let chosen = client.get("/?lang=ja&theme=dark").await;
    assert_eq!(language(&chosen), "ja");
    let cookies: Vec<_> = chosen.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    assert_eq!(
        cookies,
        ["lang=ja; Path=/; Max-Age=31536000; SameSite=Lax", "theme=dark; Path=/; Max-Age=31536000; SameSite=Lax"]
    );
    let kept = client.send(Method::GET, "/", &[("cookie", "lang=ja"), ("accept-language", "en")]).await;
    assert_eq!(language(&kept), "ja");
    assert_eq!(client.get("/?lang=xx").await.header("set-cookie"), "");
    let https =
        stage.served(SiteFiles::default(), &vec![("http.public_url", "https://findings.example.com".to_owned())]);
    assert!(https.get("/?lang=en").await.header("set-cookie").ends_with("; Secure"));
}

pub async fn readiness_and_metrics_tell_what_was_pulled(stage: &Stage) {
    let client = stage.client();
    assert_eq!(client.get("/healthz").await.status, StatusCode::OK);
    let early = client.get("/readyz").await;
    assert_eq!(early.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!((early.header("content-type"), early.header("retry-after")), ("application/problem+json", "2"));
    assert!(early.json()["detail"].as_str().unwrap().contains("first pull"));
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    assert_eq!(client.get("/readyz").await.status, StatusCode::OK);

    let critical = client.json("/api/v1/findings?range=all&severity=critical&limit=1").await["total"].clone();
    client.get("/api/v1/findings/00000000000000000000000000000000").await;
    let metrics = client.get("/metrics").await;
    assert!(metrics.header("content-type").starts_with("application/openmetrics-text"));
    let text = metrics.text();
    let scope = "account=\"111122223333\",region=\"us-east-1\",source=\"guardduty\"";
    for line in [
        format!("yagura_sync_last_success_timestamp_seconds{{{scope}}} 1795435200.0"),
        format!("yagura_sync_runs_total{{{scope},outcome=\"ok\"}} 1"),
        "yagura_aws_requests_total{service=\"sts\",operation=\"GetCallerIdentity\",status=\"200\"} 1".to_owned(),
        format!("yagura_findings{{kind=\"threat\",severity=\"critical\"}} {critical}"),
        "yagura_query_seconds_count{report=\"findings\"} 1".to_owned(),
        "yagura_http_request_seconds_count{route=\"/api/v1/findings/{id}\",status=\"404\"} 1".to_owned(),
        "yagura_http_request_seconds_count{route=\"/readyz\",status=\"503\"} 1".to_owned(),
        "yagura_db_bytes 0".to_owned(),
    ] {
        assert!(text.lines().any(|given| given == line), "{line} is missing in\n{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_the_front_end_are_handed_out_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let assets = folder.path().join("assets");
    fs::create_dir(&assets).unwrap();
    fs::write(folder.path().join("manifest.json"), r#"{"css":"main.01.css","boot":null,"glue":null,"wasm":null}"#)
        .unwrap();
    fs::write(folder.path().join("secret.css"), "secret").unwrap();
    for (name, content) in [("main.01.css", "plain"), ("main.01.css.br", "brotli"), ("main.01.css.gz", "gzip")] {
        fs::write(assets.join(name), content).unwrap();
    }
    let stage = Stage::new().await;
    let client = stage.served(SiteFiles::read(folder.path()).unwrap(), &Vec::new());
    for (accepted, body, encoding) in [
        ("", "plain", ""),
        ("gzip, deflate, br", "brotli", "br"),
        ("gzip", "gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip", "gzip"),
    ] {
        let reply = client.send(Method::GET, "/assets/main.01.css", &[("accept-encoding", accepted)]).await;
        assert_eq!((reply.text().as_str(), reply.header("content-encoding")), (body, encoding), "{accepted}");
        assert_eq!(reply.header("content-type"), "text/css; charset=utf-8");
        assert_eq!(reply.header("cache-control"), "public, max-age=31536000, immutable");
    }
    for path in [
        "/assets/main.01.css.br",
        "/assets/../secret.css",
        "/assets/..%2Fsecret.css",
        "/assets/%2e%2e/secret.css",
        "/assets/%2Fetc%2Fpasswd",
        "/assets/manifest.json",
        "/assets/",
    ] {
        let reply = client.get(path).await;
        assert_ne!(reply.status, StatusCode::OK, "{path}");
        assert!(!reply.text().contains("secret"), "{path}");
    }
}

/// The first page is answered by two readers and is one question.
#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_measured_once() {
    let stage = Stage::new().await;
    let client = stage.client();
    assert_eq!(client.get("/").await.status, StatusCode::OK);
    let metrics = client.get("/metrics").await.text();
    assert!(metrics.contains("\nyagura_query_seconds_count{report=\"overview\"} 1\n"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_much_at_once_is_refused_until_there_is_room() {
    let stage = Stage::new().await;
    let client = stage.served(SiteFiles::default(), &vec![("http.max_requests", "1".to_owned())]);
    let request = Request::builder().uri("/findings.csv").header("host", "localhost").body(Body::empty()).unwrap();
    // A download takes its room until its last byte is read.
    let download = client.0.clone().oneshot(request).await.unwrap();
    assert_eq!(download.status(), StatusCode::OK);
    let refused = client.get("/api/v1/status").await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "2"));
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert!(client.get("/").await.header("content-type").starts_with("text/html"));
    assert_eq!(client.get("/healthz").await.status, StatusCode::OK, "a busy server is not a dead one");
    drop(download);
    assert_eq!(client.get("/api/v1/status").await.status, StatusCode::OK);
}

pub async fn a_download_that_breaks_off_does_not_look_whole(stage: &Stage) {
    let request = Request::builder().uri("/findings.csv?range=all&kind=threat,posture,vulnerability&sample=include");
    let request = request.header("host", "localhost").body(Body::empty()).unwrap();
    let download = stage.client().0.oneshot(request).await.unwrap();
    let rows: usize = download.headers()["x-yagura-row-count"].to_str().unwrap().parse().unwrap();
    // The store closes while the reader of the file sleeps.
    stage.store.clone().close().await.unwrap();
    let body = axum::body::to_bytes(download.into_body(), usize::MAX).await;
    assert!(body.is_err(), "{rows} rows promised, {} bytes came and the end looked good", body.unwrap().len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_follows_a_pull_to_its_end() {
    let stage = Stage::whole().await;
    let client = stage.served(SiteFiles::default(), &Vec::new());
    let form = [("sec-fetch-site", "same-origin"), ("accept", "text/html")];
    let sent = client.send(Method::POST, "/api/v1/sync", &form).await;
    assert_eq!((sent.status, sent.header("location")), (StatusCode::SEE_OTHER, "/status?follow=0"));
    let follows = async || client.get("/status?follow=0").await.text().contains("http-equiv=\"refresh\"");
    assert!(follows().await, "the pull has not begun");

    let slow = FaultRule::of("ListFindings", Fault::Delay(Duration::from_secs(1)));
    stage.simulator.faults().add(FaultRule { times: Some(2), ..slow });
    tokio::join!(async { stage.syncer.run_once(SyncMode::Incremental).await.unwrap() }, async {
        stage.asked("guardduty", "ListFindings", 1).await;
        let status = client.json("/api/v1/status").await;
        let pulling: Vec<_> = status["sources"].as_array().unwrap().iter().map(|source| &source["pulling"]).collect();
        assert!(follows().await, "{pulling:?}");
    });
    assert!(!follows().await, "it has ended");
    let of_another_process = client.get("/status?follow=999").await.text();
    assert!(!of_another_process.contains("http-equiv=\"refresh\""), "a restart must not leave a page loading for ever");
    let status = client.json("/api/v1/status").await;
    assert_eq!((&status["sources"][0]["pulling"], &status["next_pull_at"]), (&Value::Null, &Value::Null));
    assert!(status["sources"][0]["took_ms"].is_u64(), "{status}");
    assert!(!client.get("/status").await.text().contains("http-equiv=\"refresh\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_often_learns_only_whether_there_is_news() {
    let stage = Stage::new().await;
    let client = stage.client();
    let first = client.get("/api/v1/version").await;
    assert_eq!(first.json(), serde_json::json!({"data_version": stage.store.data_version()}));
    let held = [("if-none-match", first.header("etag"))];
    stage.wait(90);
    let later = client.send(Method::GET, "/api/v1/version", &held).await;
    assert_eq!((later.status, later.body.len()), (StatusCode::NOT_MODIFIED, 0), "time alone is no news");
    stage.syncer.run_once(SyncMode::Incremental).await.unwrap();
    let changed = client.send(Method::GET, "/api/v1/version", &held).await;
    assert_eq!(changed.json()["data_version"], stage.store.data_version());
    assert_ne!(changed.header("etag"), first.header("etag"));
    let page = client.get("/findings").await;
    assert!(page.text().contains(&format!("data-version=\"{}\"", stage.store.data_version())));
    assert_eq!(client.get("/api/v1/version?range=7d").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_say_which_pages_may_be_fetched_ahead() {
    let stage = Stage::new().await;
    let client = stage.client();
    let named = client.get("/findings").await.header("speculation-rules").trim_matches('"').to_owned();
    let rules = client.get(&named).await;
    assert_eq!((rules.status, rules.header("content-type")), (StatusCode::OK, "application/speculationrules+json"));
    let rule = &rules.json()["prefetch"][0];
    // Fetching must change nothing: not what is remembered of the reader, not what a file counts.
    let left_alone = rule["where"].to_string();
    assert!(left_alone.contains(".preferences a, a[download]") && left_alone.contains("\"/e/*\""), "{rule}");
    assert_eq!(client.get("/api/v1/findings").await.header("speculation-rules"), "");
}

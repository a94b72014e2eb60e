//! A link's life: made, used, paused, changed, ended; and what those who may not see are told.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use server::http::SiteFiles;

use super::{PROGRAM, add, link, shown};
use crate::client::{Client, Reply};
use crate::world::Stage;

async fn act(client: &Client, made: &Value, action: &str) -> Reply {
    let path = format!("/api/v1/shares/{}/{action}", made["id"].as_str().unwrap());
    client.send(Method::POST, &path, &PROGRAM).await
}

/// What readers of a dead link get, in every form.
async fn is_dead(client: &Client, made: &Value) {
    for form in ["html", "md", "csv", "json"] {
        let reply = client.get(&link(made, form)).await;
        assert_eq!((reply.status, reply.header("cache-control")), (StatusCode::GONE, "no-store"), "{form}");
        assert!(!reply.text().contains("New findings"), "{form}");
    }
    for form in ["svg", "png"] {
        let reply = client.get(&link(made, form)).await;
        // Wikis keep a broken picture when they get a 4xx.
        assert_eq!((reply.status, reply.header("cache-control")), (StatusCode::OK, "no-store"), "{form}");
        assert!(!reply.headers.contains_key("etag"));
    }
    let said = client.get(&link(made, "svg")).await.text();
    assert!(said.contains("no longer available") && !said.contains("<rect class=\"bar"), "{said}");
    let japanese = client.get(&format!("{}?lang=ja", link(made, "html"))).await.text();
    assert!(
        japanese.contains("このビューは表示できません") && !japanese.contains("http-equiv=\"refresh\""),
        "{japanese}"
    );
}

pub async fn links_live_and_die(stage: &Stage) {
    let client = stage.client();
    let made =
        add(&client, &json!({"report": "trend", "frame_ancestors": ["https://wiki.example.com"], "note": "月例"}))
            .await;
    assert_eq!(made["url"], format!("http://127.0.0.1:3000/e/{}", made["token"].as_str().unwrap()));
    let path = format!("/api/v1/shares/{}", made["id"].as_str().unwrap());
    let share = client.json(&path).await;
    assert_eq!((&share, share["hits"].as_i64()), (&made["share"], Some(0)));
    assert!(!client.get("/api/v1/shares").await.text().contains("ygs_"));

    shown(&client, &made, "html").await;
    shown(&client, &made, "svg").await;
    let used = client.json(&path).await;
    assert_eq!((used["hits"].as_i64(), used["last_used_at"].is_string()), (Some(2), true));

    for (action, state) in [("pause", "paused_at"), ("resume", "")] {
        let reply = act(&client, &made, action).await;
        assert_eq!(reply.status, StatusCode::OK);
        if state.is_empty() {
            shown(&client, &made, "html").await;
        } else {
            assert!(reply.json()[state].is_string());
            is_dead(&client, &made).await;
            // The page that may frame it tells that it is gone, instead of a browser's refusal.
            let policy = client.get(&link(&made, "html")).await;
            assert!(policy.header("content-security-policy").ends_with("frame-ancestors https://wiki.example.com"));
        }
    }

    let rotated = act(&client, &made, "rotate").await.json();
    assert_ne!(rotated["token"], made["token"]);
    is_dead(&client, &made).await;
    shown(&client, &rotated, "html").await;

    let view = format!("{path}/view.md");
    assert!(client.get(&view).await.text().contains("As of 23 Nov 2026"));
    assert_eq!(client.send(Method::DELETE, &path, &PROGRAM).await.status, StatusCode::NO_CONTENT);
    is_dead(&client, &rotated).await;
    assert_eq!(client.get(&view).await.status, StatusCode::GONE);
    assert_eq!(act(&client, &made, "resume").await.status, StatusCode::CONFLICT);
    let unknown = json!({"id": "000000000000"});
    assert_eq!(act(&client, &unknown, "pause").await.status, StatusCode::NOT_FOUND);

    // It ends by itself, and a link nobody knows ends alike.
    let made = add(&client, &json!({"report": "trend", "expires": "60s"})).await;
    shown(&client, &made, "html").await;
    stage.wait(1);
    is_dead(&client, &made).await;
    is_dead(&client, &json!({"token": format!("ygs_{}", "a".repeat(32))})).await;
    strangers_make_and_change_nothing(&client).await;
    links_are_described_for_pages(stage).await;
}

async fn strangers_make_and_change_nothing(client: &Client) {
    let made = add(client, &json!({"report": "trend"})).await;
    let path = format!("/api/v1/shares/{}", made["id"].as_str().unwrap());
    let body = json!({"report": "trend"}).to_string();
    for headers in [
        &[("content-type", "application/json")][..],
        &[("content-type", "application/json"), ("origin", "http://evil.test")],
        &[("content-type", "application/json"), ("sec-fetch-site", "cross-site")],
    ] {
        for (method, path) in [
            (Method::POST, "/api/v1/shares".to_owned()),
            (Method::DELETE, path.clone()),
            (Method::POST, format!("{path}/pause")),
            (Method::POST, format!("{path}/rotate")),
        ] {
            assert_eq!(client.send_body(method, &path, headers, &body).await.status, StatusCode::FORBIDDEN, "{path}");
        }
    }
    for body in ["", "[]", r#"{"report":"trend","colour":"red"}"#, r#"{"filter":""}"#] {
        let reply = client.send_body(Method::POST, "/api/v1/shares", &PROGRAM, body).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{body}");
    }
}

async fn links_are_described_for_pages(stage: &Stage) {
    let overrides = vec![("http.public_url", "https://findings.example.com".to_owned())];
    let client = stage.served(SiteFiles::default(), &overrides);
    let framed = add(&client, &json!({"report": "trend", "frame_ancestors": ["https://wiki.example.com"]})).await;
    let ask = async |url: &str, more: &str| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let query = query.append_pair("url", url).finish();
        client.get(&format!("/oembed?{query}{more}")).await
    };
    let url = framed["url"].as_str().unwrap();
    let reply = ask(url, "&maxheight=300").await.json();
    assert_eq!((&reply["type"], &reply["height"], &reply["version"]), (&json!("rich"), &json!(300), &json!("1.0")));
    assert!(reply["html"].as_str().unwrap().starts_with(&format!("<iframe src=\"{url}\"")), "{reply}");
    let page = shown(&client, &framed, "html").await.text();
    assert!(page.contains("application/json+oembed") && page.contains("https://findings.example.com/oembed?url="));
    let picture = add(&client, &json!({"report": "trend"})).await;
    let reply = ask(picture["url"].as_str().unwrap(), "").await.json();
    let png = format!("{}.png", picture["url"].as_str().unwrap());
    assert_eq!((&reply["type"], &reply["url"]), (&json!("photo"), &json!(png)));
    for url in [
        "https://evil.test/e/ygs_a",
        "http://findings.example.com/e/x",
        "https://findings.example.com.evil.test/e/x",
        "https://findings.example.com/findings",
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data",
        "",
    ] {
        assert_eq!(ask(url, "").await.status, StatusCode::NOT_FOUND, "{url}");
    }
    assert_eq!(ask(url, "&format=xml").await.status, StatusCode::NOT_IMPLEMENTED);
}

pub async fn links_wait_for_nobody_who_asks_too_fast(stage: &Stage) {
    let overrides = vec![("share.rate", "1".to_owned())];
    let client = stage.served(SiteFiles::default(), &overrides);
    let made = add(&client, &json!({"report": "trend"})).await;
    let other = add(&client, &json!({"report": "trend"})).await;
    let mut answered = 0;
    let refused = loop {
        let reply = client.get(&link(&made, "json")).await;
        if reply.status != StatusCode::OK {
            break reply;
        }
        answered += 1;
        assert!(answered < 1000, "nobody is ever refused");
    };
    assert!(answered >= 10, "{answered}");
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "1"));
    // More looks than anybody wants are not made; what was made before is still there.
    let client = stage.client();
    let made = add(&client, &json!({"report": "trend"})).await;
    shown(&client, &made, "html").await;
    let mut looks = (100..1000).map(|height| format!("{}?h={height}", link(&made, "html")));
    let refused = loop {
        let reply = client.get(&looks.next().expect("every look is made")).await;
        if reply.status != StatusCode::OK {
            break reply.status;
        }
    };
    assert_eq!(refused, StatusCode::SERVICE_UNAVAILABLE);
    shown(&client, &made, "html").await;
    // Others' links are as quick as before.
    shown(&client, &other, "json").await;
}

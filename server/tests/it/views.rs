//! Saved views: written by our own pages and programs only, told apart by name, never a way out of here.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::api::shape;
use crate::client::{Client, Reply};
use crate::world::Stage;

const PROGRAM: [(&str, &str); 2] = [("x-yagura-request", "1"), ("content-type", "application/json")];
const PAGE: [(&str, &str); 3] =
    [("sec-fetch-site", "same-origin"), ("content-type", "application/x-www-form-urlencoded"), ("accept", "text/html")];

async fn write(client: &Client, method: Method, path: &str, body: &Value) -> Reply {
    client.send_body(method, path, &PROGRAM, &body.to_string()).await
}

/// The id of a new view of the findings page.
pub async fn add(client: &Client, name: &str, query: &str) -> Value {
    let view = json!({"name": name, "page": "/findings", "query": query});
    let reply = write(client, Method::POST, "/api/v1/views", &view).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
    reply.json()["id"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_kept_under_their_names() {
    let stage = Stage::new().await;
    let client = stage.client();
    let view = json!({"name": " Miners ", "page": "/findings", "query": "?severity=high,critical&range=7d&cursor=00"});
    let reply = write(&client, Method::POST, "/api/v1/views", &view).await;
    let saved = reply.json();
    assert_eq!((reply.status, &saved["name"]), (StatusCode::CREATED, &json!("Miners")));
    assert_eq!(saved["query"], "range=7d&severity=high&severity=critical");
    let address = format!("/api/v1/views/{}", saved["id"].as_str().unwrap());
    assert_eq!(reply.header("location"), address);
    assert_eq!(client.json(&address).await, saved);

    let list = client.get("/api/v1/views").await;
    insta::assert_json_snapshot!("views", shape(&list.json()));
    let held = [("if-none-match", list.header("etag"))];
    assert_eq!(client.send(Method::GET, "/api/v1/views", &held).await.status, StatusCode::NOT_MODIFIED);

    stage.wait(1);
    let other = json!({"name": "Overview", "page": "/", "query": "by=cluster"});
    let replaced = write(&client, Method::PUT, &address, &other).await;
    assert_eq!((replaced.status, &replaced.json()["created_at"]), (StatusCode::OK, &saved["created_at"]));
    assert_eq!(replaced.json()["updated_at"], "2026-11-23T12:01:00Z");
    assert_eq!(write(&client, Method::POST, "/api/v1/views", &view).await.status, StatusCode::CREATED);
    let taken = write(&client, Method::PUT, &address, &view).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    insta::assert_json_snapshot!("view_taken", taken.json());
    // What was kept before a view was saved is no longer good, though no data has changed.
    assert_eq!(client.send(Method::GET, "/api/v1/views", &held).await.status, StatusCode::OK);

    assert_eq!(client.send(Method::DELETE, &address, &PROGRAM).await.status, StatusCode::NO_CONTENT);
    for (method, body) in [(Method::GET, ""), (Method::DELETE, ""), (Method::PUT, &*other.to_string())] {
        let gone = client.send_body(method.clone(), &address, &PROGRAM, body).await;
        assert_eq!((gone.status, gone.json()["status"].as_i64()), (StatusCode::NOT_FOUND, Some(404)), "{method}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn views_that_make_no_sense_or_come_from_elsewhere_are_refused() {
    let stage = Stage::new().await;
    let client = stage.client();
    for (view, parameter) in [
        (json!({"name": "", "page": "/findings"}), "name"),
        (json!({"name": "n", "page": "//evil.test/"}), "page"),
        (json!({"name": "n", "page": "/findings", "query": "colour=red"}), "colour"),
        (json!({"name": "n", "page": "/", "query": "severity=severe"}), "severity"),
    ] {
        let reply = write(&client, Method::POST, "/api/v1/views", &view).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{view}");
        assert_eq!(reply.json()["parameter"], parameter, "{view}");
    }
    for body in ["", "{", "[]", r#"{"name":"n"}"#, r#"{"name":"n","page":"/","id":"x"}"#] {
        let reply = client.send_body(Method::POST, "/api/v1/views", &PROGRAM, body).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{body}");
    }
    let view = json!({"name": "n", "page": "/findings"}).to_string();
    for (headers, status) in [
        (&[("content-type", "application/json")][..], StatusCode::FORBIDDEN),
        (&[("content-type", "application/json"), ("origin", "http://evil.test")], StatusCode::FORBIDDEN),
        (&[("content-type", "application/json"), ("sec-fetch-site", "same-site")], StatusCode::FORBIDDEN),
        (&[("content-type", "text/plain"), ("x-yagura-request", "1")], StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ] {
        for (method, path) in [(Method::POST, "/api/v1/views"), (Method::PUT, "/api/v1/views/0123456789ab")] {
            assert_eq!(client.send_body(method, path, headers, &view).await.status, status, "{path} {headers:?}");
        }
    }
    for (method, path) in [
        (Method::DELETE, "/api/v1/views/0123456789ab"),
        (Method::POST, "/views"),
        (Method::POST, "/views/0123456789ab/delete"),
    ] {
        let foreign = [("origin", "http://evil.test"), ("sec-fetch-site", "cross-site")];
        let reply = client.send_body(method, path, &foreign, "name=n&page=/findings").await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(client.json("/api/v1/views").await["views"], json!([]));
    let allowed = client.send(Method::PATCH, "/api/v1/views", &PROGRAM).await;
    assert_eq!((allowed.status, allowed.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD,POST"));
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_and_short_addresses_lead_to_pages_of_ours() {
    let stage = Stage::new().await;
    let client = stage.client();
    let form = "name=Night+shift&page=%2Ffindings&query=range%3D7d%26severity%3Dhigh&cursor=x";
    let saved = client.send_body(Method::POST, "/views", &PAGE, form).await;
    assert_eq!((saved.status, saved.header("location")), (StatusCode::SEE_OTHER, "/findings?range=7d&severity=high"));
    let id = client.json("/api/v1/views").await["views"][0]["id"].as_str().unwrap().to_owned();
    let short = client.get(&format!("/views/{id}")).await;
    assert_eq!((short.status, short.header("location")), (StatusCode::SEE_OTHER, "/findings?range=7d&severity=high"));
    assert_eq!(short.header("cache-control"), "no-store");
    assert_eq!(client.get("/views").await.header("location"), "/findings");
    let page = client.get("/findings?severity=high&range=7d").await.text();
    assert!(page.contains("Saved view: Night shift") && page.contains(&format!("/views/{id}/delete")), "{page}");

    let again = client.send_body(Method::POST, "/views", &PAGE, form).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.header("content-type").starts_with("text/html") && again.text().contains("Not saved"));
    for (path, body, status) in [
        (format!("/views/{id}/delete"), "page=https://evil.test&query=", StatusCode::BAD_REQUEST),
        (format!("/views/{id}/delete"), "page=/findings&query=colour=red", StatusCode::BAD_REQUEST),
        ("/views/0123456789ab/delete".to_owned(), "page=/findings", StatusCode::NOT_FOUND),
        ("/views".to_owned(), "name=x&page=//evil.test", StatusCode::BAD_REQUEST),
    ] {
        let reply = client.send_body(Method::POST, &path, &PAGE, body).await;
        assert_eq!((reply.status, reply.header("location")), (status, ""), "{path} {body}");
    }
    let deleted = client.send_body(Method::POST, &format!("/views/{id}/delete"), &PAGE, "page=/&query=range=7d").await;
    assert_eq!((deleted.status, deleted.header("location")), (StatusCode::SEE_OTHER, "/?range=7d"));
    assert_eq!(client.get(&format!("/views/{id}")).await.status, StatusCode::NOT_FOUND);
}

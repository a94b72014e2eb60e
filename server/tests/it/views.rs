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
        let one = "/api/v1/views/0123456789ab";
        for (method, path) in [(Method::POST, "/api/v1/views"), (Method::PUT, one), (Method::PATCH, one)] {
            assert_eq!(client.send_body(method, path, headers, &view).await.status, status, "{path} {headers:?}");
        }
    }
    for (method, path) in [
        (Method::DELETE, "/api/v1/views/0123456789ab"),
        (Method::POST, "/views"),
        (Method::POST, "/views/0123456789ab/delete"),
        (Method::POST, "/views/0123456789ab/rename"),
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
async fn a_view_gets_another_name_and_keeps_the_rest() {
    let stage = Stage::new().await;
    let client = stage.client();
    let (id, other) = (add(&client, "Miners", "severity=high").await, add(&client, "Shells", "range=7d").await);
    let path = |id: &Value| format!("/api/v1/views/{}", id.as_str().unwrap());
    let before = client.json(&path(&id)).await;
    stage.wait(1);
    let renamed = write(&client, Method::PATCH, &path(&id), &json!({"name": "  miners, all  "})).await;
    let expected = json!({
        "id": id, "name": "miners, all", "page": "/findings", "query": "severity=high",
        "created_at": before["created_at"], "updated_at": "2026-11-23T12:01:00Z",
    });
    assert_eq!((renamed.status, renamed.json()), (StatusCode::OK, expected.clone()));
    assert_eq!(client.json(&path(&id)).await, expected);

    // The same name in another case is its own; anybody else's is taken.
    for (id, name, status) in [
        (&id, "MINERS, ALL", StatusCode::OK),
        (&other, "Miners, All", StatusCode::CONFLICT),
        (&other, "", StatusCode::BAD_REQUEST),
        (&other, "two\nlines", StatusCode::BAD_REQUEST),
    ] {
        let reply = write(&client, Method::PATCH, &path(id), &json!({"name": name})).await;
        assert_eq!(reply.status, status, "{name:?}");
        if status != StatusCode::OK {
            assert_eq!(reply.json()["parameter"], "name", "{name:?}");
        }
    }
    for (body, status) in
        [(json!({"name": "n", "query": ""}), StatusCode::BAD_REQUEST), (json!({}), StatusCode::BAD_REQUEST)]
    {
        assert_eq!(write(&client, Method::PATCH, &path(&other), &body).await.status, status, "{body}");
    }
    let missing = write(&client, Method::PATCH, "/api/v1/views/0123456789ab", &json!({"name": "n"})).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);

    let form = format!("/views/{}/rename", other.as_str().unwrap());
    let back = "&page=/findings&query=range%3D90d";
    let renamed = client.send_body(Method::POST, &form, &PAGE, &format!("name=Night+shells{back}")).await;
    assert_eq!((renamed.status, renamed.header("location")), (StatusCode::SEE_OTHER, "/findings?range=90d"));
    let page = client.get("/findings?range=7d").await.text();
    assert!(page.contains("Saved view: Night shells") && page.contains(&form), "{page}");
    for (path, body, status) in [
        (form.clone(), format!("name=miners%2C+all{back}"), StatusCode::CONFLICT),
        (form.clone(), format!("name={back}"), StatusCode::BAD_REQUEST),
        (form.clone(), "name=x&page=//evil.test".to_owned(), StatusCode::BAD_REQUEST),
        ("/views/0123456789ab/rename".to_owned(), format!("name=x{back}"), StatusCode::NOT_FOUND),
    ] {
        let reply = client.send_body(Method::POST, &path, &PAGE, &body).await;
        assert_eq!((reply.status, reply.header("location")), (status, ""), "{body}");
    }
    assert_eq!(client.json(&path(&other)).await["name"], "Night shells");
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

//! Shares: what is behind a link is what its record says, whatever its reader sends.

mod lives;
mod locked;

use app::model::Field;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::{Client, Reply};
use crate::world::Stage;

pub use lives::{links_live_and_die, links_wait_for_nobody_who_asks_too_fast};
pub use locked::nothing_a_reader_sends_widens_a_link;

pub const PROGRAM: [(&str, &str); 2] = [("x-yagura-request", "1"), ("content-type", "application/json")];
/// Bytes of a page as browsers get it.
const LARGEST_PAGE: usize = 25 * 1024;

/// A new share, as its maker is told of it.
pub async fn add(client: &Client, share: &Value) -> Value {
    let reply = client.send_body(Method::POST, "/api/v1/shares", &PROGRAM, &share.to_string()).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{share}: {}", reply.text());
    reply.json()
}

/// The path of a share's link in a form.
fn link(made: &Value, form: &str) -> String {
    let token = made["token"].as_str().unwrap();
    if form == "html" { format!("/e/{token}") } else { format!("/e/{token}.{form}") }
}

/// What stands behind a link in a form.
pub async fn shown(client: &Client, made: &Value, form: &str) -> Reply {
    let reply = client.get(&link(made, form)).await;
    assert_eq!(reply.status, StatusCode::OK, "{form}: {}", reply.text());
    reply
}

/// Everything there is to share, narrowed as little as possible.
const REPORTS: [(&str, &str); 6] = [
    ("overview", "range=30d"),
    ("trend", "by=cluster&range=90d"),
    ("breakdown", "by=account&range=90d"),
    ("heatmap", "rows=category&cols=family&range=90d"),
    ("findings", "range=90d"),
    ("cost", ""),
];
const FORMS: [&str; 6] = ["html", "svg", "png", "md", "csv", "json"];

pub async fn links_show_the_numbers_of_the_pages(stage: &Stage) {
    let client = stage.client();
    let of = |report: &str, filter: &str| json!({"report": report, "filter": filter, "redact": ["none"]});
    let trend = shown(&client, &add(&client, &of("trend", "by=cluster&range=30d")).await, "json").await.json();
    let expected = client.json("/api/v1/trend?by=cluster&range=30d").await;
    assert_eq!(trend["trend"], expected);
    assert_eq!(trend["filter"], "");
    let breakdown = shown(&client, &add(&client, &of("breakdown", "by=family&range=90d")).await, "json").await.json();
    let expected = client.json("/api/v1/breakdown?by=family&range=90d").await;
    assert_eq!(
        (&breakdown["breakdown"]["rows"], &breakdown["breakdown"]["total"]),
        (&expected["rows"], &expected["total"])
    );
    let heatmap = shown(&client, &add(&client, &of("heatmap", "cols=time&range=90d")).await, "json").await.json();
    assert_eq!(heatmap["heatmap"], client.json("/api/v1/heatmap?cols=time&range=90d").await);
    let made = add(&client, &of("findings", "range=90d&severity=critical&limit=3")).await;
    let findings = shown(&client, &made, "json").await.json();
    let expected = client.json("/api/v1/findings?range=90d&severity=critical&limit=3").await;
    assert_eq!(findings["findings"]["total"], expected["total"]);
    let titles =
        |list: &Value| -> Vec<Value> { list.as_array().unwrap().iter().map(|row| row["title"].clone()).collect() };
    assert_eq!(titles(&findings["findings"]["rows"]), titles(&expected["findings"]));
    let overview = shown(&client, &add(&client, &of("overview", "")).await, "json").await.json();
    let totals = client.json("/api/v1/breakdown?by=category").await["total"].clone();
    let figure = |kind: &str| {
        let kpis = overview["overview"]["kpis"].as_array().unwrap();
        kpis.iter().find(|kpi| kpi["kind"] == kind).unwrap()["value"].clone()
    };
    assert_eq!((&figure("new"), &figure("occurrences")), (&totals["findings"], &totals["occurrences"]));
    // The page, the table and the file say the same.
    let made = add(&client, &of("breakdown", "by=severity&range=90d")).await;
    let total = shown(&client, &made, "json").await.json()["breakdown"]["total"]["findings"].as_i64().unwrap();
    let page = shown(&client, &made, "html").await.text();
    let grouped = page.split("<tfoot>").nth(1).unwrap().split("<td class=\"number\">").nth(1).unwrap();
    assert_eq!(grouped.split('<').next().unwrap().replace(',', ""), total.to_string());
    let csv = shown(&client, &made, "csv").await.text();
    let sum: i64 = csv.lines().skip(1).map(|line| line.split(',').nth(2).unwrap().parse::<i64>().unwrap()).sum();
    assert_eq!(sum, total);
}

pub async fn what_is_hidden_is_in_no_form(stage: &Stage) {
    let client = stage.client();
    let accounts = client.json("/api/v1/breakdown?by=account&range=all&sample=include").await;
    let accounts: Vec<&str> =
        accounts["rows"].as_array().unwrap().iter().map(|row| row["key"].as_str().unwrap()).collect();
    assert!(accounts.len() > 1, "{accounts:?}");
    let hidden = |text: &str| accounts.iter().any(|account| text.contains(account)) || text.contains("arn:aws");
    for (report, filter) in REPORTS {
        // A filter that names what is hidden does not give it away either.
        let filter = format!("{filter}&account={}", accounts.join(","));
        let redact = if report == "findings" { json!(["accounts", "arns"]) } else { Value::Null };
        let made = add(&client, &json!({"report": report, "filter": filter, "redact": redact})).await;
        let open = add(&client, &json!({"report": report, "filter": filter, "redact": ["none"]})).await;
        let mut told = 0;
        for form in FORMS.into_iter().filter(|form| *form != "png") {
            let reply = shown(&client, &made, form).await;
            assert!(!hidden(&reply.text()), "{report}.{form}");
            assert!(reply.headers.values().all(|value| !hidden(value.to_str().unwrap())), "{report}.{form}");
            told += i32::from(hidden(&shown(&client, &open, form).await.text()));
        }
        assert!(told > 0, "{report}: nothing was there to be hidden");
    }
    // Counts only: no finding by its title, and no list of them by any way.
    let refused = json!({"report": "findings", "filter": ""}).to_string();
    let reply = client.send_body(Method::POST, "/api/v1/shares", &PROGRAM, &refused).await;
    assert_eq!((reply.status, reply.json()["parameter"].clone()), (StatusCode::BAD_REQUEST, json!("redact")));
    let titles = client.json("/api/v1/findings?range=90d&limit=50").await;
    let made = add(&client, &json!({"report": "overview", "filter": "range=90d"})).await;
    for form in ["html", "svg", "md", "csv", "json"] {
        let text = shown(&client, &made, form).await.text();
        for finding in titles["findings"].as_array().unwrap() {
            for member in ["title", "id", "arn", "resource_id"] {
                let value = finding[member].as_str().unwrap_or("no such text anywhere");
                assert!(!text.contains(value), "{form}: {value}");
            }
        }
    }
    // The same account has the same name in every row, and behind another link another one.
    let made = add(&client, &json!({"report": "breakdown", "filter": "by=account&range=90d"})).await;
    let other = add(&client, &json!({"report": "breakdown", "filter": "by=account&range=90d"})).await;
    let names = |value: Value| -> std::collections::BTreeSet<String> {
        let rows = value["breakdown"]["rows"].as_array().unwrap().clone();
        rows.iter().map(|row| row["key"].as_str().unwrap().to_owned()).collect()
    };
    let (one, two) =
        (names(shown(&client, &made, "json").await.json()), names(shown(&client, &other, "json").await.json()));
    assert_eq!(one.len(), two.len());
    assert!(one.is_disjoint(&two), "{one:?} {two:?}");
}

pub async fn links_are_small_quiet_and_framed_by_those_they_name(stage: &Stage) {
    let client = stage.client();
    for (report, filter) in REPORTS {
        let redact = if report == "findings" { json!("none") } else { json!("counts") };
        let share = json!({
            "report": report, "filter": filter, "redact": [redact], "lang": "ja",
            "frame_ancestors": ["https://wiki.example.com", "http://127.0.0.1:8090"],
        });
        let made = add(&client, &share).await;
        for form in FORMS {
            let headers = [("accept-encoding", "br"), ("cookie", "lang=en; theme=dark"), ("accept-language", "en")];
            let path = format!("{}?lang=ja&theme=dark", link(&made, form));
            let reply = client.send(Method::GET, &path, &headers).await;
            assert_eq!(reply.status, StatusCode::OK, "{report}.{form}");
            let policy = reply.header("content-security-policy");
            assert!(
                policy.ends_with("frame-ancestors https://wiki.example.com http://127.0.0.1:8090")
                    && policy.starts_with("default-src 'none'; ")
                    && !policy.contains("script"),
                "{policy}"
            );
            for absent in ["set-cookie", "x-frame-options"] {
                assert!(!reply.headers.contains_key(absent), "{report}.{form}: {absent}");
            }
            assert_eq!(reply.header("referrer-policy"), "no-referrer");
            assert_eq!(reply.header("x-robots-tag"), "noindex");
            assert_eq!(reply.header("x-content-type-options"), "nosniff");
            assert_eq!(reply.header("cross-origin-resource-policy"), "cross-origin");
            let kept = if matches!(form, "svg" | "png") { "public, max-age=300" } else { "private, max-age=60" };
            assert_eq!(reply.header("cache-control"), kept, "{form}");
            let tag = reply.header("etag").to_owned();
            assert!(tag.starts_with('"'), "{tag}");
            assert_eq!(reply.header("content-encoding"), if form == "png" { "" } else { "br" });
            if form == "html" {
                assert!(reply.body.len() <= LARGEST_PAGE, "{report}: {} bytes", reply.body.len());
                println!("{report}: {} bytes", reply.body.len());
            }
            let again = client.send(Method::GET, &path, &[("accept-encoding", "br"), ("if-none-match", &tag)]).await;
            assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
        }
        let page = shown(&client, &made, "html").await.text();
        assert!(
            page.contains("<html lang=\"ja\"") && page.contains("http-equiv=\"refresh\" content=\"300\""),
            "{page}"
        );
        for forbidden in ["<script", "<link rel=\"stylesheet\"", " style=\"", "src=", "onclick", "/findings"] {
            assert!(!page.contains(forbidden), "{report}: {forbidden}");
        }
    }
    // As configured, and nobody where nothing is.
    let made = add(&client, &json!({"report": "trend"})).await;
    assert!(shown(&client, &made, "html").await.header("content-security-policy").ends_with("frame-ancestors 'none'"));
    let overrides = vec![("share.frame_ancestors", "https://wiki.example.com".to_owned())];
    let configured = stage.served(server::http::SiteFiles::default(), &overrides);
    let reply = shown(&configured, &made, "html").await;
    assert!(reply.header("content-security-policy").ends_with("frame-ancestors https://wiki.example.com"));
    // A picture has its moment inside, and is large enough to read.
    let svg = shown(&client, &made, "svg").await.text();
    assert!(svg.contains("As of 23 Nov 2026"), "{svg}");
    assert!(shown(&client, &made, "png").await.body.starts_with(b"\x89PNG"));
    let japanese = client.get(&format!("{}?lang=ja&title=0", link(&made, "svg"))).await.text();
    assert!(japanese.contains("2026年11月23日") && !japanese.contains("class=\"heading\""), "{japanese}");
}

/// Names of everything that narrows a report.
fn filter_words() -> Vec<&'static str> {
    let others = [
        "range", "from", "to", "tz", "grain", "status", "kind", "sample", "sequence", "q", "sort", "dir", "limit",
        "cursor", "by", "metric", "rows", "cols", "week", "columns", "group", "format", "bom", "guard", "report",
        "filter", "redact", "share", "id", "token",
    ];
    Field::ALL.iter().map(|field| field.as_str()).chain(others).collect()
}

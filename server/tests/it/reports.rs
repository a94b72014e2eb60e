//! Heat map, movers, news, radar and their files: each number is one the other reports tell too.

use http::StatusCode;
use serde_json::Value;

use crate::api::shape;
use crate::client::Client;
use crate::world::Stage;

fn sum(values: &Value) -> i64 {
    values.as_array().unwrap().iter().filter_map(Value::as_i64).sum()
}

/// The number of findings of a list.
async fn listed(client: &Client, query: &[(&str, &str)]) -> i64 {
    let mut address = form_urlencoded::Serializer::new("/api/v1/findings?limit=1&".to_owned());
    let address = address.extend_pairs(query).finish();
    client.json(&address).await["total"].as_i64().unwrap()
}

pub async fn a_heat_map_agrees_with_breakdown_trend_and_lists(stage: &Stage) {
    let client = stage.client();
    let heatmap = client.json("/api/v1/heatmap?rows=category&cols=cluster&range=90d").await;
    insta::assert_json_snapshot!("heatmap", shape(&heatmap));
    for (by, heads) in [("category", &heatmap["rows"]), ("cluster", &heatmap["columns"])] {
        let breakdown = client.json(&format!("/api/v1/breakdown?by={by}&range=90d")).await;
        assert_eq!(heatmap["total"], breakdown["total"]["findings"]);
        for row in breakdown["rows"].as_array().unwrap() {
            let head = heads.as_array().unwrap().iter().find(|head| head["key"] == row["key"]).unwrap();
            assert_eq!(head["findings"], row["findings"], "{by} {}", row["key"]);
        }
    }
    let columns = heatmap["columns"].as_array().unwrap();
    assert!(columns.iter().any(|column| column["key"] == "(none)"));
    for row in &heatmap["rows"].as_array().unwrap()[..3] {
        for (column, value) in columns.iter().zip(row["cells"].as_array().unwrap()).take(4) {
            let (category, cluster) = (row["key"].as_str().unwrap(), column["key"].as_str().unwrap());
            let list = listed(&client, &[("range", "90d"), ("category", category), ("cluster", cluster)]).await;
            assert_eq!(value.as_i64(), Some(list), "{category} {cluster}");
        }
    }

    let weekly = client.json("/api/v1/heatmap?rows=category&cols=time&from=2026-08-01&to=2026-11-23").await;
    let trend = client.json("/api/v1/trend?by=category&grain=week&from=2026-08-01&to=2026-11-23").await;
    assert_eq!(weekly["grain"], "week");
    for (index, column) in weekly["columns"].as_array().unwrap().iter().enumerate() {
        assert_eq!((&column["key"], &column["findings"]), (&trend["buckets"][index], &trend["totals"][index]));
    }
    // Nobody has looked at the weeks before the backfill.
    assert!(weekly["rows"][0]["cells"][0].is_null() && !weekly["columns"][0]["findings"].is_number());
    for row in weekly["rows"].as_array().unwrap() {
        assert_eq!(Some(sum(&row["cells"])), row["findings"].as_i64(), "{}", row["key"]);
    }
}

pub async fn values_are_found_by_their_text(stage: &Stage) {
    let client = stage.client();
    insta::assert_json_snapshot!("found_values", shape(&client.json("/api/v1/filters/image?range=90d").await));
    for field in ["image", "revision", "family", "service", "type"] {
        let all = client.json(&format!("/api/v1/breakdown?by={field}&range=90d")).await;
        let all = all["rows"].as_array().unwrap();
        let found = client.json(&format!("/api/v1/filters/{field}?range=90d")).await;
        assert_eq!((found["rows_total"].as_u64(), &found["by"]), (Some(all.len() as u64), &Value::from(field)));
        assert_eq!(found["rows"].as_array().unwrap()[..], all[..all.len().min(100)], "{field}");
        // In whatever case, in labels and keys; what is chosen of the field itself hides nothing.
        let label = all.last().unwrap()["label"].as_str().unwrap();
        let mut address = form_urlencoded::Serializer::new(format!("/api/v1/filters/{field}?range=90d&"));
        let address = address.append_pair("search", &label.to_uppercase()).append_pair(field, "nothing").finish();
        let found = client.json(&address).await;
        assert!(found["rows"].as_array().unwrap().contains(all.last().unwrap()), "{address}");
        for row in found["rows"].as_array().unwrap() {
            let text = format!("{}\n{}", row["label"], row["key"]).to_lowercase();
            assert!(text.contains(&label.to_lowercase()), "{row}");
        }
    }
    // Other fields narrow the numbers.
    let narrowed = client.json("/api/v1/filters/image?range=90d&severity=critical").await;
    let breakdown = client.json("/api/v1/breakdown?by=image&range=90d&severity=critical").await;
    assert_eq!(narrowed["rows"][0], breakdown["rows"][0]);
    assert_eq!(client.get("/api/v1/filters/colour").await.status, StatusCode::NOT_FOUND);
}

pub async fn resources_are_found_by_part_of_their_id(stage: &Stage) {
    let client = stage.client();
    let whole = "/api/v1/filters/resource?range=90d&kind=threat,posture,vulnerability&sample=include";
    let all = client.json(whole).await;
    assert_eq!(all["by"], "resource");
    let rows = all["rows"].as_array().unwrap();
    // The most of them, and how many there are.
    assert!(rows.len() == 100 && all["rows_total"].as_u64() > Some(100), "{}", all["rows_total"]);
    assert!(rows.is_sorted_by_key(|row| std::cmp::Reverse(row["findings"].as_i64())));
    let list = "/api/v1/findings?range=90d&kind=threat,posture,vulnerability&sample=include&limit=1";
    for row in rows.iter().take(5) {
        let (key, label) = (row["key"].as_str().unwrap(), row["label"].as_str().unwrap());
        assert!(key.ends_with(label), "{row}");
        let link = |path: &str| {
            let mut address = form_urlencoded::Serializer::new(format!("{path}&"));
            address.append_pair("resource", key).finish()
        };
        // The number leads to its list, and what is chosen of the field itself hides nothing.
        assert_eq!(client.json(&link(list)).await["total"], row["findings"], "{row}");
        let mut search = form_urlencoded::Serializer::new(format!("{}&", link(whole)));
        let found = client.json(&search.append_pair("search", &label.to_uppercase()).finish()).await;
        assert!(found["rows"].as_array().unwrap().contains(row), "{row}");
    }
    assert_eq!(client.json(&format!("{whole}&search=nowhere+7")).await["rows_total"], 0);
}

pub async fn groups_lead_to_lists_of_their_numbers(stage: &Stage) {
    let client = stage.client();
    let groups = client.json("/api/v1/groups?range=90d&sample=include").await;
    insta::assert_json_snapshot!("groups", shape(&groups));
    let types = client.json("/api/v1/breakdown?by=type&range=90d&sample=include").await;
    assert_eq!(groups["total"], types["total"]);
    assert_eq!(groups["rows_total"].as_u64(), types["rows"].as_array().map(|rows| rows.len() as u64));
    let rows = groups["rows"].as_array().unwrap();
    for row in rows {
        let same = types["rows"].as_array().unwrap().iter().find(|one| one["key"] == row["type"]).unwrap();
        assert_eq!((&row["findings"], &row["occurrences"]), (&same["findings"], &same["occurrences"]), "{row}");
    }
    // The worst first, and of the worst those with the most findings.
    let order = ["informational", "low", "medium", "high", "critical"];
    let rank = |row: &Value| order.iter().position(|word| row["severity"] == *word);
    let keys: Vec<_> = rows.iter().map(|row| std::cmp::Reverse((rank(row), row["findings"].as_i64()))).collect();
    assert!(keys.is_sorted(), "{keys:?}");

    // A family that is asked for is the only one in sight; what is excluded stays so.
    let mut kinds = std::collections::BTreeSet::new();
    for narrowing in ["", "family=checkout-api", "family=!checkout-api", "cluster=payments&status=active"] {
        let filter = format!("range=90d&limit=4&{narrowing}");
        let asked = app::model::Filter::parse(&filter, &[]).unwrap();
        let groups: app::model::Groups =
            serde_json::from_value(client.json(&format!("/api/v1/groups?{filter}")).await).unwrap();
        assert!(groups.rows.len() <= 4 && !groups.rows.is_empty(), "{filter}");
        for row in &groups.rows {
            let of_type = app::model::Filter { limit: Some(1), ..row.list(&asked) };
            let list = client.json(&of_type.href("/api/v1/findings")).await;
            assert_eq!(list["total"], row.findings, "{filter} {}", row.finding_type);
            for place in row.places.iter().take(4) {
                let list = client.json(&place.list(&of_type).href("/api/v1/findings")).await;
                assert_eq!(list["total"], place.findings, "{filter} {} {}", row.finding_type, place.key);
                kinds.insert(place.by);
            }
        }
    }
    let all = client.json("/api/v1/groups?range=90d&kind=posture&limit=3").await;
    kinds.extend(serde_json::from_value::<app::model::Groups>(all).unwrap().rows[0].places.iter().map(|one| one.by));
    assert!(kinds.len() >= 2, "{kinds:?}");
}

pub async fn movers_and_news_compare_with_what_was_watched(stage: &Stage) {
    let client = stage.client();
    let movers = client.json("/api/v1/movers?range=30d").await;
    insta::assert_json_snapshot!("movers", shape(&movers));
    let rows = movers["rows"].as_array().unwrap();
    assert!(!rows.is_empty());
    let before = [("from", "2026-09-24T11:59:59Z"), ("to", "2026-10-24T12:00:00Z")];
    for mover in rows.iter().take(6) {
        let narrow = (mover["by"].as_str().unwrap(), mover["key"].as_str().unwrap());
        assert_eq!(Some(listed(&client, &[("range", "30d"), narrow]).await), mover["findings"].as_i64(), "{mover}");
        assert_eq!(Some(listed(&client, &[before[0], before[1], narrow]).await), mover["previous"].as_i64(), "{mover}");
    }
    // Nobody watched the 90 days before the last 90.
    for report in ["movers", "news"] {
        assert!(client.json(&format!("/api/v1/{report}?range=90d")).await["rows"].is_null(), "{report}");
        assert!(client.json(&format!("/api/v1/{report}?range=all")).await["rows"].is_null(), "{report}");
    }

    let news = client.json("/api/v1/news?range=7d").await;
    insta::assert_json_snapshot!("news", shape(&news));
    let rows = news["rows"].as_array().unwrap();
    assert!(!rows.is_empty() && news["watched_since"].is_string());
    for thing in rows.iter().take(12) {
        let key = thing["key"].as_str().unwrap();
        let mut query = vec![match thing["kind"].as_str().unwrap() {
            "family" | "type-in-family" => ("family", key),
            "type-in-cluster" => ("cluster", key),
            _ => ("q", key),
        }];
        query.extend(thing["type"].as_str().map(|finding_type| ("type", finding_type)));
        let now = listed(&client, &[&query[..], &[("range", "7d")]].concat()).await;
        let ever = listed(&client, &[&query[..], &[("range", "all")]].concat()).await;
        assert_eq!((Some(now), now), (thing["findings"].as_i64(), ever), "{thing}");
    }
}

pub async fn the_radar_counts_what_both_services_forget(stage: &Stage) {
    let client = stage.client();
    let radar = client.json("/api/v1/radar").await;
    insta::assert_json_snapshot!("radar", shape(&radar));
    let expected = stage
        .number(
            "SELECT count(*) FROM (
                SELECT max(s.updated_at + to_days(CASE
                    WHEN s.source = 'securityhub' AND f.record_state = 'ARCHIVED' THEN 30 ELSE 90 END)) AS leaves
                FROM finding f JOIN finding_side s USING (finding_key)
                WHERE f.kind = 'threat' AND NOT f.sample GROUP BY f.finding_key)
             WHERE leaves BETWEEN TIMESTAMP '2026-11-23 12:00:00' AND TIMESTAMP '2026-11-30 11:59:59'",
        )
        .await;
    assert_eq!(radar["leaving"], expected);
    let list = client.json(&format!("/api/v1/findings?{}", radar["query"].as_str().unwrap())).await;
    assert!(list["total"].as_i64() >= radar["leaving"].as_i64());
}

pub async fn every_report_comes_in_every_form(stage: &Stage) {
    let client = stage.client();
    let folder = tempfile::tempdir().unwrap();
    let database = duckdb::Connection::open_in_memory().unwrap();
    for (report, query) in [
        ("findings", "range=30d"),
        ("trend", "range=30d&by=cluster&metric=active"),
        ("breakdown", "range=30d&by=type"),
        ("groups", "range=30d"),
        ("heatmap", "range=30d&rows=severity&cols=time"),
        ("movers", "range=30d"),
        ("news", "range=7d"),
    ] {
        let get = async |form: &str| {
            let reply = client.get(&format!("/api/v1/export/{report}.{form}?{query}")).await;
            assert_eq!(reply.status, StatusCode::OK, "{report}.{form}: {}", reply.text());
            let name = format!("attachment; filename=\"yagura-{report}-20261123T120000Z.{form}\"");
            assert_eq!(reply.header("content-disposition"), name);
            reply
        };
        let rows: i64 = get("csv").await.header("x-yagura-row-count").parse().unwrap();
        assert!(rows > 0, "{report}");

        let markdown = get("md").await.text();
        let cells = |line: &str| line.replace("\\|", "").matches('|').count();
        let width = cells(markdown.lines().next().unwrap());
        assert_eq!(markdown.lines().count(), usize::try_from(rows).unwrap() + 2, "{report}");
        assert!(markdown.lines().all(|line| cells(line) == width), "{report}");

        let json = get("json").await.json();
        assert_eq!(json["as_of"], "2026-11-23T12:00:00Z", "{report}");
        if report == "findings" {
            assert_eq!(
                (json["total"].as_i64(), json["findings"].as_array().map(Vec::len)),
                (Some(rows), usize::try_from(rows).ok())
            );
        } else {
            assert_eq!(json, client.json(&format!("/api/v1/{report}?{query}")).await, "{report}");
        }

        let file = folder.path().join(format!("{report}.parquet"));
        std::fs::write(&file, get("parquet").await.body).unwrap();
        let sql = format!("SELECT count(*) FROM read_parquet('{}')", file.display());
        let read: i64 = database.query_row(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(read, rows, "{report}");
    }
    let sql = format!(
        "SELECT count(*) FROM read_parquet('{}') WHERE created_at > TIMESTAMP '2026-10-24' AND NOT archived
         AND typeof(occurrences) = 'BIGINT'",
        folder.path().join("findings.parquet").display()
    );
    assert!(database.query_row(&sql, [], |row| row.get::<_, i64>(0)).unwrap() > 0);
    for path in ["trend.xml", "radar.csv", "nothing.csv"] {
        let reply = client.get(&format!("/api/v1/export/{path}")).await;
        assert_eq!((reply.status, reply.header("content-type")), (StatusCode::NOT_FOUND, "application/problem+json"));
    }
}

pub async fn pictures_are_files_that_can_be_kept(stage: &Stage) {
    let client = stage.client();
    for path in ["trend.png?by=cluster&lang=ja&theme=dark", "heatmap.png?range=90d", "heatmap.svg?cols=time&lang=ja"] {
        let path = format!("/api/v1/charts/{path}");
        let reply = client.get(&path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text());
        let media = if path.contains(".png") { "image/png" } else { "image/svg+xml" };
        assert_eq!(reply.header("content-type"), media);
        if media == "image/png" {
            assert!(reply.body.starts_with(b"\x89PNG"));
        } else {
            assert!(reply.text().contains("2026年11月23日") && !reply.text().contains("<script"), "{}", reply.text());
        }
        let kept = [("if-none-match", reply.header("etag"))];
        assert_eq!(client.send(http::Method::GET, &path, &kept).await.status, StatusCode::NOT_MODIFIED);
    }
}

//! CSV: what a parser reads back is what the API says.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::Value;

use crate::client::Reply;
use crate::world::Stage;

fn records(reply: &Reply) -> Vec<Vec<String>> {
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let body = reply.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&reply.body);
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(body);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

const COLUMNS: &str = "id,arn,source,in_guardduty,in_securityhub,kind,category,category_rule,type,severity,\
    severity_score,title,account,region,cluster,family,revision,service,task_arn,launch_type,container,image,\
    image_digest,resource_type,resource_id,count,occurrences,first_seen,last_seen,created_at,updated_at,\
    first_observed_at,archived,record_state,workflow,compliance,control,vulnerability_ids,sample,attack_sequence,url";

pub async fn files_keep_the_contract_and_agree_with_the_api(stage: &Stage) {
    let client = stage.client();
    let reply = client.get("/findings.csv?range=90d").await;
    assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(reply.header("content-disposition"), "attachment; filename=\"yagura-findings-20261123T120000Z.csv\"");
    assert_eq!(reply.header("x-yagura-data-version"), stage.store.data_version().to_string());
    assert!(reply.body.starts_with(b"\xef\xbb\xbfid,arn,"));
    let lines = reply.text().matches('\n').count();
    assert_eq!(reply.text().matches("\r\n").count(), lines, "every line ends with CRLF");
    let all = records(&reply);
    assert_eq!(all[0].join(","), COLUMNS);
    let total = client.json("/api/v1/findings?range=90d&limit=1").await["total"].clone();
    assert_eq!(Value::from(all.len() - 1), total);
    let ids: BTreeSet<&String> = all[1..].iter().map(|record| &record[0]).collect();
    assert_eq!(ids.len(), all.len() - 1, "each finding once");
    assert_eq!(client.get("/api/v1/export/findings.csv?range=90d").await.body, reply.body);

    let chosen = client.get("/findings.csv?range=90d&columns=title,id&bom=0").await;
    assert!(chosen.body.starts_with(b"title,id\r\n"));
    let query = "range=90d&columns=occurrences,id,workflow&columns=archived";
    let table = records(&client.get(&format!("/findings.csv?{query}")).await);
    let json = client.json(&format!("/api/v1/export/findings.json?{query}")).await;
    assert_eq!((&json["total"], json["findings"].as_array().map(Vec::len)), (&total, Some(table.len() - 1)));
    for (cells, record) in table[1..].iter().zip(json["findings"].as_array().unwrap()) {
        let record = record.as_object().unwrap();
        assert_eq!(record.keys().map(String::as_str).collect::<Vec<_>>(), table[0]);
        assert!(record["occurrences"].is_i64() && record["archived"].is_boolean());
        let said = record.values().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        assert_eq!(said.map(|text| text.replace("null", "")).collect::<Vec<_>>(), *cells);
    }

    let breakdown = client.json("/api/v1/breakdown?by=cluster&range=90d").await;
    let table = records(&client.get("/api/v1/export/breakdown.csv?by=cluster&range=90d").await);
    assert_eq!(table[0], ["key", "label", "findings", "occurrences"]);
    let rows: Vec<Vec<String>> = breakdown["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().map_or_else(|| row[name].to_string(), str::to_owned);
            ["key", "label", "findings", "occurrences"].map(text).to_vec()
        })
        .collect();
    assert_eq!(table[1..], rows);

    // Nobody has looked at the days before the backfill: unknown is empty, not zero.
    let question = "by=severity&from=2026-08-01&to=2026-09-15&grain=week";
    let trend = client.json(&format!("/api/v1/trend?{question}")).await;
    let table = records(&client.get(&format!("/api/v1/export/trend.csv?{question}")).await);
    assert_eq!(table[0], ["bucket", "key", "label", "value", "covered_percent"]);
    let mut expected = Vec::new();
    for (index, bucket) in trend["buckets"].as_array().unwrap().iter().enumerate() {
        for series in trend["series"].as_array().unwrap() {
            let value = series["values"][index].as_i64().map(|value| value.to_string()).unwrap_or_default();
            expected.push(vec![bucket.as_str().unwrap().to_owned(), series["key"].as_str().unwrap().to_owned(), value]);
        }
    }
    let read: Vec<Vec<String>> = table[1..].iter().map(|r| vec![r[0].clone(), r[1].clone(), r[3].clone()]).collect();
    assert!(expected.iter().any(|row| row[2].is_empty()) && expected.iter().any(|row| !row[2].is_empty()));
    assert_eq!(read, expected);
}

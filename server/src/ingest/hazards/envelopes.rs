//! Wrappings and encodings.

use std::io::Write;

use serde_json::{Value, json};

use super::{asff, finding, read, with};

fn text(value: &Value) -> String {
    value.to_string()
}

#[test]
fn every_wrapping_gives_its_findings() {
    let two = json!([finding(), with(finding(), json!({"id": "b"}))]);
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    for input in [
        text(&two),
        pretty(&two),
        text(&json!({"Findings": two})),
        pretty(&json!({"findings": two})),
        pretty(&json!({"status_code": 200, "data": {"Findings": two, "ResponseMetadata": {}}})),
        format!("{}\n{}", two[0], two[1]),
        // Without anything between: Firehose.
        format!("{}{}", two[0], two[1]),
        format!("{}{}", pretty(&two[0]), pretty(&two[1])),
        format!("{}\n{}\n", json!({"detail-type": "GuardDuty Finding", "detail": two[0]}), json!({"detail": two[1]})),
        text(
            &json!({"Records": [{"Sns": {"Message": text(&json!({"detail": two[0]}))}}, {"Sns": {"Message": text(&two[1])}}]}),
        ),
        text(&json!({"Records": [{"body": text(&json!({"Message": text(&json!({"detail": {"findings": two}}))}))}]})),
        // Elastic and Wazuh keep the finding as text inside an event of their own.
        format!("{}\n{}", json!({"event": {"original": text(&two[0])}}), json!({"data": {"aws": two[1]}})),
    ] {
        let (observations, reasons) = read(input.as_bytes());
        assert_eq!((observations.len(), reasons), (2, Vec::new()), "{input}");
    }
    for empty in ["", "\n", "[]", "{\"Findings\":[]}", "{\"findings\": []}", "{\"Findings\":[],\"NextToken\":\"\"}"] {
        let (observations, reasons) = read(empty.as_bytes());
        assert_eq!((observations.len(), reasons), (0, Vec::new()), "{empty}");
    }
}

#[test]
fn members_may_be_written_with_a_capital() {
    let soar = json!({"detail": {"Id": "a", "AccountId": "111122223333", "Region": "us-east-1", "Type": "Recon:EC2/Portscan",
        "Severity": 5, "Title": "t", "Service": {"Count": 7, "Archived": true,
            "AdditionalInfo": {"Value": "{\"sample\":true}", "Type": "default"}},
        "Resource": {"ResourceType": "ECSCluster", "EcsClusterDetails": {"Name": "pay",
            "TaskDetails": {"DefinitionArn": "arn:aws:ecs:us-east-1:111122223333:task-definition/web:3",
                "TaskCreatedAt": 1_700_000_000.0}}}}});
    let read = super::one(&soar);
    assert_eq!((read.count, read.archived, read.sample), (Some(7), true, true));
    assert_eq!(read.attribution.families[0].label, "web");
}

#[test]
fn foreign_encodings_are_read() {
    let crlf = serde_json::to_string_pretty(&json!([finding()])).unwrap().replace('\n', "\r\n");
    let little = [vec![0xff, 0xfe], crlf.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat();
    let big = [vec![0xfe, 0xff], crlf.encode_utf16().flat_map(u16::to_be_bytes).collect()].concat();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(crlf.as_bytes()).unwrap();
    let gz = gz.finish().unwrap();
    // Logs are often several archives one after the other.
    let twice = {
        let mut lines = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        lines.write_all(format!("{}\n", finding()).as_bytes()).unwrap();
        let lines = lines.finish().unwrap();
        [lines.clone(), lines].concat()
    };
    let zstd = zstd::encode_all(crlf.as_bytes(), 1).unwrap();
    for (input, count) in [(little, 1), (big, 1), (gz, 1), (twice, 2), (zstd, 1)] {
        let (observations, reasons) = read(&input);
        assert_eq!((observations.len(), reasons), (count, Vec::new()));
    }
}

#[test]
fn what_is_broken_is_refused_with_its_place_and_its_neighbours_are_read() {
    let page = format!("Findings\nCopy JSON\n{}\nWas this helpful?", serde_json::to_string_pretty(&finding()).unwrap());
    let (observations, reasons) = read(page.as_bytes());
    assert_eq!((observations.len(), reasons.len()), (1, 2), "{reasons:?}");
    let template = format!("{}\n{{\"id\": \"x\", \"severity\": ${{severity}}}}\n{}", finding(), finding());
    let (observations, reasons) = read(template.as_bytes());
    assert_eq!((observations.len(), reasons.len()), (2, 1), "{reasons:?}");
    assert!(reasons[0].starts_with("line 2, column"), "{reasons:?}");
    let scan = json!({"detail-type": "GuardDuty Malware Protection Object Scan Result", "source": "aws.guardduty",
        "detail": {"schemaVersion": "1.0", "scanStatus": "COMPLETED", "resourceType": "S3_OBJECT",
            "s3ObjectDetails": {"bucketName": "b"}, "scanResultDetails": {"scanResultStatus": "NO_THREATS_FOUND"}}});
    let (observations, reasons) = read(format!("{scan}\n{}", asff()).as_bytes());
    assert_eq!((observations.len(), reasons.len()), (1, 1), "{reasons:?}");
    let (observations, reasons) = read(b"\x00\xff\xd8 not text at all");
    assert_eq!((observations.len(), reasons.len()), (0, 1), "{reasons:?}");
}

#[test]
fn placeholders_within_texts_are_only_texts() {
    let read = super::one(&with(
        finding(),
        json!({"title": "${title}", "severity": "${severity}", "accountId": "${account}"}),
    ));
    assert_eq!((read.title.as_str(), read.severity_score), ("${title}", None));
}

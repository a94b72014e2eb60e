#![expect(clippy::unwrap_used, reason = "a failing test says where")]

use std::io::Write;

use serde_json::json;

use super::*;

fn finding(id: &str) -> Value {
    json!({"id": id, "accountId": "111122223333", "region": "us-east-1", "type": "Recon:EC2/Portscan", "severity": 5,
        "service": {"count": 1}, "resource": {}})
}

/// Ids read and reasons of refusal, in order.
fn read_all(input: impl Read) -> (Vec<String>, Vec<String>) {
    let (mut ids, mut reasons) = (Vec::new(), Vec::new());
    read("test", input, Timestamp::UNIX_EPOCH, &mut |result| {
        match result {
            Ok(observation) => ids.push(observation.arn.rsplit('/').next().unwrap_or_default().to_owned()),
            Err(rejected) => reasons.push(format!("{}: {}", rejected.position, rejected.reason)),
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    (ids, reasons)
}

fn pretty(value: &Value) -> Vec<u8> {
    serde_json::to_vec_pretty(value).unwrap()
}

#[test]
fn every_envelope_gives_its_findings() {
    let two = json!([finding("a"), finding("b")]);
    let sns = json!({"Records": [{"Sns": {"Message": json!({"source": "aws.guardduty", "detail": finding("a")}).to_string()}},
        {"Sns": {"Message": json!({"detail": finding("b")}).to_string()}}]});
    let lines = format!("{}\r\n\r\n{}", finding("a"), finding("b"));
    let joined = format!(
        "{}{}",
        serde_json::to_string_pretty(&finding("a")).unwrap(),
        serde_json::to_string_pretty(&finding("b")).unwrap()
    );
    for input in [
        pretty(&two),
        two.to_string().into_bytes(),
        pretty(&json!({"Findings": two, "NextToken": ""})),
        json!({"findings": two}).to_string().into_bytes(),
        pretty(&json!({"status_code": 200, "data": {"Findings": two}})),
        pretty(&sns),
        lines.into_bytes(),
        joined.replace("}{", "}\n{").into_bytes(),
        json!({"detail-type": "Security Hub Findings - Imported", "detail": {"findings": two}})
            .to_string()
            .into_bytes(),
    ] {
        let (ids, reasons) = read_all(&input[..]);
        assert_eq!(
            (ids, reasons),
            (vec!["a".to_owned(), "b".to_owned()], Vec::new()),
            "{}",
            String::from_utf8_lossy(&input)
        );
    }
    assert_eq!(read_all(br#"{"Findings":[]}"#.as_slice()), (Vec::new(), Vec::new()));
}

#[test]
fn lists_in_wrappers_are_read_one_by_one() {
    for input in [
        json!({"data": {"Findings": [finding("a"), {"hello": 1}, finding("b")]}}),
        json!({"meta": 1, "response": {"body": {"findings": [finding("a"), {"hello": 1}, finding("b")]}}}),
    ] {
        let (ids, reasons) = read_all(pretty(&input).as_slice());
        assert_eq!(ids, ["a", "b"]);
        // One by one: the position is the element's, not the document's.
        assert!(reasons.len() == 1 && reasons[0].contains("element 1"), "{reasons:?}");
    }
    // What is no list of findings is put back where it was.
    let event = json!({"source": "aws.guardduty", "detail": finding("a")});
    assert_eq!(read_all(pretty(&event).as_slice()).0, ["a"]);
    assert_eq!(read_all(pretty(&json!({"data": [finding("a"), finding("b")]})).as_slice()).0, ["a", "b"]);
    let (ids, reasons) = read_all(pretty(&json!({"data": {"hello": [1, 2.5, true, null, "x", -3]}})).as_slice());
    assert_eq!((ids.len(), reasons.len()), (0, 1), "{reasons:?}");
}

#[test]
fn compressed_and_foreign_encodings_are_read() {
    let plain = pretty(&json!([finding("a")]));
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(&plain).unwrap();
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(String::from_utf8(plain.clone()).unwrap().encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let marked = [b"\xef\xbb\xbf".as_slice(), &plain].concat();
    for input in [gz.finish().unwrap(), zstd::encode_all(plain.as_slice(), 1).unwrap(), utf16, marked] {
        let read = (vec!["a".to_owned()], Vec::new());
        assert_eq!(read_all(&input[..]), read);
        // As a pipe may give it.
        assert_eq!(read_all(input[..1].chain(&input[1..])), read);
    }
}

#[test]
fn a_broken_neighbour_costs_only_itself() {
    let lines = format!("{}\n{{\"id\": \"x\", \n{}\n{{\"hello\": 1}}\n", finding("a"), finding("b"));
    let (ids, reasons) = read_all(lines.as_bytes());
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(reasons.len(), 2, "{reasons:?}");
    assert!(reasons[0].starts_with("line 2") && reasons[1].contains("line 4: not a finding"), "{reasons:?}");

    let list = json!([finding("a"), {"hello": 1}, finding("b")]);
    let (ids, reasons) = read_all(pretty(&list).as_slice());
    assert_eq!((ids.len(), reasons.len()), (2, 1), "{reasons:?}");
}

#[test]
fn text_around_the_json_is_refused_and_the_json_read() {
    let page = format!("Findings – AWS\nCopy\n{}\nFeedback\n", String::from_utf8(pretty(&finding("a"))).unwrap());
    let (ids, reasons) = read_all(page.as_bytes());
    assert_eq!((ids, reasons.len()), (vec!["a".to_owned()], 2), "the lines before and the one after");
}

#[test]
fn a_truncated_document_keeps_what_came_before() {
    let mut input = pretty(&json!({"Findings": [finding("a"), finding("b")]}));
    input.truncate(input.len() - 40);
    let (ids, reasons) = read_all(&input[..]);
    assert_eq!((ids, reasons.len()), (vec!["a".to_owned()], 1));
}

#[test]
fn reading_stops_when_told() {
    let input = json!([finding("a"), finding("b"), finding("c")]).to_string();
    let mut seen = 0;
    read("test", input.as_bytes(), Timestamp::UNIX_EPOCH, &mut |_| {
        seen += 1;
        ControlFlow::Break(())
    })
    .unwrap();
    assert_eq!(seen, 1);
}

/// Reads captured findings from outside the project; they are not ours to ship.
#[test]
fn captured_findings_are_read_or_refused_with_a_reason() {
    let Some(folder) = std::env::var_os("YAGURA_CORPUS") else {
        eprintln!("skipped: YAGURA_CORPUS names no folder with captured findings");
        return;
    };
    let mut total = 0;
    for path in files(std::path::PathBuf::from(folder)) {
        let (mut read_count, mut reasons) = (0, std::collections::BTreeMap::<String, usize>::new());
        let file = std::fs::File::open(&path).unwrap();
        read(&path.to_string_lossy(), file, Timestamp::UNIX_EPOCH, &mut |result| {
            match result {
                Ok(_) => read_count += 1,
                Err(rejected) => {
                    *reasons.entry(format!("{}: {}", rejected.position, rejected.reason)).or_default() += 1;
                }
            }
            ControlFlow::Continue(())
        })
        .unwrap();
        total += read_count;
        println!("{}: read {read_count}, rejected {}", path.display(), reasons.values().sum::<usize>());
        for (reason, count) in &reasons {
            println!("    {count} × {reason}");
        }
    }
    println!("read {total}");
    assert!(total > 0);
}

/// Every file below a folder, by name.
fn files(folder: std::path::PathBuf) -> Vec<std::path::PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![folder]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

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

fn gz(text: &str) -> Vec<u8> {
    let mut gz = flate2::GzBuilder::new()
        .filename("a.ndjson")
        .comment("by a test")
        .extra(vec![1, 2, 3])
        .write(Vec::new(), flate2::Compression::default());
    gz.write_all(text.as_bytes()).unwrap();
    gz.finish().unwrap()
}

fn zst(text: &str) -> Vec<u8> {
    let mut zst = zstd::Encoder::new(Vec::new(), 1).unwrap();
    zst.include_checksum(true).unwrap();
    zst.write_all(text.as_bytes()).unwrap();
    zst.finish().unwrap()
}

/// So many findings, a line each, of numbers that do not repeat, so that their compressed form is long as well.
fn ndjson(from: usize, count: usize) -> String {
    let line = |n: usize| {
        let mut finding = finding(&format!("f{n}"));
        finding["title"] = format!("{:016x}", (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)).into();
        format!("{finding}\n")
    };
    (from..from + count).map(line).collect()
}

/// What was read, what was rejected with what raw text, and whether it came to its end.
fn read_damaged(input: &[u8]) -> (Vec<String>, Vec<Rejected>, io::Result<()>) {
    let (mut ids, mut rejected) = (Vec::new(), Vec::new());
    let outcome = read("test", input, Timestamp::UNIX_EPOCH, &mut |result| {
        match result {
            Ok(observation) => ids.push(observation.arn.rsplit('/').next().unwrap_or_default().to_owned()),
            Err(reject) => rejected.push(reject),
        }
        ControlFlow::Continue(())
    });
    (ids, rejected, outcome)
}

#[test]
fn a_file_that_ends_early_keeps_everything_it_still_holds() {
    let text = ndjson(0, 3000);
    for packed in [gz(&text), zst(&text)] {
        for cut in [packed.len() / 3, packed.len() / 2, packed.len() - 9, packed.len() - 3] {
            let mut held = Vec::new();
            let mut piece = &packed[..cut];
            // What a decoder that is fed byte by byte gives is all there is.
            if packed[0] == 0x1f {
                let mut gz = flate2::bufread::GzDecoder::new(&mut piece);
                let mut byte = [0];
                while gz.read(&mut byte).is_ok_and(|read| read > 0) {
                    held.push(byte[0]);
                }
            } else {
                let mut zst = zstd::stream::write::Decoder::new(&mut held).unwrap();
                for byte in piece {
                    zst.write_all(&[*byte]).unwrap();
                }
                zst.flush().unwrap();
            }
            let (ids, rejected, outcome) = read_damaged(&packed[..cut]);
            assert!(
                ids.len() >= held.lines().count() - 1 && !ids.is_empty(),
                "{} of {}",
                ids.len(),
                held.lines().count() - 1
            );
            assert!(ids.iter().enumerate().all(|(n, id)| *id == format!("f{n}")));
            let [damage] = &rejected[..] else { panic!("{rejected:?}") };
            assert!(damage.position.starts_with(&format!("byte {cut} of the compressed data, line ")), "{damage:?}");
            assert!(damage.reason.contains("ends in the middle"), "{damage:?}");
            assert!(outcome.is_err_and(|error| error.to_string().contains("ends in the middle")));
        }
    }
}

#[test]
fn damage_in_the_middle_costs_nothing_before_it() {
    let text = ndjson(0, 6000);
    for packed in [gz(&text), zst(&text)] {
        let at = packed.len() * 3 / 4;
        let mut damaged = packed.clone();
        damaged[at..at + 64].fill(0xff);
        let (ids, rejected, outcome) = read_damaged(&damaged);
        // What lies within a block of zstd before the damage goes with it. Deflate may make something of garbage, and
        // notice by the checksum alone.
        let before = 6000 * 3 / 5;
        assert!(ids.len() > before, "{} read", ids.len());
        assert!(ids[..before].iter().enumerate().all(|(n, id)| *id == format!("f{n}")));
        let last = rejected.last().unwrap();
        let told = last.reason.contains("damaged") || last.reason.contains("may be wrong");
        assert!(last.position.starts_with("byte ") && told, "{last:?}");
        assert!(outcome.is_err());
    }
}

#[test]
fn members_before_and_behind_are_told_apart() {
    let (first, second) = (ndjson(0, 40), ndjson(40, 40));
    for pack in [gz, zst] {
        let (one, two) = (pack(&first), pack(&second));
        let (ids, rejected, outcome) = read_damaged(&[one.clone(), two.clone()].concat());
        assert!(ids.len() == 80 && rejected.is_empty() && outcome.is_ok(), "{rejected:?}");

        let cut = two.len() / 2;
        let (ids, rejected, outcome) = read_damaged(&[one.clone(), two[..cut].to_vec()].concat());
        assert!((40..80).contains(&ids.len()) && outcome.is_err(), "{}", ids.len());
        assert!(rejected[0].position.starts_with(&format!("byte {}", one.len() + cut)), "{rejected:?}");

        // What is no member behind the last one costs none of them, and is told.
        let (ids, rejected, outcome) = read_damaged(&[one.clone(), two.clone(), b"garbage".to_vec()].concat());
        assert!(ids.len() == 80 && outcome.is_ok(), "{outcome:?}");
        assert!(rejected.len() == 1 && rejected[0].reason.contains("was not read"), "{rejected:?}");
    }
    // A tape's last block is filled up with zeros.
    let (ids, rejected, outcome) = read_damaged(&[gz(&first), vec![0; 512]].concat());
    assert!(ids.len() == 40 && rejected.is_empty() && outcome.is_ok(), "{rejected:?}");
}

#[test]
fn a_wrong_checksum_is_told_and_the_next_member_is_read() {
    let mut one = gz(&ndjson(0, 40));
    let sum = one.len() - 8;
    one[sum] ^= 1;
    let (ids, rejected, outcome) = read_damaged(&[one.clone(), gz(&ndjson(40, 40))].concat());
    assert_eq!((ids.len(), rejected.len()), (80, 1));
    assert!(rejected[0].reason.contains("may be wrong") && outcome.is_err(), "{rejected:?}");

    let mut one = zst(&ndjson(0, 40));
    let sum = one.len() - 1;
    one[sum] ^= 1;
    let (ids, rejected, outcome) = read_damaged(&one);
    assert_eq!((ids.len(), rejected.len()), (40, 1));
    assert!(outcome.is_err(), "{rejected:?}");
}

#[test]
fn a_document_that_is_cut_off_keeps_the_findings_before() {
    let list = json!({"Findings": (0..200).map(|n| finding(&format!("f{n}"))).collect::<Vec<_>>()});
    for text in [list.to_string(), serde_json::to_string_pretty(&list).unwrap(), ndjson(0, 200) + &list.to_string()] {
        let mut gz = gz(&text);
        gz.truncate(gz.len() - 12);
        let (ids, rejected, outcome) = read_damaged(&gz);
        assert!(ids.len() >= 199 && outcome.is_err(), "{}", ids.len());
        assert_eq!(rejected.len(), 1, "{rejected:?}");
    }
}

#![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

use duckdb::{Connection, params_from_iter};
use proptest::prelude::*;

use super::*;
use crate::ingest::{FindingKey, Observation};
use crate::store::tests::documents::{batch, guardduty};
use crate::store::tests::in_memory;
use app::model::Named;
use std::collections::BTreeSet;

#[test]
fn the_longest_piece_without_case_is_looked_for_first() {
    for (words, piece) in [
        ("family-7 did", "-7 "),
        ("reverse shell", " "),
        ("CryptoMiner", ""),
        ("10.0.0.1", "10.0.0.1"),
        ("東京-1234", "-1234"),
        ("", ""),
    ] {
        assert_eq!(anchor(words), piece, "{words}");
    }
    let printed = |words, without: &[Listed]| in_findings(words, without).0.join(" OR ");
    assert!(!printed("10.0.0.1", &[]).contains("lower(f.title)"));
    assert!(!printed("miner", &Listed::ALL).contains("list_filter"));
}

/// What [`Look`] takes for granted of the database, for every character there is.
#[test]
fn nothing_becomes_a_sign_or_a_hexadecimal_digit_in_lower_case() {
    let database = Connection::open_in_memory().unwrap();
    let characters = "CREATE TABLE letter AS SELECT chr(code::INTEGER) AS c FROM range(1, 1114112) AS r(code)
        WHERE code NOT BETWEEN 55296 AND 57343";
    database.execute_batch(characters).unwrap();
    let count = |condition: &str| -> i64 {
        let sql = format!("SELECT count(*) FROM letter WHERE {condition}");
        database.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    // One for one, so that a piece of a text in lower case is the piece in lower case.
    assert_eq!(count("len(lower(c)) <> 1"), 0);
    assert_eq!(count(r"lower(c) <> c AND regexp_matches(lower(c), '[\x01-\x40\x5b-\x60\x7b-\x7f]')"), 0);
    assert_eq!(count("lower(c) IN ('a', 'b', 'c', 'd', 'e', 'f')"), 12);
    // Other letters have more than two forms: they may not be pieces.
    assert_eq!(count("lower(c) = 'k'"), 3);
}

/// Every column in lower case, as if nothing were known.
fn everything() -> String {
    let texts = TEXTS.into_iter().chain(["f.finding_key"]).map(|column| format!("contains(lower({column}), lower(?))"));
    let lists = Listed::ALL.map(|list| {
        format!("list_contains(list_transform({}, lambda item: contains(lower(item), lower(?))), true)", list.column())
    });
    texts.chain(lists).collect::<Vec<_>>().join(" OR ")
}

/// Texts in which cases, scripts and signs meet.
fn words(most: usize) -> impl Strategy<Value = String> {
    let letters =
        prop::sample::select(vec!["a", "B", "b", "f", "k", "K", "\u{212a}", "İ", "i", "é", "É", "ς", "Σ", "東"]);
    let signs = prop::sample::select(vec!["-", " ", "7", "0", "%", "_", "'", "\\", "?", "/"]);
    prop::collection::vec(prop_oneof![letters, signs], 0..most).prop_map(|pieces| pieces.concat())
}

fn found(database: &Connection, sql: &str, values: Vec<Value>) -> Vec<i64> {
    let mut statement = database.prepare(&format!("SELECT rowid FROM finding f WHERE {sql} ORDER BY rowid")).unwrap();
    let rows = statement.query_map(params_from_iter(values), |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn reading_less_finds_the_same() {
    let names = || prop::collection::vec(words(5), 0..3);
    let finding = (prop::array::uniform6(words(7)), any::<u128>(), prop::array::uniform4(names()));
    // As people write it, or a piece of a key.
    let needle =
        prop_oneof![4 => words(4), 1 => (0..30_usize, 1..4_usize).prop_map(|(at, length)| format!("#{at}:{length}"))];
    let config = ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() };
    let columns = TEXTS.map(|column| format!("{} VARCHAR", &column[2..])).join(", ");
    let lists = Listed::ALL.map(|list| format!("{} VARCHAR[]", &list.column()[2..])).join(", ");
    proptest::test_runner::TestRunner::new(config)
        .run(&(prop::collection::vec(finding, 1..12), needle), |(findings, needle)| {
            let database = Connection::open_in_memory().unwrap();
            database.execute_batch(&format!("CREATE TABLE finding ({columns}, finding_key VARCHAR, {lists})")).unwrap();
            for (texts, key, names) in &findings {
                let quoted = |text: &String| format!("'{}'", text.replace('\'', "''"));
                let list =
                    |names: &Vec<String>| format!("[{}]", names.iter().map(quoted).collect::<Vec<_>>().join(", "));
                let cells = texts.iter().map(quoted).chain([quoted(&FindingKey(*key).to_string())]);
                let cells: Vec<String> = cells.chain(names.iter().map(list)).collect();
                database.execute_batch(&format!("INSERT INTO finding VALUES ({})", cells.join(", "))).unwrap();
            }
            let needle = match needle.strip_prefix('#').and_then(|place| place.split_once(':')) {
                None => needle,
                Some((at, length)) => {
                    let at: usize = at.parse().unwrap();
                    let key = FindingKey(findings[0].1).to_string().to_uppercase();
                    key[at..at + length.parse::<usize>().unwrap().min(32 - at)].to_owned()
                }
            };
            let full = everything();
            let values = vec![Value::Text(needle.clone()); full.matches('?').count()];
            let (sql, narrowed) = condition(&needle, None);
            prop_assert_eq!(found(&database, &sql, narrowed), found(&database, &full, values), "{}", needle);
            Ok(())
        })
        .unwrap();
}

#[test]
fn texts_are_searched_in_these_words() {
    let few = || Among::Few("7, 18446744073709551615".to_owned());
    let way = |words, places| Way::Dictionary {
        masked: vec!["family-\u{1}".to_owned()],
        words,
        places,
        without: vec![Listed::Families],
    };
    let printed = |words, places| condition("family-7", Some(&Sought::known("family-7", way(words, places))));
    let (sql, values) =
        printed(Held { as_it_is: Among::Many, masked: few() }, Held { as_it_is: few(), masked: Among::All });
    assert_eq!(sql.matches('?').count(), values.len());
    insta::assert_snapshot!("texts_read_besides", sql);
    let alone = |as_it_is| Held { as_it_is, masked: Among::None };
    insta::assert_snapshot!("texts_alone", printed(alone(few()), alone(Among::Many)).0);
    assert_eq!(printed(Held::default(), Held::default()), ("false".to_owned(), Vec::new()));
    assert_eq!(printed(Held::default(), alone(Among::All)), ("(true)".to_owned(), Vec::new()));
    // What is known of other words says nothing of these.
    let other = Sought::known("family", way(Held::default(), Held::default()));
    assert_eq!(condition("family-7", Some(&other)), condition("family-7", None));
}

/// Texts in which identifiers of every sort stand beside words, in either case.
fn identified(most: usize) -> impl Strategy<Value = String> {
    let digits = prop::sample::select(vec!["0", "7", "a", "F", "e", "B"]);
    let run = |length: std::ops::Range<usize>| {
        prop::collection::vec(digits.clone(), length).prop_map(|digits| digits.concat())
    };
    let uuid = (run(8..9), run(4..5), run(4..5), run(4..5), run(12..13))
        .prop_map(|(one, two, three, four, five)| format!("{one}-{two}-{three}-{four}-{five}"));
    let signs =
        vec!["-", "-", " ", "/", ":", "_", "k", "K", "\u{212a}", "İ", "é", "É", "東", "\n", "\u{1}", "z", "Task"];
    let parts = prop_oneof![
        2 => run(1..7),
        2 => run(14..19),
        1 => uuid,
        5 => prop::sample::select(signs).prop_map(str::to_owned),
    ];
    prop::collection::vec(parts, 0..most).prop_map(|parts| parts.concat())
}

/// A finding with these texts.
fn telling(number: usize, texts: &[String; 6], names: &[Vec<String>; 4]) -> Observation {
    let mut told = guardduty(number, 0, 1);
    let [finding_type, control, resource, title, arn, description] = texts;
    (told.finding_type, told.title, told.arn) = (finding_type.clone(), title.clone(), arn.clone());
    (told.description, told.control) = (description.clone(), (!control.is_empty()).then(|| control.clone()));
    let [families, clusters, digests, images] = names;
    let of = &mut told.attribution;
    of.resource_id = Some(resource.clone());
    of.families = families.iter().map(|key| Named::from_key(key.clone())).collect();
    of.clusters = clusters.iter().map(|key| Named::from_key(key.clone())).collect();
    (of.image_digests, of.images) = (digests.clone(), images.clone());
    told
}

/// Every way in which a text can be looked for finds the same, whatever identifiers reach into it.
#[test]
fn the_dictionary_finds_what_reading_finds() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let names = || prop::collection::vec(identified(4), 0..3);
    let finding = (prop::array::uniform6(identified(6)), prop::array::uniform4(names()));
    // A piece of one of the texts of a finding: which finding, which text, from where, how long, in which case.
    let needle = (0..99_usize, 0..14_usize, 0..60_usize, 1..30_usize, 0..3_u8);
    let needles = prop::collection::vec(needle, 25);
    let config = ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() };
    let ways = std::cell::RefCell::new(BTreeSet::new());
    proptest::test_runner::TestRunner::new(config)
        .run(&(prop::collection::vec(finding, 1..10), needles), |(findings, needles)| {
            let store = in_memory();
            let told = findings.iter().enumerate().map(|(number, (texts, names))| telling(number, texts, names));
            let told: Vec<_> = told.collect();
            let (one, other) = told.split_at(told.len() / 2);
            runtime.block_on(store.ingest(batch(one.to_vec()))).unwrap();
            runtime.block_on(store.ingest(batch(other.to_vec()))).unwrap();
            let cut = |(finding, text, from, length, case): (usize, usize, usize, usize, u8)| {
                let (texts, names) = &findings[finding % findings.len()];
                let all: Vec<&String> = texts.iter().chain(names.iter().flatten()).collect();
                let text = all[text % all.len()];
                let words: String = text.chars().skip(from % text.chars().count().max(1)).take(length).collect();
                match case {
                    0 => words,
                    1 => words.to_lowercase(),
                    _ => words.to_uppercase(),
                }
            };
            let needles: Vec<String> = needles.into_iter().map(cut).collect();
            let compared = store.stream(move |snapshot| {
                assert!(snapshot.knows_texts());
                let mut seen = Vec::new();
                for words in needles {
                    let full = everything();
                    let values = vec![Value::Text(words.clone()); full.matches('?').count()];
                    let wanted = found(snapshot.connection(), &full, values);
                    let (read, counted) = (snapshot.without_texts(), snapshot.without_rollups());
                    for way in [snapshot, &read, &counted, &read.without_rollups()] {
                        let sought = Sought::of(way, Some(&words)).unwrap().unwrap();
                        let (sql, values) = condition(&words, Some(&sought));
                        assert_eq!(found(snapshot.connection(), &sql, values), wanted, "{words:?} by {sought:?}");
                        seen.push((sought.told(), wanted.is_empty()));
                    }
                }
                Ok(seen)
            });
            ways.borrow_mut().extend(runtime.block_on(compared).unwrap());
            Ok(())
        })
        .unwrap();
    let ways = ways.into_inner();
    for way in ["reading", "reading less", "nowhere", "as it is", "in many", "everywhere", "masked", "both"] {
        assert!(ways.iter().any(|(seen, _)| *seen == way), "{way} was not tried: {ways:?}");
    }
    assert!(ways.iter().any(|seen| *seen == ("masked", true)) && ways.contains(&("masked", false)), "{ways:?}");
}

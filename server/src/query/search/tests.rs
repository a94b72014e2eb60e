#![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

use duckdb::{Connection, params_from_iter};
use proptest::prelude::*;

use super::*;
use crate::ingest::FindingKey;

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
    let printed = |words, without: &[Listed]| condition(words, without).0;
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
            let (sql, narrowed) = condition(&needle, &[]);
            prop_assert_eq!(found(&database, &sql, narrowed), found(&database, &full, values), "{}", needle);
            Ok(())
        })
        .unwrap();
}

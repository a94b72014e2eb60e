#![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

use duckdb::{Connection, params_from_iter};
use proptest::prelude::*;

use super::sought::Identified;
use super::*;
use crate::ingest::{FindingKey, Observation};
use crate::store::is_looked_for;
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
    let texts = TEXTS.into_iter().map(|column| format!("contains(lower({column}), lower(?))"));
    let key = "(len(?) >= 8 AND starts_with(f.finding_key, lower(?)))".to_owned();
    let lists = Listed::ALL.map(|list| {
        format!("list_contains(list_transform({}, lambda item: contains(lower(item), lower(?))), true)", list.column())
    });
    texts.chain([key]).chain(lists).collect::<Vec<_>>().join(" OR ")
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
    // As people write it, or a key from its beginning or nearly so.
    let needle =
        prop_oneof![4 => words(4), 1 => (0..2_usize, 6..33_usize).prop_map(|(at, length)| format!("#{at}:{length}"))];
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
    let few = || Among::Few("7,18446744073709551615".to_owned());
    let printed = |words, places, identified| {
        let way = Way::Dictionary { words, places, identified };
        condition("family-7", Some(&Sought::known("family-7", way)))
    };
    let by_number = || Identified::Few(Conditions::default().and("f.rowid IN (7, ?)", [Value::BigInt(8)]));
    let (sql, values) = printed(Among::Many, few(), by_number());
    assert_eq!(sql.matches('?').count(), values.len());
    insta::assert_snapshot!("texts_and_identifiers", sql);
    insta::assert_snapshot!("texts_alone", printed(few(), Among::Many, Identified::None).0);
    assert_eq!(printed(Among::None, Among::None, by_number()).0, "((f.rowid IN (7, ?)))");
    assert_eq!(printed(Among::None, Among::None, Identified::None), ("false".to_owned(), Vec::new()));
    assert_eq!(printed(Among::None, Among::All, by_number()), ("(true)".to_owned(), Vec::new()));
    // What is known of other words says nothing of these.
    let way = Way::Dictionary { words: Among::None, places: Among::None, identified: Identified::None };
    assert_eq!(condition("family-7", Some(&Sought::known("family", way))), condition("family-7", None));
}

#[test]
fn a_search_is_counted_in_these_words() {
    use app::model::Dimension;
    let sql = counted_by_number(&[Dimension::Category, Dimension::Family, Dimension::Severity, Dimension::Workflow]);
    insta::assert_snapshot!("counted_by_number", sql.unwrap());
    assert_eq!(counted_by_number(&[Dimension::Category, Dimension::Image]), None, "each finding has its own images");
}

#[test]
fn keys_are_looked_for_from_their_beginning() {
    for (words, between) in [
        ("0123456", None),
        ("0123456G", None),
        ("89ABCDEF", Some((0x89ab_cdef_0000_0000, 0x89ab_cdef_ffff_ffff))),
        ("0123456789abcdef", Some((0x0123_4567_89ab_cdef, 0x0123_4567_89ab_cdef))),
        ("0123456789abcdef0123456789abcdef", Some((0x0123_4567_89ab_cdef, 0x0123_4567_89ab_cdef))),
        ("0123456789abcdef0123456789abcdef0", None),
    ] {
        assert_eq!(beginning_of_a_key(words), between, "{words}");
    }
}

/// Texts in which identifiers of every sort stand beside words, in either case.
fn identified(most: usize) -> impl Strategy<Value = String> {
    let digits = prop::sample::select(vec!["0", "7", "a", "F", "e", "B"]);
    let run = |length: std::ops::Range<usize>| {
        prop::collection::vec(digits.clone(), length).prop_map(|digits| digits.concat())
    };
    let uuid = (run(8..9), run(4..5), run(4..5), run(4..5), run(12..13))
        .prop_map(|(one, two, three, four, five)| format!("{one}-{two}-{three}-{four}-{five}"));
    // Some are those of many findings.
    let shared = vec![" 0a7f00e0b7a7f0e0b ", "/0a7f00e0-77aa-00ff-bb7e-07af0eb0a7f0/", " detector/0a7f00e0b7a7f0e0b/"];
    let signs =
        vec!["-", "-", " ", "/", ":", "_", "k", "K", "\u{212a}", "İ", "é", "É", "東", "\n", "\u{1}", "z", "Task"];
    let parts = prop_oneof![
        2 => run(1..7),
        2 => run(14..19),
        1 => uuid,
        2 => prop::sample::select(shared).prop_map(str::to_owned),
        5 => prop::sample::select(signs).prop_map(str::to_owned),
    ];
    prop::collection::vec(parts, 0..most).prop_map(|parts| parts.concat())
}

/// Every second finding was created then, the others a second before.
const LATELY: Timestamp = Timestamp::constant(1_763_000_000, 0);

/// A finding with these texts.
fn telling(number: usize, texts: &[String; 6], names: &[Vec<String>; 4]) -> Observation {
    let mut told = guardduty(number, 0, 1);
    told.created_at = Timestamp::from_second(LATELY.as_second() - i64::try_from(number % 2).unwrap()).unwrap();
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

/// Findings that have the words where they are looked for: anywhere but for the inside of identifiers.
fn looked_for(database: &Connection, words: &str) -> Vec<i64> {
    let sql = format!(
        "SELECT rowid, [{}], families || clusters || image_digests || images FROM finding f ORDER BY rowid",
        TEXTS.join(", ")
    );
    let mut statement = database.prepare(&sql).unwrap();
    let lists = |row: &duckdb::Row<'_>, column| crate::store::read_list(row, column).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, lists(row, 1), lists(row, 2)))).unwrap();
    // What is one letter here and two there in lower case can be compared by the database alone.
    let lower = |text: &String| (!text.contains('İ')).then(|| text.to_lowercase());
    let Some(words) = lower(&words.to_owned()) else { return Vec::new() };
    let has_it = |text: &String| {
        let places = text.match_indices(&words).map(|(at, _)| at..at + words.len());
        places.into_iter().any(|at| is_looked_for(text, &at))
    };
    rows.map(Result::unwrap)
        .filter(|(_, texts, names)| {
            texts.iter().filter_map(lower).any(|text| has_it(&text))
                || names.iter().filter_map(lower).any(|name| name.contains(&words))
        })
        .map(|(row, ..)| row)
        .collect()
}

/// Every way in which a text can be looked for finds what is looked for, whatever identifiers reach into it, and nothing
/// that has not the text.
#[test]
fn the_dictionary_finds_what_is_looked_for() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let names = || prop::collection::vec(identified(4), 0..3);
    let finding = (prop::array::uniform6(identified(6)), prop::array::uniform4(names()));
    // A piece of one of the texts of a finding: which finding, which text, from which word or letter, how long, in which
    // case.
    let needle = (0..99_usize, 0..14_usize, (any::<bool>(), 0..60_usize), 1..30_usize, 0..3_u8);
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
            let cut = |(finding, text, (of_a_word, from), length, case): (usize, usize, (bool, usize), usize, u8)| {
                let (texts, names) = &findings[finding % findings.len()];
                let all: Vec<&String> = texts.iter().chain(names.iter().flatten()).collect();
                let text = all[text % all.len()];
                let letters: Vec<char> = text.chars().collect();
                let begins = |at: &usize| !of_a_word || *at == 0 || !letters[at - 1].is_alphanumeric();
                let places: Vec<usize> = (0..letters.len()).filter(begins).collect();
                let from = places.get(from % places.len().max(1)).copied().unwrap_or_default();
                let words: String = letters.iter().skip(from).take(length).collect();
                match case {
                    0 => words,
                    1 => words.to_lowercase(),
                    _ => words.to_uppercase(),
                }
            };
            let mut needles: Vec<String> = needles.into_iter().map(cut).collect();
            let key = one.first().or(other.first()).unwrap().key.to_string();
            needles.extend([key[..9].to_owned(), key.to_uppercase()]);
            let compared = store.stream(move |snapshot| {
                assert!(snapshot.knows_texts());
                let mut seen = Vec::new();
                let recent = found(snapshot.connection(), "f.created_at >= ?", vec![sql_time(LATELY)]);
                for words in needles {
                    let full = everything();
                    let values = vec![Value::Text(words.clone()); full.matches('?').count()];
                    let everywhere = found(snapshot.connection(), &full, values);
                    let wanted = looked_for(snapshot.connection(), &words);
                    let (read, counted) = (snapshot.without_texts(), snapshot.without_rollups());
                    for (way, reads) in
                        [(snapshot, false), (&counted, false), (&read, true), (&read.without_rollups(), true)]
                    {
                        let sought = Sought::of(way, Some(&words), None).unwrap().unwrap();
                        let (sql, values) = condition(&words, Some(&sought));
                        let found = found(snapshot.connection(), &sql, values);
                        assert!(wanted.iter().all(|row| found.contains(row)), "{words:?} by {sought:?}");
                        assert!(found.iter().all(|row| everywhere.contains(row)), "{words:?} by {sought:?}");
                        assert!(!reads || found == everywhere, "{words:?} by {sought:?}");
                        seen.push((sought.told(), found.len() < everywhere.len()));
                        // Who asks for a time finds the same of it.
                        let lately = Sought::of(way, Some(&words), Some(LATELY)).unwrap().unwrap();
                        let (sql, values) = condition(&words, Some(&lately));
                        let found_lately = self::found(snapshot.connection(), &sql, values);
                        let of_lately =
                            |rows: Vec<i64>| rows.into_iter().filter(|row| recent.contains(row)).collect::<Vec<_>>();
                        assert!(lately.reaches(Some(LATELY)));
                        assert_eq!(of_lately(found_lately), of_lately(found), "{words:?} by {lately:?}");
                    }
                }
                Ok(seen)
            });
            ways.borrow_mut().extend(runtime.block_on(compared).unwrap());
            Ok(())
        })
        .unwrap();
    let ways = ways.into_inner();
    for way in [
        "reading",
        "reading less",
        "nowhere",
        "in few texts",
        "in many texts",
        "everywhere",
        "a few by an identifier",
        "many by an identifier",
    ] {
        assert!(ways.iter().any(|(seen, _)| *seen == way), "{way} was not tried: {ways:?}");
    }
    assert!(ways.contains(&("nowhere", true)), "the inside of no identifier was tried: {ways:?}");
}

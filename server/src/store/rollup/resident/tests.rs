//! Every transaction sees the rows it would see in the tables, or none.
#![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

use proptest::prelude::*;

use std::collections::BTreeMap;

use super::*;
use crate::store::migrate::migrate;
use duckdb::params;

/// Hours, key and findings.
type Rows = Vec<(i64, usize, i64)>;

const KEYS: [&str; 4] = ["a", "b", "c", "(none)"];

fn empty() -> Resident {
    let none = || added_up(Vec::new()).unwrap();
    let run = Run { first: 0, last: 0, days: none(), hours: none() };
    let kept = Kept {
        names: Names::default(),
        since: Since::BEGINNING,
        runs: vec![run],
        things: Things::default(),
        touched: Touched::since(0),
        newest: None,
    };
    Resident { kept: RwLock::new(Some(kept)), ..Resident::default() }
}

fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(hour * 3600).unwrap()
}

fn part() -> i8 {
    created_once() * SLICES
}

fn stage(resident: &Resident, change: u64, rows: &Rows) {
    let mut words = Words::default();
    // Other numbers than in memory.
    let severity = words.number("high");
    let categories = ["port-scan", "crypto-mining"].map(|category| words.number(category));
    let keys = KEYS.map(|key| words.number(key));
    let of = |unit, hour| {
        rows.iter().map(move |(starts, key, findings)| Moved {
            unit,
            part: part(),
            starts_at: at(starts - starts % hour),
            key: keys[*key],
            category: Some(categories[key % 2]),
            severity,
            is_open: key % 2 == 0,
            findings: *findings,
            occurrences: findings * 3,
        })
    };
    let (hours, titles) = (Hours::default(), Titles::default());
    let staged = Staged { change, words: &words, things: &[], hours: &hours, newest: None, titles: &titles };
    resident.stage(&staged, of(Unit::Day, 24).chain(of(Unit::Hour, 1)));
}

/// Findings and repetitions by key, of rows from an hour on.
fn naive<'a>(rows: impl Iterator<Item = &'a Rows>, from: Option<i64>) -> [(i64, i64); 4] {
    let mut sums = [(0, 0); 4];
    for (starts, key, findings) in rows.flatten() {
        if from.is_none_or(|from| *starts >= from) {
            sums[*key].0 += findings;
            sums[*key].1 += findings * 3;
        }
    }
    sums
}

fn told(rows: &ResidentRows<'_>, unit: Unit, from: Option<i64>) -> Option<[(i64, i64); 4]> {
    let span = (from.map(at), None);
    rows.reaches(unit, span).then(|| {
        let mut sums = [(0, 0); 4];
        for row in rows.of(unit, part(), span).flatten() {
            let key = KEYS.iter().position(|key| *key == rows.text(row.key())).unwrap();
            sums[key].0 += row.counts().findings;
            sums[key].1 += row.counts().occurrences;
        }
        sums
    })
}

fn rows() -> impl Strategy<Value = Rows> {
    prop::collection::vec((0..300 * 24_i64, 0..4_usize, prop::sample::select(vec![-2, 1, 1, 3])), 0..6)
}

proptest! {
    /// Changes in the order of time, some of which are not committed, and transactions that began at any of them.
    #[test]
    fn rows_are_those_of_the_change_that_is_seen(
        changes in prop::collection::vec((rows(), prop::bool::weighted(0.8)), 0..40), from in 0..300 * 24_i64,
    ) {
        let resident = empty();
        let mut committed: Vec<Rows> = Vec::new();
        for (rows, is_committed) in changes {
            let change = u64::try_from(committed.len()).unwrap() + 1;
            stage(&resident, change, &rows);
            // Whoever began before sees what was before, in the moment before the commit and after it.
            let before = resident.rows(change - 1);
            let seen = before.as_ref().and_then(|rows| told(rows, Unit::Day, None));
            prop_assert_eq!(seen, Some(naive(committed.iter(), None)));
            drop(before);
            if is_committed {
                committed.push(rows);
            }
        }
        let last = u64::try_from(committed.len()).unwrap();
        prop_assert!(resident.rows(last).is_some() || last == 0);
        prop_assert!(resident.rows(last + 2).is_none());
        for change in 0..=last {
            let Some(rows) = resident.rows(change) else { continue };
            let seen = || committed.iter().take(usize::try_from(change).unwrap());
            prop_assert_eq!(told(&rows, Unit::Day, None), Some(naive(seen(), None)));
            for (unit, hour) in [(Unit::Day, 24), (Unit::Hour, 1)] {
                let from = from - from % hour;
                if let Some(sums) = told(&rows, unit, Some(from)) {
                    prop_assert_eq!(sums, naive(seen(), Some(from)));
                }
            }
        }
    }
}

#[test]
fn what_is_old_is_one_row_and_the_hours_of_it_are_gone() {
    let resident = empty();
    stage(&resident, 1, &vec![(0, 0, 1), (24, 0, 1), (25, 1, 2)]);
    for change in 2..20 {
        stage(&resident, change, &vec![(300 * 24 + i64::try_from(change).unwrap(), 0, 1)]);
    }
    let rows = resident.rows(19).unwrap();
    let (day, hour) = ((Some(at(299 * 24)), None), (Some(at(24)), None));
    assert!(rows.reaches(Unit::Day, day) && rows.reaches(Unit::Hour, day));
    assert!(!rows.reaches(Unit::Day, hour) && !rows.reaches(Unit::Hour, hour));
    // All time, but not all hours, and no time that ends where days are no longer told apart.
    assert!(rows.reaches(Unit::Day, (None, None)) && !rows.reaches(Unit::Hour, (None, None)));
    assert!(!rows.reaches(Unit::Day, (None, Some(at(48)))));
    let old: Vec<_> =
        rows.of(Unit::Day, part(), (None, Some(at(200 * 24)))).flatten().map(|row| row.counts().findings).collect();
    assert_eq!(old, [2, 2]);
    assert_eq!(rows.of(Unit::Hour, part(), (None, Some(at(200 * 24)))).flatten().count(), 0);
}

#[test]
fn memory_that_is_not_what_the_tables_hold_is_noticed() {
    let mut connection = Connection::open_in_memory().unwrap();
    migrate(&mut connection).unwrap();
    let insert = |part: i8, key: &str, findings: i64| {
        let sql =
            "INSERT INTO rollup_day VALUES (?, ?, TIMESTAMP '2026-11-20', 'threat', false, NULL, 'high', true, ?, 1)";
        connection.execute(sql, params![part, key, findings]).unwrap();
    };
    insert(part(), "", 20);
    insert(part() + SLICES, "111122223333", 20);
    let resident = Resident::default();
    assert!(resident.rows(0).is_none());
    assert!(!resident.differs(&connection).unwrap(), "who asks the tables is told what they hold");
    resident.load(&connection).unwrap();
    assert!(!resident.differs(&connection).unwrap());
    // The same sums in other rows, and rows that nobody asks memory for.
    insert(part() + SLICES, "111122223333", 5);
    insert(part() + SLICES, "111122223333", -5);
    insert(rollup_part("plain", "type").unwrap() * SLICES, "Recon:EC2/Portscan", 5);
    connection.execute_batch("UPDATE rollup_day SET occurrences = 0 WHERE findings = -5 OR findings = 5").unwrap();
    assert!(!resident.differs(&connection).unwrap());
    insert(part() + SLICES, "222233334444", 1);
    assert!(resident.differs(&connection).unwrap());
    resident.load(&connection).unwrap();
    let thing =
        "INSERT INTO rollup_first VALUES (0, 'acme/web', '', 'threat', false, 1, TIMESTAMP '2026-11-20 10:00:00')";
    connection.execute_batch(thing).unwrap();
    assert!(resident.differs(&connection).unwrap());
    resident.load(&connection).unwrap();
    assert!(!resident.differs(&connection).unwrap());
}

#[test]
fn a_finding_of_the_future_makes_nothing_old() {
    let day = |day| day * 24;
    let since = |strays| Since::of_days([(day(100), 900), (day(101), 4), (day(40_000), strays)].into_iter());
    assert_eq!(since(0), Since::before(day(101)));
    assert_eq!(since(3), since(0));
    assert_eq!(since(400), Since::before(day(40_000)));
    assert_eq!(Since::of_days([].into_iter()), Since::BEGINNING);
}

#[test]
fn what_does_not_fit_is_asked_of_the_tables() {
    let resident = empty();
    stage(&resident, 1, &vec![(0, 0, i64::from(i32::MAX))]);
    assert!(resident.rows(1).is_some());
    stage(&resident, 2, &vec![(0, 0, i64::from(i32::MAX) + 1)]);
    assert!(resident.rows(2).is_none() && resident.rows(1).is_none());
}

/// Findings of things: by place and slice, how many were created at a moment.
type Found = BTreeMap<(Word, i8), BTreeMap<i64, i64>>;

fn minute(minute: i64) -> Timestamp {
    Timestamp::from_second(minute * 60).unwrap()
}

fn named((place, slice): (Word, i8)) -> Named {
    Named { part: 1, slice, place, finding_type: 7 }
}

/// What is told of a change that takes a finding of a thing away, where it has one, or adds one.
fn changed(found: &mut Found, (thing, at, is_lost): ((Word, i8), i64, bool)) -> Option<(Named, Told)> {
    let moments = found.entry(thing).or_default();
    let first = moments.keys().next().copied();
    if !is_lost {
        *moments.entry(at).or_default() += 1;
        return Some((named(thing), Told::More { findings: 1, gained: Some(minute(at)) }));
    }
    let lost = *moments.range(at..).next()?.0;
    *moments.get_mut(&lost).unwrap() -= 1;
    moments.retain(|_, count| *count > 0);
    let whole = moments.first_key_value().map(|(first, _)| (moments.values().sum(), minute(*first)));
    let told = if first == Some(lost) { Told::Whole(whole) } else { Told::More { findings: -1, gained: None } };
    Some((named(thing), told))
}

/// Things of some slices that began since a moment.
fn begun_of(found: &Found, slices: &[i8], from: i64) -> Vec<(Word, i64, i64)> {
    let mut things: BTreeMap<Word, Vec<(i64, i64)>> = BTreeMap::new();
    for ((place, slice), moments) in found {
        if slices.contains(slice) {
            things.entry(*place).or_default().extend(moments.iter().map(|(at, count)| (*at, *count)));
        }
    }
    let told = things.into_iter().filter_map(|(place, moments)| {
        let first = moments.iter().map(|(at, _)| *at).min().filter(|first| *first >= from)?;
        Some((place, moments.iter().map(|(_, count)| count).sum(), first))
    });
    told.collect()
}

proptest! {
    /// The same of things, which may lose what they began with.
    #[test]
    fn things_are_those_of_the_change_that_is_seen(
        changes in prop::collection::vec(
            (
                prop::collection::vec((((0..3_u32), (0..3_i8)), 0..30_i64, prop::bool::weighted(0.4)), 0..5),
                prop::bool::weighted(0.8),
            ),
            0..40,
        ),
        from in 0..30_i64,
    ) {
        let mut things = Things::default();
        let mut seen = vec![Found::new()];
        for (changes, is_committed) in changes {
            let mut found = seen.last().unwrap().clone();
            let mut told = HashMap::new();
            for change in changes {
                // A change tells each thing once.
                if !told.contains_key(&named(change.0)) {
                    told.extend(changed(&mut found, change));
                }
            }
            let change = u64::try_from(seen.len()).unwrap();
            things.stage(change, told.into_iter());
            prop_assert!(things.tell(change) && things.tell(change - 1));
            if is_committed {
                seen.push(found);
            } else {
                let mut before: Vec<_> = things.begun(change - 1, 1, &[0, 1, 2], minute(0));
                before.sort_by_key(|thing| thing.place);
                let before: Vec<_> = before.iter().map(|thing| thing.place).collect();
                let expected = begun_of(seen.last().unwrap(), &[0, 1, 2], 0);
                prop_assert_eq!(before, expected.iter().map(|(place, ..)| *place).collect::<Vec<_>>());
            }
        }
        let last = u64::try_from(seen.len()).unwrap() - 1;
        for (change, found) in (0..).zip(&seen).filter(|(change, _)| things.tell(*change)) {
            for slices in [&[0][..], &[1, 0], &[0, 1, 2]] {
                let mut begun: Vec<_> = things.begun(change, 1, slices, minute(from)).into_iter().collect();
                begun.sort_by_key(|thing| thing.place);
                let begun = begun.iter().map(|thing| (thing.place, thing.findings, thing.first_at.as_second() / 60));
                prop_assert_eq!(begun.collect::<Vec<_>>(), begun_of(found, slices, from));
            }
            prop_assert!(things.begun(change, 0, &[0, 1, 2], minute(0)).is_empty());
        }
        prop_assert!(things.tell(last) && !things.tell(last + 2));
    }
}

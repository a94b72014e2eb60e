//! Since when there are findings of a thing, such as a type in a task family: what began lately is news.
//!
//! A sum is kept by adding, an earliest moment is not: when a thing loses the finding it began with, it is counted anew.
//! That happens when a document tells another type or place than the one before, so seldom that reading every finding
//! for it is cheaper than keeping more.

use std::collections::{BTreeMap, HashMap};

use duckdb::{Connection, params};
use jiff::Timestamp;

use super::resident::{Named, Told};
use super::{Facts, Word, Words};
use crate::store::StoreError;
use crate::store::staging::fill;
use crate::store::values::{read_optional_time, sql_optional_time, sql_time};

const RECOUNT: &str = include_str!("../sql/rollup_first_recount.sql");
const LOST: &str = include_str!("../sql/rollup_first_lost.sql");
const ANEW: &str = include_str!("../sql/rollup_first_anew.sql");
const DIFFERENCES: &str = include_str!("../sql/rollup_first_differences.sql");

/// Things in the order of `part`: their name, the list of a finding that has their places, and its type where a type in a
/// place is the thing.
const PARTS: [(&str, &str, &str); 4] = [
    ("family", "families", "''"),
    ("type-in-family", "families", "f.type"),
    ("type-in-cluster", "clusters", "f.type"),
    ("image-digest", "image_digests", "''"),
];

/// The number of a thing's part in `rollup_first`.
pub fn thing_part(name: &str) -> Option<i8> {
    let index = PARTS.iter().position(|(part, ..)| *part == name)?;
    i8::try_from(index).ok()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Thing {
    part: i8,
    place: Word,
    finding_type: Word,
    kind: Word,
    sample: bool,
    /// Kind and sample in one.
    slice: i8,
}

impl Thing {
    fn named(&self) -> Named {
        let Self { part, slice, place, finding_type, .. } = *self;
        Named { part, slice, place, finding_type }
    }
}

/// What a change of findings moves: by thing, how many findings more or fewer were created at a moment.
#[derive(Default)]
pub(super) struct Things(HashMap<Thing, BTreeMap<Timestamp, i64>>);

impl Things {
    /// `none` is the key of no place, `nothing` the empty text.
    pub(super) fn add(&mut self, facts: &Facts, none: Word, nothing: Word, sign: i64) {
        let places = |dimension: &'static str| {
            let places = facts.places.iter().filter(move |(name, key)| *name == dimension && *key != none);
            places.map(|(_, key)| *key)
        };
        let of_type = facts.finding_type;
        let families =
            places("family").flat_map(|place| [("family", place, nothing), ("type-in-family", place, of_type)]);
        let clusters = places("cluster").map(|place| ("type-in-cluster", place, of_type));
        let digests = facts.digests.iter().map(|digest| ("image-digest", *digest, nothing));
        for (name, place, finding_type) in families.chain(clusters).chain(digests) {
            let part = thing_part(name).expect("these are parts");
            let (kind, sample, slice) = (facts.look.kind, facts.look.sample, facts.slice);
            let thing = Thing { part, place, finding_type, kind, sample, slice };
            *self.0.entry(thing).or_default().entry(facts.created_at).or_default() += sign;
        }
    }

    /// Leaves out what comes to nothing.
    pub(super) fn settle(&mut self) {
        for counts in self.0.values_mut() {
            counts.retain(|_, count| *count != 0);
        }
        self.0.retain(|_, counts| !counts.is_empty());
    }

    /// Writes what was [settled](Self::settle), once the findings have been merged, and tells what became of each thing.
    pub(super) fn append(&self, transaction: &Connection, words: &Words) -> Result<Vec<(Named, Told)>, StoreError> {
        let mut told = HashMap::with_capacity(self.0.len());
        let mut lost = Vec::new();
        let mut rows = transaction.appender("rollup_first")?;
        for (thing, counts) in &self.0 {
            let Thing { part, place, finding_type, kind, sample, .. } = thing;
            let first =
                |is_wanted: fn(i64) -> bool| counts.iter().find(|(_, count)| is_wanted(**count)).map(|(at, _)| *at);
            let gained = first(|count| count > 0);
            let findings: i64 = counts.values().sum();
            let (place, finding_type, kind) = (words.text(*place), words.text(*finding_type), words.text(*kind));
            rows.append_row(params![part, place, finding_type, kind, sample, findings, sql_optional_time(gained)])?;
            told.insert(thing.named(), Told::More { findings, gained });
            lost.extend(first(|count| count < 0).map(|at| (thing, at)));
        }
        rows.flush()?;
        if !lost.is_empty() {
            told.extend(count_anew(transaction, words, &lost)?);
        }
        Ok(told.into_iter().collect())
    }
}

/// Counts those things anew that began when they lost a finding, and tells what they are now.
fn count_anew(
    transaction: &Connection,
    words: &Words,
    lost: &[(&Thing, Timestamp)],
) -> Result<Vec<(Named, Told)>, StoreError> {
    fill(transaction, "staged_thing", |rows| {
        for (number, (Thing { part, place, finding_type, kind, sample, .. }, at)) in (0_u64..).zip(lost) {
            let (place, finding_type, kind) = (words.text(*place), words.text(*finding_type), words.text(*kind));
            rows.append_row(params![number, part, place, finding_type, kind, sample, sql_time(*at)])?;
        }
        Ok(())
    })?;
    transaction.execute_batch(LOST)?;
    let mut statement = transaction.prepare("SELECT DISTINCT part FROM staged_thing")?;
    let parts = statement.query_map([], |row| row.get::<_, usize>(0))?.collect::<Result<Vec<_>, _>>()?;
    for part in parts {
        transaction.execute_batch(&format!(
            "INSERT INTO rollup_first SELECT counted.* FROM ({}) AS counted SEMI JOIN staged_thing USING (part, place, type, kind, sample)",
            recount_of(part)
        ))?;
    }
    let mut statement = transaction.prepare(ANEW)?;
    let mut rows = statement.query([])?;
    let mut anew = Vec::new();
    while let Some(row) = rows.next()? {
        let (thing, _) = lost[row.get::<_, usize>(0)?];
        let first_at = read_optional_time(row, 2)?;
        let findings: i64 = row.get(1)?;
        anew.push((thing.named(), Told::Whole(first_at.map(|first_at| (findings, first_at)))));
    }
    Ok(anew)
}

fn recount_of(part: usize) -> String {
    let (_, places, finding_type) = PARTS[part];
    RECOUNT.replace("{part}", &part.to_string()).replace("{places}", places).replace("{type}", finding_type)
}

/// Counts everything anew.
pub(super) fn recount(transaction: &Connection) -> Result<(), StoreError> {
    transaction.execute_batch("DELETE FROM rollup_first")?;
    (0..PARTS.len())
        .try_for_each(|part| Ok(transaction.execute_batch(&format!("INSERT INTO rollup_first {}", recount_of(part)))?))
}

/// Things that are not what counting gives, by part; nothing when all is well.
pub(super) fn differences(connection: &Connection) -> Result<Vec<(String, i64)>, StoreError> {
    let mut found = Vec::new();
    for (part, (name, ..)) in PARTS.iter().enumerate() {
        let compare = DIFFERENCES.replace("{part}", &part.to_string()).replace("{recount}", &recount_of(part));
        let different: i64 = connection.query_row(&compare, [], |row| row.get(0))?;
        if different > 0 {
            found.push((format!("first seen by {name}"), different));
        }
    }
    Ok(found)
}

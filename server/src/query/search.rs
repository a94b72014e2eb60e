//! Free text: where it is looked for, and what need not be read to find it.
//!
//! Texts of findings repeat themselves but for identifiers. The store keeps each different one once with its identifiers
//! masked, and every finding has the numbers of its two and the beginnings of its identifiers
//! ([`heads_in`](crate::store::heads_in)). So a text is looked for in thousands of texts, and findings are told by
//! numbers. Where a text shows an identifier, whole or from its beginning, findings that have one with that beginning are
//! read besides: few have. A text is therefore found wherever it stands, but for the inside of identifiers: nobody who
//! looks for `443` means the findings whose task has these digits somewhere in its id.
//!
//! Until the store has read all texts every search reads the findings, and so does one for a sign that only masked texts
//! have. That finds the inside of identifiers too. Each question reads as little as can be, and still finds exactly what
//! reading everything would find:
//!
//! * A key of a finding is made of hexadecimal digits, and no other text can be the beginning of one.
//! * What has no case, such as digits, signs and blanks, is the same in both cases. The longest piece of the text that is
//!   made of it is looked for first, in the words as they are written; only what has it is read in lower case, which takes
//!   longer than reading.
//! * Rollups know every family, cluster and image digest. Where none of them has the text, no finding need be asked for
//!   its own.

mod sought;

use std::collections::HashMap;

use app::model::{Counts, Dimension};
use duckdb::types::Value;
use jiff::Timestamp;

use super::QueryError;
use super::compile::{Conditions, all_in_window, in_window, key_of};
use super::counts::most_first;
use super::dictionary::{Part, filled};
use super::spec::Spec;
use crate::store::{Snapshot, read_optional_time, sql_time, thing_part};
pub use sought::Sought;
use sought::{Among, Way};

/// Columns of one text each, in the order they are read: those that repeat themselves most are read fastest.
const TEXTS: [&str; 6] = ["f.type", "f.control", "f.resource_id", "f.title", "f.arn", "f.description"];

/// A column of several names. A text is found in one of them: what would lie across two is no text that anybody wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    Families,
    Clusters,
    ImageDigests,
    Images,
}

impl Listed {
    const ALL: [Self; 4] = [Self::Families, Self::Clusters, Self::ImageDigests, Self::Images];

    const fn column(self) -> &'static str {
        match self {
            Self::Families => "f.families",
            Self::Clusters => "f.clusters",
            Self::ImageDigests => "f.image_digests",
            Self::Images => "f.images",
        }
    }

    /// The part of the rollups that has each of its names; `None`: there is none.
    fn part(self) -> Option<i8> {
        match self {
            Self::Families => thing_part("family"),
            Self::Clusters => thing_part("type-in-cluster"),
            Self::ImageDigests => thing_part("image-digest"),
            Self::Images => None,
        }
    }
}

/// The same question, knowing how its text is looked for in findings created since a moment, or in all.
pub fn looked_at(snapshot: &Snapshot<'_>, spec: Spec, since: Option<Timestamp>) -> Result<Spec, QueryError> {
    let sought = Sought::of(snapshot, spec.filter.text.as_deref(), since)?;
    Ok(Spec { sought, ..spec })
}

/// What a search found by looking once.
pub struct Found {
    pub findings: i64,
    /// Those that belong to an attack sequence.
    pub members: i64,
    /// They lead to the same findings: by number where they are few, else by searching again.
    pub conditions: Conditions,
    /// When the first and the last of them were created; `None`: there are none.
    created: Option<(Timestamp, Timestamp)>,
}

/// A page is looked for in a time that should hold so many.
const AMPLE: i64 = if cfg!(test) { 2 } else { 8 };

impl Found {
    /// When the last of them was created.
    pub fn newest(&self) -> Option<Timestamp> {
        self.created.map(|(_, last)| last)
    }

    /// A time before `until` that should hold `rows` of many findings several times over, if they come steadily; `None`:
    /// looking there would not save much.
    pub fn recent(&self, until: Timestamp, rows: u32) -> Option<Timestamp> {
        let (first, last) = self.created?;
        let pages = self.findings / (i64::from(rows) * AMPLE).max(1);
        let length = last.duration_since(first).checked_div(i32::try_from(pages).ok()?)?;
        (pages > 1).then(|| until.checked_sub(length).unwrap_or(Timestamp::MIN))
    }
}

/// Searches the window. Of at most `most` findings the numbers are remembered: they are good in this snapshot.
pub fn found(snapshot: &Snapshot<'_>, spec: &Spec, most: u32) -> Result<Found, QueryError> {
    found_by(snapshot, in_window(spec), most)
}

fn found_by(snapshot: &Snapshot<'_>, conditions: Conditions, most: u32) -> Result<Found, QueryError> {
    let sql = include_str!("sql/search_found.sql").replace("{most}", &most.to_string());
    let sql = sql.replace("{conditions}", &conditions.sql());
    let (findings, members, between, numbers) = snapshot.row(&sql, conditions.values.iter().cloned(), |row| {
        let between = [read_optional_time(row, 2)?, read_optional_time(row, 3)?];
        Ok::<_, QueryError>((row.get(0)?, row.get(1)?, between, row.get::<_, Option<String>>(4)?))
    })?;
    let created = match between {
        [Some(first), Some(last)] => Some((first, last)),
        _ => None,
    };
    let (Some((first, last)), Some(numbers)) = (created, numbers) else {
        return Ok(Found { findings, members, conditions, created });
    };
    let numbered = include_str!("sql/search_numbered.sql").trim_end().replace("{numbers}", &numbers);
    let conditions = Conditions::default().and(&numbered, [sql_time(first), sql_time(last)]);
    Ok(Found { findings, members, conditions, created })
}

/// Findings of a search, all and by the keys of some dimensions.
pub struct Counted {
    pub total: Counts,
    by: HashMap<String, HashMap<String, Counts>>,
}

impl Counted {
    /// Rows with the most findings first.
    pub fn take(&mut self, by: Dimension) -> Vec<(String, Counts)> {
        most_first(self.by.remove(by.as_str()).unwrap_or_default())
    }
}

/// Counts what a search finds in several ways by looking once.
pub fn counted(snapshot: &Snapshot<'_>, spec: &Spec, by: &[Dimension]) -> Result<Counted, QueryError> {
    let conditions = all_in_window(snapshot, spec);
    let numbered = Some(by).filter(|_| snapshot.knows_texts()).and_then(counted_by_number);
    let sql = numbered.unwrap_or_else(|| counted_one_by_one(by)).replace("{conditions}", &conditions.sql());
    let mut counted = Counted { total: Counts::default(), by: HashMap::new() };
    snapshot.rows(&sql, conditions.values, |row| {
        let (dimension, key): (String, String) = (row.get(0)?, row.get(1)?);
        let counts = Counts { findings: row.get(2)?, occurrences: row.get(3)? };
        if dimension.is_empty() {
            counted.total = counts;
        } else {
            counted.by.entry(dimension).or_default().insert(key, counts);
        }
        Ok::<_, QueryError>(())
    })?;
    Ok(counted)
}

fn counted_one_by_one(by: &[Dimension]) -> String {
    let part = include_str!("sql/search_counted_by.sql");
    let parts = by.iter().map(|by| part.replace("{dimension}", by.as_str()).replace("{key}", key_of(*by)));
    std::iter::once(include_str!("sql/search_counted.sql").to_owned()).chain(parts).collect()
}

/// The same by the numbers of the dictionary; `None`: it does not have one of the dimensions.
fn counted_by_number(by: &[Dimension]) -> Option<String> {
    let mut sql = include_str!("sql/search_counted_numbered.sql").to_owned();
    for by in by {
        // The bits of what is not grouped by.
        let (way, part) = match (Part::of(*by), by) {
            (Some(Part::What), _) => (0b0111, Some(Part::What)),
            (Some(Part::Where), _) => (0b1011, Some(Part::Where)),
            (None, Dimension::Severity) => (0b1101, None),
            (None, Dimension::Workflow) => (0b1110, None),
            _ => return None,
        };
        let counted = match part {
            Some(part) => filled(include_str!("sql/search_counted_numbered_by.sql"), part, *by),
            None => include_str!("sql/search_counted_own_by.sql").replace("{key}", key_of(*by)),
        };
        sql += &counted.replace("{dimension}", by.as_str()).replace("{way}", &way.to_string());
    }
    Some(sql)
}

/// The condition that `words` stand somewhere in a finding, whatever their case, with its values in order. What is not known
/// of them is read.
pub(super) fn condition(words: &str, sought: Option<&Sought>) -> (String, Vec<Value>) {
    let (parts, values) = match sought.and_then(|sought| sought.way_of(words)) {
        Some(Way::Dictionary { words: Among::All, .. } | Way::Dictionary { places: Among::All, .. }) => {
            (vec!["true".to_owned()], Vec::new())
        }
        Some(Way::Dictionary { words: in_words, places, identified }) => {
            let (mut parts, mut values) = among_texts(words, [in_words, places]);
            if let Some(identified) = identified.conditions() {
                parts.push(format!("({})", identified.sql()));
                values.extend(identified.values.iter().cloned());
            }
            (parts, values)
        }
        Some(Way::Reading { without }) => in_findings(words, without),
        None => in_findings(words, &[]),
    };
    match parts.as_slice() {
        [] => ("false".to_owned(), values),
        parts => (format!("({})", parts.join("\n    OR ")), values),
    }
}

type Parts = (Vec<String>, Vec<Value>);

/// Findings are told by the numbers of texts that have the words. Known numbers are one text that is cut: written one by one
/// they are compared one by one.
fn among_texts(words: &str, [in_words, in_places]: [&Among; 2]) -> Parts {
    let (mut parts, mut values) = (Vec::new(), Vec::new());
    for (among, column, sort) in [(in_words, "f.words_id", "NOT places"), (in_places, "f.places_id", "places")] {
        match among {
            Among::None => {}
            Among::Few(numbers) => {
                parts.push(format!("{column} IN (SELECT unnest(string_split('{numbers}', ',')::UBIGINT[]))"));
            }
            Among::Many | Among::All => {
                parts.push(format!(
                    "{column} IN (SELECT text_id FROM search_text WHERE {sort} AND contains(text, lower(?)))"
                ));
                values.push(Value::Text(words.to_owned()));
            }
        }
    }
    (parts, values)
}

/// Every finding is read, but for lists that are known to be without the words.
fn in_findings(words: &str, without: &[Listed]) -> Parts {
    let look = Look::of(words);
    let (mut parts, mut values) = in_texts(&look);
    let (lists, more) = in_lists(&look, without);
    parts.extend(lists);
    values.extend(more);
    if beginning_of_a_key(words).is_some() {
        parts.insert(0, "starts_with(f.finding_key, lower(?))".to_owned());
        values.insert(0, Value::Text(words.to_owned()));
    }
    (parts, values)
}

fn in_texts(look: &Look<'_>) -> Parts {
    let parts: Vec<String> = TEXTS.into_iter().map(|column| look.within(column)).collect();
    let values = parts.iter().flat_map(|_| look.values()).collect();
    (parts, values)
}

fn in_lists(look: &Look<'_>, without: &[Listed]) -> Parts {
    let item = look.within_item();
    let lists = Listed::ALL.into_iter().filter(|list| !without.contains(list));
    let within = |list: Listed| format!("len(list_filter({}, lambda item: {item})) > 0", list.column());
    let parts: Vec<String> = lists.map(within).collect();
    let values = parts.iter().flat_map(|_| look.values()).collect();
    (parts, values)
}

/// Between which numbers `key_head` is of findings whose key begins with the words. Keys are 32 hexadecimal digits in lower
/// case ([`FindingKey`](crate::ingest::FindingKey)), and are looked for from their beginning like other identifiers.
fn beginning_of_a_key(words: &str) -> Option<(u64, u64)> {
    if !(8..=32).contains(&words.len()) || !words.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let digits = &words[..words.len().min(16)];
    let bits = 4 * (16 - digits.len());
    let first = u64::from_str_radix(digits, 16).ok()? << bits;
    Some((first, first | ((1 << bits) - 1)))
}

/// How a text is looked for in another.
enum Look<'a> {
    /// It has no case: as it is.
    Plain(&'a str),
    /// A piece without case first.
    Anchored { anchor: &'a str, words: &'a str },
    /// In lower case, both.
    Folded(&'a str),
}

impl<'a> Look<'a> {
    fn of(words: &'a str) -> Self {
        match anchor(words) {
            "" if !words.is_empty() => Self::Folded(words),
            anchor if anchor.len() == words.len() => Self::Plain(words),
            anchor => Self::Anchored { anchor, words },
        }
    }

    fn within(&self, column: &str) -> String {
        match self {
            Self::Plain(_) => format!("contains({column}, ?)"),
            Self::Anchored { .. } => format!("(contains({column}, ?) AND contains(lower({column}), lower(?)))"),
            Self::Folded(_) => format!("contains(lower({column}), lower(?))"),
        }
    }

    /// The same for what the elements of a list are called. In there the database computes both sides of an AND.
    fn within_item(&self) -> String {
        match self {
            Self::Plain(_) | Self::Folded(_) => self.within("item"),
            Self::Anchored { .. } => {
                "CASE WHEN contains(item, ?) THEN contains(lower(item), lower(?)) ELSE false END".to_owned()
            }
        }
    }

    fn values(&self) -> impl Iterator<Item = Value> {
        let values = match *self {
            Self::Plain(words) | Self::Folded(words) => [Some(words), None],
            Self::Anchored { anchor, words } => [Some(anchor), Some(words)],
        };
        values.into_iter().flatten().map(|text| Value::Text(text.to_owned()))
    }
}

/// The longest piece that is the same in both cases and the lower case of nothing else: of ASCII, all but letters.
fn anchor(words: &str) -> &str {
    let pieces = words.split(|letter: char| !letter.is_ascii() || letter.is_ascii_alphabetic());
    pieces.max_by_key(|piece| piece.len()).unwrap_or_default()
}

#[cfg(test)]
mod tests;

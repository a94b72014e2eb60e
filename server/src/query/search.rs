//! Free text: where it is looked for, and what need not be read to find it.
//!
//! Texts of findings repeat themselves but for identifiers. The store keeps each different one once with its identifiers
//! masked ([`as_masked`](crate::store::as_masked)), and every finding has the numbers of its two. So a text is looked for
//! in thousands of texts, and findings are told by numbers. Only where an identifier may have a part of the text are those
//! findings read that have such texts.
//!
//! Some texts can be told by reading alone, such as a few digits that may be in any identifier, and until the store has
//! read all texts every one is. Then each question reads as little as can be, and still finds exactly what reading
//! everything would find:
//!
//! * A key of a finding is made of hexadecimal digits, and no other text can be part of one.
//! * What has no case, such as digits, signs and blanks, is the same in both cases. The longest piece of the text that is
//!   made of it is looked for first, in the words as they are written; only what has it is read in lower case, which takes
//!   longer than reading.
//! * Rollups know every family, cluster and image digest. Where none of them has the text, no finding need be asked for
//!   its own.

mod sought;

use std::collections::HashMap;

use app::model::{Counts, Dimension};
use duckdb::types::Value;

use super::QueryError;
use super::compile::{Conditions, in_window, key_of};
use super::counts::most_first;
use super::spec::Spec;
use crate::store::{Snapshot, read_optional_time, sql_time, thing_part};
pub use sought::Sought;
use sought::{Among, Held, Way, any_of};

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

/// The same question, knowing how its text is looked for.
pub fn looked_at(snapshot: &Snapshot<'_>, spec: Spec) -> Result<Spec, QueryError> {
    let sought = Sought::of(snapshot, spec.filter.text.as_deref())?;
    Ok(Spec { sought, ..spec })
}

/// What a search found by looking once.
pub struct Found {
    pub findings: i64,
    /// They lead to the same findings: by number where they are few, else by searching again.
    pub conditions: Conditions,
}

/// Searches the window. Of at most `most` findings the numbers are remembered: they are good in this snapshot.
pub fn found(snapshot: &Snapshot<'_>, spec: &Spec, most: u32) -> Result<Found, QueryError> {
    let conditions = in_window(spec);
    let sql = include_str!("sql/search_found.sql").replace("{most}", &most.to_string());
    let sql = sql.replace("{conditions}", &conditions.sql());
    let (findings, between, numbers) = snapshot.row(&sql, conditions.values.iter().cloned(), |row| {
        let between = [read_optional_time(row, 1)?, read_optional_time(row, 2)?];
        Ok::<_, QueryError>((row.get(0)?, between, row.get::<_, Option<String>>(3)?))
    })?;
    let ([Some(first), Some(last)], Some(numbers)) = (between, numbers) else {
        return Ok(Found { findings, conditions });
    };
    let numbered = include_str!("sql/search_numbered.sql").trim_end().replace("{numbers}", &numbers);
    Ok(Found { findings, conditions: Conditions::default().and(&numbered, [sql_time(first), sql_time(last)]) })
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
    let conditions = in_window(spec);
    let mut sql = include_str!("sql/search_counted.sql").replace("{conditions}", &conditions.sql());
    for dimension in by {
        let part = include_str!("sql/search_counted_by.sql");
        sql += &part.replace("{dimension}", dimension.as_str()).replace("{key}", key_of(*dimension));
    }
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

/// The condition that `words` stand somewhere in a finding, whatever their case, with its values in order. What is not known
/// of them is read.
pub(super) fn condition(words: &str, sought: Option<&Sought>) -> (String, Vec<Value>) {
    let (parts, values) = match sought.and_then(|sought| sought.way_of(words)) {
        Some(Way::Dictionary { masked, words: in_words, places, without }) => {
            among_texts(words, masked, [in_words, places], without)
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

/// Findings are told by the numbers of texts that have the words. Where an identifier may have a part of them, the finding
/// is read besides.
fn among_texts(words: &str, masked: &[String], [in_words, in_places]: [&Held; 2], without: &[Listed]) -> Parts {
    if [in_words, in_places].iter().any(|held| held.as_it_is == Among::All) {
        return (vec!["true".to_owned()], Vec::new());
    }
    let (mut parts, mut values) = (Vec::new(), Vec::new());
    let as_it_is = [words.to_owned()];
    for (held, column, sort) in [(in_words, "f.words_id", "NOT places"), (in_places, "f.places_id", "places")] {
        if let Some((told, texts)) = numbers(&held.as_it_is, &as_it_is, sort) {
            parts.push(format!("{column} IN ({told})"));
            values.extend(texts);
        }
        if let Some((told, texts)) = numbers(&held.masked, masked, sort) {
            let look = Look::of(words);
            let (read, more) = if sort == "places" { in_lists(&look, without) } else { in_texts(&look) };
            parts.push(format!("({column} IN ({told}) AND ({}))", read.join("\n    OR ")));
            values.extend(texts.into_iter().chain(more));
        }
    }
    (parts, values)
}

/// What selects the numbers of texts that have one of these, with its values; `None`: there are none. Even where numbers are
/// known the dictionary is asked for them: of a table the database knows what to look for before it joins.
fn numbers(among: &Among, texts: &[String], sort: &str) -> Option<(String, Vec<Value>)> {
    let select = "SELECT text_id FROM search_text WHERE";
    match among {
        Among::None => None,
        Among::Few(numbers) => Some((format!("{select} text_id IN ({numbers})"), Vec::new())),
        Among::Many | Among::All => {
            let values = texts.iter().map(|text| Value::Text(text.clone())).collect();
            Some((format!("{select} {sort} AND ({})", any_of(texts.len())), values))
        }
    }
}

/// Every finding is read, but for lists that are known to be without the words.
fn in_findings(words: &str, without: &[Listed]) -> Parts {
    let look = Look::of(words);
    let (mut parts, mut values) = in_texts(&look);
    let (lists, more) = in_lists(&look, without);
    parts.extend(lists);
    values.extend(more);
    if is_part_of_a_key(words) {
        parts.insert(0, "contains(f.finding_key, lower(?))".to_owned());
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

/// Keys are 32 hexadecimal digits in lower case ([`FindingKey`](crate::ingest::FindingKey)).
fn is_part_of_a_key(words: &str) -> bool {
    words.len() <= 32 && words.bytes().all(|byte| byte.is_ascii_hexdigit())
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

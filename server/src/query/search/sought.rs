//! How a text is looked for: among the different texts of all findings and by their identifiers, or in the findings.
//!
//! Found out once for a moment of the database, because every statement of a page looks for the same text.

use std::sync::Arc;

use duckdb::types::Value;
use jiff::Timestamp;

use super::{Listed, beginning_of_a_key, found_by, in_findings};
use crate::query::QueryError;
use crate::query::compile::Conditions;
use crate::store::{IDENTIFIER_COLUMNS, Snapshot, heads_in, sql_time};

/// A text that is looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Sought {
    words: String,
    /// Nothing is known of findings created before; `None`: everything is known.
    since: Option<Timestamp>,
    pub(super) way: Way,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Way {
    /// In the findings, but for lists known to hold no name with it.
    Reading { without: Vec<Listed> },
    /// In the dictionary of texts, and in findings with an identifier that begins as the words show it.
    Dictionary { words: Among, places: Among, identified: Identified },
}

/// Of so many texts the numbers are told to every statement of a page; of more it takes longer to read the numbers than to
/// look for the text again.
const MOST_TEXTS: u32 = if cfg!(test) { 3 } else { 12_000 };
/// So many findings with an identifier are told by their numbers.
const MOST_NUMBERS: u32 = if cfg!(test) { 3 } else { 500 };

/// Which texts of one sort have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Among {
    #[default]
    None,
    /// Texts of these numbers, separated by commas.
    Few(String),
    Many,
    All,
}

/// Which findings have it by an identifier. They were read, or are to be.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Identified {
    #[default]
    None,
    Few(Conditions),
    Many(Conditions),
}

impl Identified {
    pub(super) fn conditions(&self) -> Option<&Conditions> {
        match self {
            Self::None => None,
            Self::Few(conditions) | Self::Many(conditions) => Some(conditions),
        }
    }
}

impl Among {
    fn of((found, all): (i64, i64), numbers: Option<String>) -> Self {
        match numbers {
            _ if found == 0 => Self::None,
            _ if found == all => Self::All,
            Some(numbers) => Self::Few(numbers),
            None => Self::Many,
        }
    }
}

impl Sought {
    /// How to look for a text in findings created since a moment, or in all. `None`: the filter looks for no text.
    pub fn of(
        snapshot: &Snapshot<'_>,
        words: Option<&str>,
        since: Option<Timestamp>,
    ) -> Result<Option<Arc<Self>>, QueryError> {
        let Some(words) = words else { return Ok(None) };
        let (knows_texts, rolled_up) = (snapshot.knows_texts(), snapshot.rolled_up());
        let heads = heads_in(words).filter(|_| knows_texts);
        let candidates = heads.as_deref().map(|heads| with_heads(words, heads));
        // Only what is found by an identifier depends on the time.
        let since = since.filter(|_| candidates.as_ref().is_some_and(|candidates| !candidates.is_empty()));
        let name = format!("search {knows_texts} {rolled_up} {since:?} {words}");
        if let Some(known) = snapshot.remembered::<Arc<Self>>(&name) {
            return Ok(Some(Arc::clone(&known)));
        }
        let way = match candidates {
            Some(candidates) => in_dictionary(snapshot, words, &candidates, since)?,
            None => Way::Reading { without: without(snapshot, words)? },
        };
        let sought = Arc::new(Self { words: words.to_owned(), since, way });
        Ok(Some(Arc::clone(&snapshot.remember(name, sought))))
    }

    /// Whether it tells of findings created since a moment; `None`: of all.
    pub fn reaches(&self, from: Option<Timestamp>) -> bool {
        self.since.is_none_or(|since| from.is_some_and(|from| from >= since))
    }

    #[cfg(test)]
    pub(super) fn known(words: &str, way: Way) -> Self {
        Self { words: words.to_owned(), since: None, way }
    }

    /// The way in a word.
    #[cfg(test)]
    pub(super) fn told(&self) -> &'static str {
        match &self.way {
            Way::Reading { without } if without.is_empty() => "reading",
            Way::Reading { .. } => "reading less",
            Way::Dictionary { words: Among::All, .. } | Way::Dictionary { places: Among::All, .. } => "everywhere",
            Way::Dictionary { identified: Identified::Few(_), .. } => "a few by an identifier",
            Way::Dictionary { identified: Identified::Many(_), .. } => "many by an identifier",
            Way::Dictionary { words: Among::None, places: Among::None, .. } => "nowhere",
            Way::Dictionary { words: Among::Many, .. } => "in many texts",
            Way::Dictionary { .. } => "in few texts",
        }
    }

    /// What is known of these words.
    pub(super) fn way_of(&self, words: &str) -> Option<&Way> {
        (self.words == words).then_some(&self.way)
    }
}

fn in_dictionary(
    snapshot: &Snapshot<'_>,
    words: &str,
    candidates: &[String],
    since: Option<Timestamp>,
) -> Result<Way, QueryError> {
    let sql = include_str!("../sql/search_sought.sql").replace("{most}", &MOST_TEXTS.to_string());
    let (mut in_words, mut in_places) = (Among::None, Among::None);
    snapshot.rows(&sql, [Value::Text(words.to_owned())], |row| {
        let among = Among::of((row.get(2)?, row.get(1)?), row.get(3)?);
        *(if row.get(0)? { &mut in_places } else { &mut in_words }) = among;
        Ok::<_, QueryError>(())
    })?;
    let is_everywhere = [&in_words, &in_places].contains(&&Among::All);
    let identified = if is_everywhere { Identified::None } else { identified(snapshot, words, candidates, since)? };
    Ok(Way::Dictionary { words: in_words, places: in_places, identified })
}

/// Findings that have the words by an identifier. Those that have one with the same beginning are found by numbers, and
/// read unless they are many: then each statement reads those of its time.
fn identified(
    snapshot: &Snapshot<'_>,
    words: &str,
    candidates: &[String],
    since: Option<Timestamp>,
) -> Result<Identified, QueryError> {
    if candidates.is_empty() {
        return Ok(Identified::None);
    }
    // Where the rows lie on disk.
    let (lately, moments) = match since {
        None => ("", Vec::new()),
        Some(since) => (" AND f.created_at >= ?", vec![sql_time(since); candidates.len()]),
    };
    // One look for each column: of a single comparison the database knows before it reads where it cannot be true.
    let look = |candidate: &String| format!("SELECT f.rowid FROM finding f WHERE {candidate}{lately}");
    let looks: Vec<String> = candidates.iter().map(look).collect();
    let looks = format!("SELECT DISTINCT rowid FROM ({}) LIMIT {}", looks.join(" UNION ALL "), MOST_NUMBERS + 1);
    let numbers: Vec<i64> = snapshot.rows(&looks, moments, |row| Ok::<_, QueryError>(row.get(0)?))?;
    let (read, values) = in_findings(words, &Listed::ALL);
    let read = format!("({})", read.join("\n    OR "));
    if numbers.len() > usize::try_from(MOST_NUMBERS).unwrap_or(usize::MAX) {
        let candidates = format!("({})", candidates.join(" OR "));
        return Ok(Identified::Many(Conditions::default().and(&candidates, []).and(&read, values)));
    }
    if numbers.is_empty() {
        return Ok(Identified::None);
    }
    let numbers = numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
    let near = format!("f.rowid IN (SELECT unnest(string_split('{numbers}', ',')::BIGINT[]))");
    let found = found_by(snapshot, Conditions::default().and(&near, []).and(&read, values), MOST_NUMBERS)?;
    Ok(if found.findings == 0 { Identified::None } else { Identified::Few(found.conditions) })
}

/// What tells findings with one of these identifiers, and the finding whose key begins with the words.
fn with_heads(words: &str, heads: &[u32]) -> Vec<String> {
    let mut parts = Vec::new();
    if !heads.is_empty() {
        let heads = heads.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
        parts.extend(IDENTIFIER_COLUMNS.map(|column| format!("f.{column} IN ({heads})")));
        parts.push("f.more_identifiers".to_owned());
    }
    if let Some((first, last)) = beginning_of_a_key(words) {
        parts.push(format!("f.key_head BETWEEN {first} AND {last}"));
    }
    parts
}

/// Rollups know every family, cluster and image digest: lists in none of whose names the text stands.
fn without(snapshot: &Snapshot<'_>, words: &str) -> Result<Vec<Listed>, QueryError> {
    if !snapshot.rolled_up() {
        return Ok(Vec::new());
    }
    let parts: Vec<String> = Listed::ALL.into_iter().filter_map(Listed::part).map(|part| part.to_string()).collect();
    let sql = include_str!("../sql/search_listed.sql").replace("{parts}", &parts.join(", "));
    let holding: Vec<i8> =
        snapshot.rows(&sql, [Value::Text(words.to_owned())], |row| Ok::<_, QueryError>(row.get(0)?))?;
    let is_without = |list: &Listed| list.part().is_some_and(|part| !holding.contains(&part));
    Ok(Listed::ALL.into_iter().filter(is_without).collect())
}

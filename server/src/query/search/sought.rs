//! How a text is looked for: among the different texts of all findings, or in the findings.
//!
//! Found out once for a moment of the database, because every statement of a page looks for the same text.

use std::sync::Arc;

use duckdb::types::Value;

use super::Listed;
use crate::query::QueryError;
use crate::store::{Snapshot, as_masked};

/// A text that is looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Sought {
    words: String,
    pub(super) way: Way,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Way {
    /// In the findings, but for lists known to hold no name with it.
    Reading { without: Vec<Listed> },
    /// In the dictionary of texts. `masked` is what the words may be where identifiers reach into them; names of places in
    /// which that may be are read, but for lists known to hold none.
    Dictionary { masked: Vec<String>, words: Held, places: Held, without: Vec<Listed> },
}

/// Of so many texts the numbers are told to every statement of a page; of more it takes longer to read the numbers than to
/// look for the text again.
const MOST_NUMBERS: u32 = if cfg!(test) { 3 } else { 500 };

/// Which texts of one sort have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Held {
    /// As it is.
    pub(super) as_it_is: Among,
    /// Maybe, in place of what was masked.
    pub(super) masked: Among,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Among {
    #[default]
    None,
    /// Texts of these numbers, separated by commas.
    Few(String),
    Many,
    All,
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
    /// `None`: the filter looks for no text.
    pub fn of(snapshot: &Snapshot<'_>, words: Option<&str>) -> Result<Option<Arc<Self>>, QueryError> {
        let Some(words) = words else { return Ok(None) };
        let (knows_texts, rolled_up) = (snapshot.knows_texts(), snapshot.rolled_up());
        let name = format!("search {knows_texts} {rolled_up} {words}");
        if let Some(known) = snapshot.remembered::<Arc<Self>>(&name) {
            return Ok(Some(Arc::clone(&known)));
        }
        let way = match as_masked(words).filter(|_| knows_texts) {
            Some(masked) => in_dictionary(snapshot, words, masked)?,
            None => Way::Reading { without: without(snapshot, words)? },
        };
        let sought = Arc::new(Self { words: words.to_owned(), way });
        Ok(Some(Arc::clone(&snapshot.remember(name, sought))))
    }

    #[cfg(test)]
    pub(super) fn known(words: &str, way: Way) -> Self {
        Self { words: words.to_owned(), way }
    }

    /// The way in a word.
    #[cfg(test)]
    pub(super) fn told(&self) -> &'static str {
        match &self.way {
            Way::Reading { without } if without.is_empty() => "reading",
            Way::Reading { .. } => "reading less",
            Way::Dictionary { words, places, .. } => {
                let any = |one: &Among, other: &Among| *one != Among::None || *other != Among::None;
                match (any(&words.as_it_is, &places.as_it_is), any(&words.masked, &places.masked)) {
                    (false, false) => "nowhere",
                    (true, _) if words.as_it_is == Among::All || places.as_it_is == Among::All => "everywhere",
                    (true, false) if words.as_it_is == Among::Many => "in many",
                    (true, false) => "as it is",
                    (false, true) => "masked",
                    (true, true) => "both",
                }
            }
        }
    }

    /// What is known of these words.
    pub(super) fn way_of(&self, words: &str) -> Option<&Way> {
        (self.words == words).then_some(&self.way)
    }
}

fn in_dictionary(snapshot: &Snapshot<'_>, words: &str, masked: Vec<String>) -> Result<Way, QueryError> {
    let sql = include_str!("../sql/search_sought.sql").replace("{masked}", &any_of(masked.len()));
    let sql = sql.replace("{most}", &MOST_NUMBERS.to_string());
    let values = [words].into_iter().chain(masked.iter().map(String::as_str));
    let (mut of_words, mut of_places) = (Held::default(), Held::default());
    snapshot.rows(&sql, values.map(|text| Value::Text(text.to_owned())), |row| {
        let all = row.get(1)?;
        let held = Held {
            as_it_is: Among::of((row.get(2)?, all), row.get(3)?),
            masked: Among::of((row.get(4)?, all), row.get(5)?),
        };
        if row.get(0)? {
            of_places = held;
        } else {
            of_words = held;
        }
        Ok::<_, QueryError>(())
    })?;
    let without = if of_places.masked == Among::None { Vec::new() } else { without(snapshot, words)? };
    Ok(Way::Dictionary { masked, words: of_words, places: of_places, without })
}

/// The condition that one of so many texts stands in `text`.
pub(super) fn any_of(texts: usize) -> String {
    match texts {
        0 => "false".to_owned(),
        _ => vec!["contains(text, lower(?))"; texts].join(" OR "),
    }
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

//! The texts of findings, each different one once: what is searched in place of every finding.
//!
//! A finding has the numbers of two texts: its words, and the names of its places. They are written with it and all last
//! while a finding repeats ([`super::lasting`]). In the words identifiers are masked ([`mod@mask`]), so that ten million
//! findings have some ten thousand texts; the finding has the beginnings of its identifiers instead. Names repeat
//! themselves, digests of images too. What is masked here and how it is found is said in one place; `query::search` asks.
//! Findings from before are given their numbers beside other work ([`mod@fill`]), and with them those of what they have in
//! common with others ([`super::dictionary`]); until all have them, searches read the findings.

mod fill;
mod mask;
mod prove;

use std::collections::HashMap;

use app::model::Finding;
use duckdb::{Connection, params};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::dictionary::{self, Combinations};
use super::staging::fill as stage;
use super::values::members;
use super::{StoreError, parallel};
use crate::ingest::Tracked;
use mask::Masked;

pub(super) use fill::{begin, fill_page, renew};
pub use mask::heads_in;
#[cfg(test)]
pub(crate) use mask::is_looked_for;
pub(super) use prove::{Proof, prove};

const KEEP: &str = include_str!("sql/texts_keep.sql");
const PRUNE: &str = include_str!("sql/texts_prune.sql");
const UNUSED: &str = include_str!("sql/texts_unused.sql");

/// Changes with what is masked, what the texts are made of and what is combined, so that older ones are made anew.
pub(super) const FORM: &str = "3";
/// Between the pieces of a text. What is looked for with the dictionary has none, so nothing is found across two pieces.
const SEPARATOR: &str = "\n";

/// So many identifiers of a finding have a column.
const IDENTIFIERS: usize = 4;
/// The columns of `finding` for the beginnings of its identifiers.
pub const IDENTIFIER_COLUMNS: [&str; IDENTIFIERS] = ["identifier_1", "identifier_2", "identifier_3", "identifier_4"];

/// A text of the dictionary and its number.
struct Text {
    number: u64,
    text: String,
}

impl Text {
    /// The number is that of the text before it is put into lower case: that is done by the database, which does it its
    /// own way, and does the same to what is looked for.
    fn of(text: String, of_places: bool) -> Self {
        Self { number: xxh3_64_with_seed(text.as_bytes(), u64::from(of_places)), text }
    }
}

/// What the row of a finding has of its texts and of what it has in common with others, column by column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) words_id: u64,
    pub(super) places_id: u64,
    /// The first of the heads of its identifiers, in ascending order.
    pub(super) identifiers: [Option<u32>; IDENTIFIERS],
    /// Whether it has others besides; `None` instead of no.
    pub(super) more_identifiers: Option<bool>,
    pub(super) combinations: Combinations,
}

/// What is searched of a finding.
struct Texts {
    words: Text,
    places: Text,
    /// Of the identifiers that are masked in the words.
    heads: Vec<u32>,
    combinations: Combinations,
}

impl Texts {
    /// Of pieces that are joined, as `texts_page.sql` joins them.
    fn of_joined(words: String, places: String, combinations: Combinations) -> Self {
        let Masked { text: words, heads } = mask::masked(words);
        Self { words: Text::of(words, false), places: Text::of(places, true), heads, combinations }
    }

    fn marks(&self) -> Marks {
        Marks {
            words_id: self.words.number,
            places_id: self.places.number,
            identifiers: std::array::from_fn(|index| self.heads.get(index).copied()),
            more_identifiers: (self.heads.len() > IDENTIFIERS).then_some(true),
            combinations: self.combinations,
        }
    }

    fn of(finding: &Finding) -> Self {
        let Finding { finding_type, control, resource_id, title, arn, description, .. } = finding;
        let words =
            [Some(finding_type), control.as_ref(), resource_id.as_ref(), Some(title), Some(arn), Some(description)];
        let words: Vec<&str> = words.into_iter().flatten().map(String::as_str).collect();
        let Finding { families, clusters, image_digests, images, .. } = finding;
        let keys = families.iter().chain(clusters).map(|named| &named.key);
        let places: Vec<_> = members(keys.chain(image_digests).chain(images).map(String::as_str)).collect();
        Self::of_joined(words.join(SEPARATOR), places.join(SEPARATOR), Combinations::of(finding))
    }
}

/// What the rows of the findings have of their texts, in their order. The dictionary has the texts from then on.
pub(super) fn marks(transaction: &Connection, findings: &[Tracked]) -> Result<Vec<Marks>, StoreError> {
    keep(transaction, parallel::map(findings.iter().collect(), |tracked: &Tracked| Texts::of(&tracked.finding)))
}

/// Gives the dictionary what it does not have.
fn keep(transaction: &Connection, texts: Vec<Texts>) -> Result<Vec<Marks>, StoreError> {
    let marks: Vec<Marks> = texts.iter().map(Texts::marks).collect();
    let mut different: HashMap<u64, (bool, String)> = HashMap::new();
    for Texts { words, places, .. } in texts {
        different.entry(words.number).or_insert((false, words.text));
        different.entry(places.number).or_insert((true, places.text));
    }
    if !different.is_empty() {
        stage(transaction, "staged_text", |rows| {
            different
                .iter()
                .try_for_each(|(number, (places, text))| Ok(rows.append_row(params![number, places, text])?))
        })?;
        transaction.execute_batch(KEEP)?;
    }
    Ok(marks)
}

/// Drops texts and combinations that no finding has any more.
pub(super) fn prune(transaction: &Connection) -> Result<(), StoreError> {
    transaction.execute_batch(&PRUNE.replace("{unused}", UNUSED))?;
    dictionary::prune(transaction)
}

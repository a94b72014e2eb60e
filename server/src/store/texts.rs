//! The texts of findings, each different one once: what is searched in place of every finding.
//!
//! A finding has the numbers of two texts: its words, and the names of its places. They are written with it and all last
//! while a finding repeats ([`super::lasting`]). Identifiers are masked ([`mod@mask`]), so that ten million findings have
//! some ten thousand texts. What is masked here and how a text that people look for may stand in it is said in one place;
//! `query::search` asks. Findings from before are given their numbers beside other work ([`mod@fill`]); until all have
//! them, searches read the findings.

mod fill;
mod mask;
mod prove;

use std::collections::HashMap;

use app::model::Finding;
use duckdb::{Connection, params};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::staging::fill as stage;
use super::values::members;
use super::{StoreError, parallel};
use crate::ingest::Tracked;

pub(super) use fill::{begin, fill_page, renew};
pub use mask::as_masked;
pub(super) use prove::{Proof, prove};

const KEEP: &str = include_str!("sql/texts_keep.sql");
const PRUNE: &str = include_str!("sql/texts_prune.sql");
const UNUSED: &str = include_str!("sql/texts_unused.sql");

/// Changes with what is masked and what the texts are made of, so that older ones are made anew.
pub(super) const FORM: &str = "1";
/// Between the pieces of a text. What is looked for with the dictionary has none, so nothing is found across two pieces.
const SEPARATOR: &str = "\n";

/// A masked text and its number.
struct Text {
    number: u64,
    text: String,
}

impl Text {
    /// The number is that of the text before it is put into lower case: that is done by the database, which does it its
    /// own way, and does the same to what is looked for.
    fn of(text: String, of_places: bool) -> Self {
        let text = mask::masked(text);
        Self { number: xxh3_64_with_seed(text.as_bytes(), u64::from(of_places)), text }
    }
}

/// What is searched of a finding.
struct Texts {
    words: Text,
    places: Text,
}

impl Texts {
    /// Of pieces that are joined, as `texts_page.sql` joins them.
    fn of_joined(words: String, places: String) -> Self {
        Self { words: Text::of(words, false), places: Text::of(places, true) }
    }

    fn of(finding: &Finding) -> Self {
        let Finding { finding_type, control, resource_id, title, arn, description, .. } = finding;
        let words =
            [Some(finding_type), control.as_ref(), resource_id.as_ref(), Some(title), Some(arn), Some(description)];
        let words: Vec<&str> = words.into_iter().flatten().map(String::as_str).collect();
        let Finding { families, clusters, image_digests, images, .. } = finding;
        let keys = families.iter().chain(clusters).map(|named| &named.key);
        let places: Vec<_> = members(keys.chain(image_digests).chain(images).map(String::as_str)).collect();
        Self::of_joined(words.join(SEPARATOR), places.join(SEPARATOR))
    }
}

/// The numbers of a finding's words and places.
pub(super) type Numbers = (u64, u64);

/// The numbers of the findings' texts, in their order. The dictionary has the texts from then on.
pub(super) fn number(transaction: &Connection, findings: &[Tracked]) -> Result<Vec<Numbers>, StoreError> {
    keep(transaction, parallel::map(findings.iter().collect(), |tracked: &Tracked| Texts::of(&tracked.finding)))
}

/// Gives the dictionary what it does not have.
fn keep(transaction: &Connection, texts: Vec<Texts>) -> Result<Vec<Numbers>, StoreError> {
    let numbers: Vec<Numbers> = texts.iter().map(|of| (of.words.number, of.places.number)).collect();
    let mut different: HashMap<u64, (bool, String)> = HashMap::new();
    for Texts { words, places } in texts {
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
    Ok(numbers)
}

/// Drops texts that no finding has any more.
pub(super) fn prune(transaction: &Connection) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(&PRUNE.replace("{unused}", UNUSED))?)
}

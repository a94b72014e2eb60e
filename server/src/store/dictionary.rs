//! What many findings have in common, each combination once: what a finding is, and where.
//!
//! Questions that the rollups cannot answer count by the two numbers of a finding and look the few different ones up, in
//! place of reading words and lists of each. The numbers are written with the finding, and all members last while it repeats
//! ([`super::lasting`]). Findings from before get theirs together with those of their texts ([`super::texts`]), whose setting
//! tells whether all have them. What changes while a finding repeats, such as its severity, is no member.

use app::model::{Finding, Named};
use duckdb::Connection;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::StoreError;
use super::values::members;

const KEEP: &str = include_str!("sql/dictionary_keep.sql");
const DIFFERENT: &str = include_str!("sql/dictionary_different.sql");
const PRUNE: &str = include_str!("sql/dictionary_prune.sql");
const UNUSED: &str = include_str!("sql/dictionary_unused.sql");

/// The members of what a finding is, joined as [`what`] joins them. What anybody could have written comes last, so no two
/// combinations give the same text.
pub(super) const WHAT: &str =
    "concat_ws(chr(31), coalesce(f.category, ''), f.in_guardduty::VARCHAR, f.in_securityhub::VARCHAR, f.type)";
/// The members of where it is, joined as [`place`] joins them, with the lengths of what has any.
pub(super) const WHERE: &str = "concat_ws(chr(31),
    coalesce(strlen(f.account)::VARCHAR, ''), coalesce(strlen(f.region)::VARCHAR, ''),
    len(f.clusters), len(f.families), len(f.services),
    coalesce(f.account, ''), coalesce(f.region, ''),
    array_to_string(f.clusters || f.families || f.services, chr(31)),
    CASE WHEN len(f.clusters) = 0 AND len(f.families) = 0 THEN coalesce('=' || f.resource_id, '') ELSE '' END)";

const SEPARATOR: &str = "\u{1f}";

/// The numbers of a finding's combinations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Combinations {
    pub(super) what_id: u64,
    pub(super) where_id: u64,
}

impl Combinations {
    /// Of members that are joined.
    pub(super) fn of_joined(what: &str, place: &str) -> Self {
        // Another seed than that of texts and of each other.
        let number = |members: &str, seed| xxh3_64_with_seed(members.as_bytes(), seed);
        Self { what_id: number(what, 2), where_id: number(place, 3) }
    }

    pub(super) fn of(finding: &Finding) -> Self {
        Self::of_joined(&what(finding), &place(finding))
    }
}

fn what(finding: &Finding) -> String {
    let Finding { finding_type, category, in_guardduty, in_securityhub, .. } = finding;
    let category = category.map(app::model::Category::as_str).unwrap_or_default();
    [category, &in_guardduty.to_string(), &in_securityhub.to_string(), finding_type].join(SEPARATOR)
}

fn place(finding: &Finding) -> String {
    let Finding { account, region, clusters, families, services, resource_id, .. } = finding;
    let length = |text: &Option<String>| text.as_ref().map(|text| text.len().to_string()).unwrap_or_default();
    let stored = |named: &[Named]| -> Vec<String> {
        members(named.iter().map(|named| named.key.as_str())).map(std::borrow::Cow::into_owned).collect()
    };
    let lists = [clusters, families, services].map(|named| stored(named));
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let nowhere = lists[0].is_empty() && lists[1].is_empty();
    let resource = resource_id.as_ref().filter(|_| nowhere).map(|id| format!("={id}")).unwrap_or_default();
    let lengths = lists.each_ref().map(|list| list.len().to_string());
    let [in_clusters, in_families, in_services] = lengths;
    let all = lists.concat().join(SEPARATOR);
    [length(account), length(region), in_clusters, in_families, in_services, text(account), text(region), all, resource]
        .join(SEPARATOR)
}

/// Gives the dictionary the combinations of rows that have their numbers.
pub(super) fn keep(transaction: &Connection, rows: &str) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(&KEEP.replace("{rows}", rows))?)
}

/// How many of the findings between two row numbers the dictionary describes otherwise than they are.
pub(super) fn different(connection: &Connection, (from, to): (i64, i64)) -> Result<i64, StoreError> {
    Ok(connection.query_row(DIFFERENT, [from, to], |row| row.get(0))?)
}

/// How many combinations no finding has any more.
pub(super) fn unused(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.query_row(UNUSED, [], |row| row.get(0))?)
}

/// Drops combinations that no finding has any more.
pub(super) fn prune(transaction: &Connection) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(PRUNE)?)
}

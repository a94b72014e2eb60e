//! The sentence at the top, in words: the same on the first page and behind a link.

use jiff::Timestamp;

use crate::format::Reader;
use crate::model::coverage::ClusterWatch;
use crate::text::fill;

/// Where the new findings of high severity are: follows their number.
pub fn whereabouts(reader: &Reader, families: i64, unattributed: i64) -> String {
    let text = reader.text;
    match (families, unattributed) {
        (0, _) => text.headline_no_family.to_owned(),
        (families, 0) => reader.count(text.headline_families, families),
        (families, outside) => {
            let families = reader.count(text.headline_families, families);
            fill(text.headline_outside, &[("families", &families), ("n", &reader.number(outside))])
        }
    }
}

/// The whole sentence.
pub fn sentence(reader: &Reader, new_high: Option<i64>, families: i64, unattributed: i64) -> String {
    let text = reader.text;
    match new_high {
        None => text.headline_unknown.to_owned(),
        Some(0) => text.headline_quiet.to_owned(),
        Some(count) => {
            let findings = reader.count(text.headline_findings, count);
            format!("{findings}{}", whereabouts(reader, families, unattributed))
        }
    }
}

/// How many sources are up to date.
pub fn health(reader: &Reader, failing: usize, total: usize) -> String {
    let text = reader.text;
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    match (total, failing) {
        (0, _) => text.no_source_yet.to_owned(),
        (total, 0) => reader.count(text.headline_sources_good, number(total)),
        (total, failing) => fill(
            text.headline_sources_bad,
            &[("failing", &reader.number(number(failing))), ("n", &reader.number(number(total)))],
        ),
    }
}

/// Whether agents watch the clusters.
pub fn watch(reader: &Reader, watch: Option<ClusterWatch>) -> String {
    let text = &reader.text.coverage;
    let Some(ClusterWatch { all, lacking, unknown }) = watch else { return text.overview_unknown.to_owned() };
    let (n, all) = (reader.number(lacking), reader.number(all));
    let first = match (lacking, unknown) {
        (0, 0) => fill(text.overview_good, &[("all", &all)]),
        _ => fill(text.overview_note, &[("n", &n), ("all", &all)]),
    };
    if unknown == 0 {
        return first;
    }
    format!("{first} {}", reader.count(text.overview_dark, unknown))
}

/// When everything was last read.
pub fn synced(reader: &Reader, at: Option<Timestamp>) -> String {
    match at {
        Some(at) => fill(reader.text.headline_synced, &[("ago", &reader.ago(at))]),
        None => reader.text.headline_never_synced.to_owned(),
    }
}

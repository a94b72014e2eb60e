//! Findings where windows end inside an hour: read once, and counted here.
//!
//! Rollups speak of whole hours, so what lies between the end of a window and the next hour is counted one by one. The
//! questions of a page have the same ends; each would read the same few findings again, in a statement twice as long. What
//! can be kept for other pages is told by [`hourly`](super::hourly). A dimension that is kept by days alone has more at its
//! edges: the database counts these together.

use std::rc::Rc;

use app::model::terms::NONE_KEY;
use app::model::{Counts, Dimension};
use duckdb::Row;
use duckdb::types::Value;
use jiff::Timestamp;

use super::QueryError;
use super::cover::{Cover, Span, joined};
use super::hourly::{Hourly, hourly};
use super::rolled::{Event, Plan, within};
use crate::store::{Snapshot, StoreError, read_list, read_time};

/// A finding at an edge, as far as rollups know findings, or several that a question does not tell apart.
#[derive(Debug)]
pub struct Edge {
    /// When what is asked for happened to it; to the first, where it stands for several of the same edge.
    pub moment: Timestamp,
    pub severity: String,
    category: Option<String>,
    finding_type: String,
    clusters: Vec<String>,
    families: Vec<String>,
    /// Its keys of the other dimension that was asked for.
    others: Vec<String>,
    counts: Counts,
}

impl Edge {
    /// Reads a row of `edges.sql`, or of another that begins like it.
    pub(super) fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            moment: read_time(row, 0)?,
            category: row.get(1)?,
            severity: row.get(2)?,
            finding_type: row.get(3)?,
            clusters: read_list(row, 4)?,
            families: read_list(row, 5)?,
            others: read_list(row, 6)?,
            counts: Counts { findings: row.get(7)?, occurrences: row.get(8)? },
        })
    }

    pub(super) fn category(&self) -> Option<&str> {
        self.category.as_deref()
    }

    /// What it adds wherever it counts.
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// Its keys of a dimension, as rows of a breakdown have them: of those most pages ask for, or of the one its plan is by.
    pub fn keys(&self, by: Dimension) -> Vec<&str> {
        match by {
            Dimension::Category => vec![self.category.as_deref().unwrap_or(NONE_KEY)],
            Dimension::Severity => vec![&self.severity],
            Dimension::Type => vec![&self.finding_type],
            Dimension::Cluster => all_or_none(&self.clusters),
            Dimension::Family => all_or_none(&self.families),
            _ => all_or_none(&self.others),
        }
    }
}

/// Keys of a dimension that few pages ask for; empty where a finding has none.
pub(super) const fn others_of(by: Dimension) -> &'static str {
    match by {
        Dimension::Account => "[f.account]",
        Dimension::Region => "[f.region]",
        Dimension::Workflow => "[f.workflow]",
        Dimension::Source => {
            "CASE WHEN f.in_guardduty AND f.in_securityhub THEN ['guardduty', 'securityhub'] \
             WHEN f.in_guardduty THEN ['guardduty'] ELSE ['securityhub'] END"
        }
        Dimension::Service => "f.services",
        // Read anyway, or in no rollup.
        Dimension::Category
        | Dimension::Severity
        | Dimension::Type
        | Dimension::Cluster
        | Dimension::Family
        | Dimension::Image
        | Dimension::Revision => NO_OTHERS,
    }
}

const NO_OTHERS: &str = "[]::VARCHAR[]";

pub(super) fn all_or_none(keys: &[String]) -> Vec<&str> {
    if keys.is_empty() { vec![NONE_KEY] } else { keys.iter().map(String::as_str).collect() }
}

/// The findings of a plan at the edges of a window, to which `event` happened there.
pub fn edges(snapshot: &Snapshot<'_>, plan: &Plan, event: Event, cover: &Cover) -> Result<Edges, QueryError> {
    edges_of(snapshot, plan, event, &cover.edges)
}

/// Findings at several edges.
pub enum Edges {
    Read(Vec<Rc<Vec<Edge>>>),
    Kept(Vec<Hourly>),
}

impl Edges {
    pub fn iter(&self) -> impl Iterator<Item = &Edge> {
        let (read, kept): (&[_], &[_]) = match self {
            Self::Read(edges) => (edges, &[]),
            Self::Kept(hours) => (&[], hours),
        };
        read.iter().flat_map(|edge| edge.iter()).chain(kept.iter().flat_map(Hourly::iter))
    }
}

/// The same for edges of several windows, by one statement for those that were not asked for before.
pub fn edges_of(snapshot: &Snapshot<'_>, plan: &Plan, event: Event, spans: &[Span]) -> Result<Edges, QueryError> {
    if let Some(hours) = hourly(snapshot, plan, event, spans)? {
        return Ok(Edges::Kept(hours));
    }
    let more = plan.by().map_or(NO_OTHERS, others_of);
    let kept = plan.keeps_hours();
    let name = |span: &Span| format!("edge {event:?} {span:?} {more} {kept} {:?}", plan.one_by_one);
    let mut unknown: Vec<Span> =
        spans.iter().copied().filter(|span| snapshot.remembered::<Vec<Edge>>(&name(span)).is_none()).collect();
    unknown.sort_unstable();
    unknown.dedup();
    if !unknown.is_empty() {
        let mut found: Vec<Vec<Edge>> = unknown.iter().map(|_| Vec::new()).collect();
        for edge in read(snapshot, plan, event, &unknown)? {
            let holds =
                |(from, to): &Span| from.is_none_or(|from| from <= edge.moment) && to.is_none_or(|to| edge.moment < to);
            if let Some(place) = unknown.iter().position(holds) {
                found[place].push(edge);
            }
        }
        for (span, edges) in unknown.iter().zip(found) {
            snapshot.remember(name(span), edges);
        }
    }
    let known = |span| snapshot.remembered(&name(span));
    Ok(Edges::Read(spans.iter().filter_map(known).collect()))
}

/// `spans` rise and do not overlap.
fn read(snapshot: &Snapshot<'_>, plan: &Plan, event: Event, spans: &[Span]) -> Result<Vec<Edge>, QueryError> {
    let (sql, values) = statement(plan, event, spans);
    snapshot.rows(&sql, values, |row| Ok(Edge::read(row)?))
}

/// Prints the question. Edges that touch are read as one where findings are.
pub(super) fn statement(plan: &Plan, event: Event, spans: &[Span]) -> (String, Vec<Value>) {
    let (at, more) = (event.moment(), plan.by().map_or(NO_OTHERS, others_of));
    let (template, spans) = if plan.keeps_hours() {
        (include_str!("sql/edges.sql"), joined(spans))
    } else {
        // An edge lies within a bucket, two that touch may not.
        (include_str!("sql/edges_counted.sql"), spans.to_vec())
    };
    let mut values = Vec::new();
    let mut parts = Vec::new();
    for span in spans {
        let part = template.replace("{at}", at).replace("{more}", more);
        let part = part.replace("{span}", &within(at, span, &mut values));
        parts.push(part.replace("{conditions}", &plan.one_by_one.sql()).trim_end().to_owned());
        values.extend(plan.one_by_one.values.iter().cloned());
    }
    (parts.join("\n    UNION ALL\n"), values)
}

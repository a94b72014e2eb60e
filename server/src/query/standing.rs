//! How many findings of a filter stand open, were open or have left AWS at a moment, whenever they were created: several
//! such questions by one statement, because each is small and most of what it takes is planning. Where the rollups cannot
//! tell, findings are counted. The numbers are the same.

use std::collections::BTreeSet;
use std::mem;

use app::model::{Dimension, Filter, StatusChoice};
use duckdb::types::Value;
use jiff::Timestamp;

use super::QueryError;
use super::compile::any_time;
use super::counts::ANY_PIECES;
use super::cover::{Cover, Span};
use super::hourly::{Hourly, hourly};
use super::over_time;
use super::resident::Held;
use super::rolled::{Event, Plan, within, within_any};
use crate::store::{Snapshot, sql_time};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Open in what is kept.
    Open,
    /// Open at a moment, whatever became of it.
    OpenAt(Timestamp),
    /// Forgotten by AWS at a moment.
    Left(Timestamp),
}

impl Standing {
    /// The filter's status chooses among what has left; the others are about a status themselves.
    fn narrowed(self, filter: &Filter) -> Filter {
        let status = match self {
            Self::Open => Some(StatusChoice::Active),
            Self::OpenAt(_) => None,
            Self::Left(_) => filter.status,
        };
        Filter { status, ..filter.clone() }
    }

    /// Events that add up to it, until a moment.
    fn events(self) -> (&'static [(Event, bool)], Option<Timestamp>) {
        match self {
            Self::Open => (&[(Event::Created, true)], None),
            Self::OpenAt(at) => (&[(Event::Created, true), (Event::Gone, false)], Some(at)),
            Self::Left(at) => (&[(Event::Leaves, true)], Some(at)),
        }
    }

    fn scanned(self, snapshot: &Snapshot<'_>, filter: &Filter) -> Result<i64, QueryError> {
        let conditions = any_time(snapshot, filter)?;
        let (sql, moment) = match self {
            Self::OpenAt(at) => {
                // By something of which every finding has one.
                let split = over_time::open(snapshot, filter, Dimension::Severity, &[(at, at)])?;
                return Ok(split.get(&None).and_then(|buckets| buckets.get(&0)).copied().unwrap_or(0));
            }
            Self::Open => (include_str!("sql/totals.sql"), None),
            Self::Left(at) => (include_str!("sql/left.sql"), Some(at)),
        };
        let values = moment.map(sql_time).into_iter().chain(conditions.values.iter().cloned());
        snapshot.row(&sql.replace("{conditions}", &conditions.sql()), values, |row| Ok(row.get(0)?))
    }
}

/// The numbers of what is asked for, in that order. At least one must be.
pub fn standing(snapshot: &Snapshot<'_>, filter: &Filter, asked: &[Standing]) -> Result<Vec<i64>, QueryError> {
    let mut numbers = vec![None; asked.len()];
    let mut terms: Vec<Term> = (0..)
        .zip(asked)
        .filter(|_| snapshot.rolled_up())
        .flat_map(|(number, asked)| terms(filter, number, *asked))
        .collect();
    for term in &mut terms {
        for findings in [term.take_held(snapshot), term.take_edges(snapshot)?].into_iter().flatten() {
            *numbers[term.number].get_or_insert(0) += findings * if term.adds { 1 } else { -1 };
        }
    }
    terms.retain(|term| term.cover != Cover::default());
    if !terms.is_empty() {
        let (sql, values) = statement(&terms);
        for row in snapshot.rows(&sql, values, |row| {
            (0..terms.len()).map(|column| row.get(column)).collect::<Result<Vec<Option<i64>>, _>>()
        })? {
            for (term, findings) in terms.iter().zip(row) {
                *numbers[term.number].get_or_insert(0) += findings.unwrap_or(0) * if term.adds { 1 } else { -1 };
            }
        }
    }
    let number = |(number, asked): (Option<i64>, &Standing)| match number {
        Some(number) => Ok(number),
        None => asked.scanned(snapshot, &asked.narrowed(filter)),
    };
    numbers.into_iter().zip(asked).map(number).collect()
}

/// A number that rollups tell, of which others are made.
pub(super) struct Term {
    /// Whose it is.
    number: usize,
    adds: bool,
    plan: Plan,
    event: Event,
    cover: Cover,
}

/// What adds up to a number; nothing: the rollups cannot tell it.
pub(super) fn terms(filter: &Filter, number: usize, asked: Standing) -> Vec<Term> {
    let (events, until) = asked.events();
    let plan = Plan::of(&asked.narrowed(filter), None);
    let Some((plan, pieces)) = plan.and_then(|plan| plan.pieces(ANY_PIECES).map(|pieces| (plan, pieces))) else {
        return Vec::new();
    };
    // Findings that close or leave are counted in `all` alone.
    if !plan.is_of_all() && events.iter().any(|(event, _)| *event != Event::Created) {
        return Vec::new();
    }
    let cover = Cover::of((None, until), pieces);
    let term = |&(event, adds)| Term { number, adds, plan: plan.clone(), event, cover: cover.clone() };
    events.iter().map(term).collect()
}

impl Term {
    fn hours(&self) -> Vec<Span> {
        // When findings close is kept exactly.
        let exact = if self.event == Event::Gone { &self.cover.edges[..] } else { &[] };
        self.cover.hours.iter().chain(exact).copied().collect()
    }

    /// What memory holds of it, which is no longer asked for then.
    fn take_held(&mut self, snapshot: &Snapshot<'_>) -> Option<i64> {
        let held = Held::of(snapshot, &self.plan, &self.cover, &[])?;
        let findings = held.total(self.plan.count_of(self.event)).findings;
        self.cover = Cover { edges: mem::take(&mut self.cover.edges), ..Cover::default() };
        Some(findings)
    }

    /// The same of what was read of its edges for others.
    fn take_edges(&mut self, snapshot: &Snapshot<'_>) -> Result<Option<i64>, QueryError> {
        let Some(hours) = hourly(snapshot, &self.plan, self.event, &self.cover.edges)? else { return Ok(None) };
        self.cover.edges.clear();
        Ok(Some(hours.iter().flat_map(Hourly::iter).map(|edge| edge.counts().findings).sum()))
    }

    /// Its findings among rows of a rollup.
    fn counted(&self, unit: &str, spans: &[Span], values: &mut Vec<Value>) -> String {
        let parts = self.plan.parts([self.plan.count(self.event, unit)]);
        let span = within_any("r.starts_at", spans, values);
        values.extend(self.plan.rolled.values.iter().cloned());
        format!("sum(r.findings) FILTER (WHERE r.part IN ({parts}) AND {span} AND {})", self.plan.rolled.sql())
    }
}

/// Prints the question: a column for each term, in rows that are to be added up.
pub(super) fn statement(terms: &[Term]) -> (String, Vec<Value>) {
    let (mut values, mut rows) = (Vec::new(), Vec::new());
    let parts_of = |unit: &str, terms: &[&Term]| {
        let parts: BTreeSet<String> =
            terms.iter().map(|term| term.plan.parts([term.plan.count(term.event, unit)])).collect();
        parts.into_iter().collect::<Vec<_>>().join(", ")
    };
    let column = |findings: Option<String>| format!("{}::BIGINT", findings.unwrap_or_else(|| "NULL".to_owned()));
    let mut add = |columns: Vec<String>, rest: String| {
        rows.push(format!("SELECT {}\n{rest}", columns.join(", ")));
    };
    let daily: Vec<&Term> = terms.iter().filter(|term| term.cover.days.is_some()).collect();
    if !daily.is_empty() {
        let columns = terms.iter().map(|term| {
            let days = term.cover.days;
            column(days.map(|days| term.counted("day", &[days], &mut values)))
        });
        let columns = columns.collect();
        add(columns, format!("FROM rollup_day r\nWHERE r.part IN ({})", parts_of("day", &daily)));
    }
    // Moments lie far from each other, and hours on disk in the order of time.
    for (index, end) in terms.iter().map(|term| &term.cover).enumerate() {
        if terms[..index].iter().any(|term| term.cover == *end) {
            continue;
        }
        let hourly: Vec<&Term> = terms.iter().filter(|term| term.cover == *end && !term.hours().is_empty()).collect();
        if hourly.is_empty() {
            continue;
        }
        let is_of_it = |term: &Term| term.cover == *end && !term.hours().is_empty();
        let columns = terms
            .iter()
            .map(|term| column(is_of_it(term).then(|| term.counted("hour", &term.hours(), &mut values))))
            .collect();
        let spans: Vec<Span> = end.hours.iter().chain(&end.edges).copied().collect();
        let span = within_any("r.starts_at", &spans, &mut values);
        let parts = parts_of("hour", &hourly);
        add(columns, format!("FROM rollup_hour r\nWHERE r.part IN ({parts}) AND {span}"));
    }
    for (index, term) in terms.iter().enumerate().filter(|(_, term)| term.event != Event::Gone) {
        for edge in &term.cover.edges {
            let columns = (0..terms.len()).map(|column| if column == index { "count(*)" } else { "NULL" }.to_owned());
            let columns = columns.map(|findings| column(Some(findings))).collect();
            let at = term.event.moment();
            let span = within(at, *edge, &mut values);
            values.extend(term.plan.one_by_one.values.iter().cloned());
            // Of rows of the span alone, as `edges.sql` says.
            let conditions = format!("CASE WHEN {at} IS NULL THEN false ELSE {} END", term.plan.one_by_one.sql());
            add(columns, format!("FROM finding f\nWHERE {span} AND {conditions}"));
        }
    }
    let told = "-- Numbers by column, in rows that are to be added up.\n".to_owned();
    (told + &rows.join("\nUNION ALL\n"), values)
}

//! Several windows of one filter by several dimensions, told by one statement.
//!
//! What [`counts`] would answer with a statement for each window and dimension, each reading the same edges again. The
//! numbers are the same; where the rollups cannot tell, [`counts`] is asked.

use std::collections::HashMap;

use app::model::{Counts, Dimension, Field, Filter, Selection, Severity};
use duckdb::types::Value;

use super::QueryError;
use super::compile::key_of;
use super::counts::{self, ANY_PIECES};
use super::cover::Cover;
use super::rolled::{Plan, within};
use super::spec::Spec;
use crate::store::{ROLLUP_SLICES, Snapshot, rollup_part};

/// What a window holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Each finding once.
    pub total: Counts,
    /// Findings of the severities the filter chose, else high and critical ones.
    pub severe: i64,
    rows: HashMap<Dimension, Vec<(String, Counts)>>,
}

impl Tally {
    /// Rows with the most findings first; empty for a dimension that was not asked for.
    pub fn rows(&self, by: Dimension) -> &[(String, Counts)] {
        self.rows.get(&by).map_or(&[], Vec::as_slice)
    }
}

/// Dimensions whose values an edge carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Category,
    Cluster,
    Family,
    Type,
}

impl Told {
    const fn dimension(self) -> Dimension {
        match self {
            Self::Category => Dimension::Category,
            Self::Cluster => Dimension::Cluster,
            Self::Family => Dimension::Family,
            Self::Type => Dimension::Type,
        }
    }

    /// Its rollup, or the plain one where there is one. Categories stand in the one that counts every finding once.
    fn part(self, plain: bool) -> i8 {
        let name = match self {
            Self::Category => "all",
            Self::Cluster => "cluster",
            Self::Family => "family",
            Self::Type => "type",
        };
        let part = if plain { rollup_part("plain", name) } else { None };
        part.or_else(|| rollup_part("created", name)).expect("these are parts of the rollups")
    }
}

/// The filter narrowed to high and critical, unless it chose severities itself.
pub fn severe(filter: &Filter) -> Filter {
    let mut severe = filter.first_page();
    severe.fields.entry(Field::Severity).or_insert_with(|| Selection {
        include: vec![Severity::High.as_str().to_owned(), Severity::Critical.as_str().to_owned()],
        exclude: Vec::new(),
    });
    severe
}

/// Counts `windows`, which differ in time alone. Categories are always told.
pub fn tally(snapshot: &Snapshot<'_>, windows: &[&Spec], by: &[Told]) -> Result<Vec<Tally>, QueryError> {
    let Some(filter) = windows.first().map(|window| &window.filter) else { return Ok(Vec::new()) };
    let plan = Plan::of(filter, Some(Dimension::Category)).filter(|plan| snapshot.rolled_up() && plan.is_of_all());
    let Some(plan) = plan else {
        return windows.iter().map(|window| scanned(snapshot, window, by)).collect();
    };
    let mut told = vec![Told::Category];
    told.extend(by.iter().filter(|by| **by != Told::Category));
    let (sql, values) = statement(&plan, windows, &told);
    let mut tallies = vec![Tally::default(); windows.len()];
    snapshot.rows(&sql, values, |row| {
        let number: i64 = row.get(0)?;
        let part: i8 = row.get(1)?;
        let counts = Counts { findings: row.get(3)?, occurrences: row.get(4)? };
        let Some(tally) = usize::try_from(number).ok().and_then(|number| tallies.get_mut(number)) else {
            return Ok(());
        };
        let Some(told) = told.iter().find(|told| told.part(false) == part) else { return Ok(()) };
        if *told == Told::Category {
            tally.total.findings += counts.findings;
            tally.total.occurrences += counts.occurrences;
            tally.severe += row.get::<_, i64>(5)?;
        }
        tally.rows.entry(told.dimension()).or_default().push((row.get(2)?, counts));
        Ok::<_, QueryError>(())
    })?;
    let chose_severities = filter.fields.contains_key(&Field::Severity);
    for tally in &mut tallies {
        if chose_severities {
            tally.severe = tally.total.findings;
        }
        for rows in tally.rows.values_mut() {
            rows.sort_by(|one, two| two.1.findings.cmp(&one.1.findings).then_with(|| one.0.cmp(&two.0)));
        }
    }
    Ok(tallies)
}

fn scanned(snapshot: &Snapshot<'_>, window: &Spec, by: &[Told]) -> Result<Tally, QueryError> {
    let high = Spec { filter: severe(&window.filter), ..window.clone() };
    let dimensions = by.iter().map(|told| told.dimension()).chain([Dimension::Category]);
    let rows = dimensions.map(|by| Ok((by, counts::by_key(snapshot, window, by)?)));
    Ok(Tally {
        total: counts::totals(snapshot, window)?,
        severe: counts::totals(snapshot, &high)?.findings,
        rows: rows.collect::<Result<_, QueryError>>()?,
    })
}

/// Prints the question for rollups.
pub(super) fn statement(plan: &Plan, windows: &[&Spec], told: &[Told]) -> (String, Vec<Value>) {
    let (mut edges, mut edge_values) = (Vec::new(), Vec::new());
    let (mut slices, mut values) = (Vec::new(), Vec::new());
    let asks_plainly = Plan::is_plain(&windows[0].filter);
    let parts = |plain: bool| plan.parts(told.iter().map(|told| told.part(plain)));
    // A plain part counts for the part it is the plain one of.
    let named: Vec<String> =
        told.iter().map(|told| format!("WHEN {} THEN {}", told.part(true), told.part(false))).collect();
    let named = format!("CASE r.part // {ROLLUP_SLICES} {} END", named.join(" "));
    let unnamed = format!("r.part // {ROLLUP_SLICES}");
    for (number, window) in windows.iter().enumerate() {
        let cover = Cover::of((window.from, window.until()), ANY_PIECES);
        let units = cover.days.iter().map(|span| ("day", span)).chain(cover.hours.iter().map(|span| ("hour", span)));
        for (unit, span) in units {
            let slice = include_str!("sql/tally_rollup.sql")
                .replace("{number}", &number.to_string())
                .replace("{unit}", unit)
                .replace("{part}", if asks_plainly && unit == "day" { &named } else { &unnamed })
                .replace("{parts}", &parts(asks_plainly && unit == "day"))
                .replace("{span}", &within("r.starts_at", *span, &mut values))
                .replace("{conditions}", &plan.rolled.sql());
            values.extend(plan.rolled.values.iter().cloned());
            slices.push(slice);
        }
        for span in &cover.edges {
            let edge = include_str!("sql/tally_edge.sql")
                .replace("{number}", &number.to_string())
                .replace("{span}", &within("f.created_at", *span, &mut edge_values))
                .replace("{conditions}", &plan.one_by_one.sql());
            edge_values.extend(plan.one_by_one.values.iter().cloned());
            edges.push(edge);
        }
    }
    if edges.is_empty() {
        let nothing = include_str!("sql/tally_edge.sql").replace("{number}", "0").replace("{span}", "false");
        edges.push(nothing.replace("{conditions}", "true"));
    }
    for told in told {
        let key = if *told == Told::Category { "''" } else { key_of(told.dimension()) };
        let keyed = include_str!("sql/tally_edge_key.sql").replace("{part}", &told.part(false).to_string());
        slices.push(keyed.replace("{key}", key));
    }
    let joined =
        |parts: &[String]| parts.iter().map(|part| part.trim_end()).collect::<Vec<_>>().join("\n    UNION ALL\n");
    let sql = include_str!("sql/tally.sql")
        .replace("{edges}", &joined(&edges))
        .replace("{slices}", &joined(&slices))
        .replace("{all}", &Told::Category.part(false).to_string());
    edge_values.extend(values);
    (sql, edge_values)
}

//! Several windows of one filter by several dimensions, told by one statement.
//!
//! What [`counts`] would answer with a statement for each window and dimension, each reading the same edges again. The
//! numbers are the same; where the rollups cannot tell, [`counts`] is asked.

mod daily;

use std::fmt::Write as _;

use app::model::terms::NONE_KEY;
use app::model::{Counts, Dimension, Field, Filter, Selection, Severity};
use duckdb::types::Value;
use foldhash::HashMap;
use jiff::{SignedDuration, Timestamp};

use super::QueryError;
use super::counts::{self, ANY_PIECES, most_first};
use super::cover::{Cover, Pieces, Span};
use super::edges::{edges, edges_of};
use super::resident::{Held, of_time, tell_all};
use super::rolled::{Event, Plan, within_any};
use super::spec::Spec;
use crate::store::{ROLLUP_SLICES, ResidentRow, Snapshot, rollup_part, sql_time};

/// What a window holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Each finding once.
    pub total: Counts,
    /// Findings of the severities the filter chose, else high and critical ones. Told with categories alone.
    pub severe: i64,
    rows: HashMap<Dimension, Vec<(String, Counts)>>,
}

impl Tally {
    /// Rows with the most findings first; empty for a dimension that was not asked for.
    pub fn rows(&self, by: Dimension) -> &[(String, Counts)] {
        self.rows.get(&by).map_or(&[], Vec::as_slice)
    }
}

/// Windows up to this are counted by hours alone.
const SHORT: SignedDuration = SignedDuration::from_hours(48);
pub(super) const HOURS: Pieces = Pieces { days: false, hours: true };

/// Dimensions that are told together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Category,
    Cluster,
    Family,
    Type,
    Account,
    Region,
    Workflow,
    Source,
    Service,
}

impl Told {
    /// With categories come severities: everything that filters choose from.
    pub const ALL: [Self; 9] = [
        Self::Category,
        Self::Cluster,
        Self::Family,
        Self::Type,
        Self::Account,
        Self::Region,
        Self::Workflow,
        Self::Source,
        Self::Service,
    ];

    /// A dimension that is counted ahead by whole days alone.
    pub(super) fn daily(by: Dimension) -> Option<Self> {
        Self::ALL.into_iter().find(|told| told.is_daily() && told.dimension() == by)
    }

    const fn dimension(self) -> Dimension {
        match self {
            Self::Category => Dimension::Category,
            Self::Cluster => Dimension::Cluster,
            Self::Family => Dimension::Family,
            Self::Type => Dimension::Type,
            Self::Account => Dimension::Account,
            Self::Region => Dimension::Region,
            Self::Workflow => Dimension::Workflow,
            Self::Source => Dimension::Source,
            Self::Service => Dimension::Service,
        }
    }

    /// Whether it is counted ahead by whole days alone.
    const fn is_daily(self) -> bool {
        matches!(self, Self::Account | Self::Region | Self::Workflow | Self::Source | Self::Service)
    }

    /// Its rollup, or the plain one where there is one. Categories stand in the one that counts every finding once.
    fn part(self, plain: bool) -> i8 {
        let name = match self {
            Self::Category => "all",
            Self::Cluster => "cluster",
            Self::Family => "family",
            Self::Type => "type",
            Self::Account => "account",
            Self::Region => "region",
            Self::Workflow => "workflow",
            Self::Source => "source",
            Self::Service => "service",
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

/// Counts `windows`, which differ in time alone and do not overlap, the newest first.
pub fn tally(snapshot: &Snapshot<'_>, windows: &[&Spec], by: &[Told]) -> Result<Vec<Tally>, QueryError> {
    match rolled(snapshot, windows, by)? {
        Some(tallies) => Ok(tallies),
        None => windows.iter().map(|window| scanned(snapshot, window, by)).collect(),
    }
}

/// The same where the rollups can tell, with categories by severity besides; `None`: they cannot.
pub fn rolled(snapshot: &Snapshot<'_>, windows: &[&Spec], by: &[Told]) -> Result<Option<Vec<Tally>>, QueryError> {
    let Some(filter) = windows.first().map(|window| &window.filter) else { return Ok(Some(Vec::new())) };
    let plan = Plan::of(filter, Some(Dimension::Category)).filter(|plan| snapshot.rolled_up() && plan.is_of_all());
    let Some(plan) = plan else { return Ok(None) };
    let (daily, by): (Vec<Told>, Vec<Told>) = by.iter().partition(|told| told.is_daily());
    let (detailed, keyed) = (by.contains(&Told::Category), keyed(&by));
    let pieces = if windows.iter().all(|window| is_short(window)) { HOURS } else { ANY_PIECES };
    let covers: Vec<Cover> = windows.iter().map(|window| Cover::of((window.from, window.until()), pieces)).collect();
    let mut counting = vec![Counting::default(); windows.len()];
    if let Some(held) = held(snapshot, &plan, &covers, &by) {
        let once = if detailed { Once::Detailed } else { Once::Counted };
        add_held(&held, windows, &keyed, Some(once), &mut counting);
    } else if let Some((sql, values)) = statement(&plan, windows, &covers, &by) {
        snapshot.rows(&sql, values, |row| {
            let (number, part): (usize, i8) = (row.get(0)?, row.get(1)?);
            let counts = Counts { findings: row.get(5)?, occurrences: row.get(6)? };
            let Some(counting) = counting.get_mut(number) else { return Ok(()) };
            if let Some(told) = keyed.iter().find(|told| told.part(false) == part) {
                counting.add(told.dimension(), &row.get::<_, String>(2)?, counts);
            } else {
                counting.total += counts;
                if detailed {
                    let category: Option<String> = row.get(3)?;
                    counting.add_details(category.as_deref().unwrap_or(NONE_KEY), &row.get::<_, String>(4)?, counts);
                }
            }
            Ok::<_, QueryError>(())
        })?;
    }
    // Those of all windows together: windows that follow each other meet within an hour.
    let spans: Vec<Span> = covers.iter().flat_map(|cover| cover.edges.iter().copied()).collect();
    edges_of(snapshot, &plan, Event::Created, &spans)?;
    for (counting, cover) in counting.iter_mut().zip(&covers) {
        for edge in edges(snapshot, &plan, Event::Created, cover)?.iter() {
            counting.total += edge.counts();
            for category in edge.keys(Dimension::Category).into_iter().filter(|_| detailed) {
                counting.add_details(category, &edge.severity, edge.counts());
            }
            for told in &keyed {
                edge.keys(told.dimension()).iter().for_each(|key| counting.add(told.dimension(), key, edge.counts()));
            }
        }
    }
    if !daily.is_empty() {
        daily::add(snapshot, &plan, windows, &daily, &mut counting)?;
    }
    let chose_severities = filter.fields.contains_key(&Field::Severity);
    Ok(Some(counting.into_iter().map(|counting| counting.told(chose_severities)).collect()))
}

/// How rows that count every finding once are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Once {
    Counted,
    /// By category and severity besides.
    Detailed,
}

/// What memory holds of the windows; `None`: the database has to be asked.
fn held<'a>(snapshot: &'a Snapshot<'_>, plan: &Plan, covers: &[Cover], by: &[Told]) -> Option<Held<'a>> {
    let days: Vec<Span> = covers.iter().filter_map(|cover| cover.days).collect();
    let hours: Vec<Span> = covers.iter().flat_map(|cover| cover.hours.iter().copied()).collect();
    let tells = |told: &Told| tell_all(told.part(false), [&days, &hours]);
    let asks_all = plan.wanted.is_open || plan.wanted.severity.is_some();
    if asks_all && !by.iter().all(tells) {
        return None;
    }
    Held::within(snapshot, plan, [days, hours])
}

/// Adds what memory holds.
fn add_held(held: &Held<'_>, windows: &[&Spec], keyed: &[Told], once: Option<Once>, counting: &mut [Counting]) {
    let mut number = of_time(|moment| number_in(windows, moment));
    for told in keyed {
        for ((number, key), counts) in held.sums_by_key(told.part(false), |row| Some(number(row))) {
            counting[number].add(told.dimension(), held.text(key), counts);
        }
    }
    let Some(once) = once else { return };
    let [category, severity] = [Dimension::Category, Dimension::Severity].map(Some);
    let details = |row: &ResidentRow| (held.told(category, row), held.told(severity, row));
    for ((number, (category, severity)), counts) in
        held.sums(Told::Category.part(false), |row| Some((number(row), details(row))))
    {
        counting[number].total += counts;
        if once == Once::Detailed {
            counting[number].add_details(held.text(category), held.text(severity), counts);
        }
    }
}

/// A tally that is being counted.
#[derive(Debug, Clone, Default)]
struct Counting {
    total: Counts,
    severe: i64,
    rows: HashMap<Dimension, HashMap<String, Counts>>,
}

impl Counting {
    fn add(&mut self, by: Dimension, key: &str, counts: Counts) {
        let rows = self.rows.entry(by).or_default();
        match rows.get_mut(key) {
            Some(known) => *known += counts,
            None => drop(rows.insert(key.to_owned(), counts)),
        }
    }

    /// Findings each of which is told once.
    fn add_details(&mut self, category: &str, severity: &str, counts: Counts) {
        self.add(Dimension::Category, category, counts);
        self.add(Dimension::Severity, severity, counts);
        if [Severity::High, Severity::Critical].iter().any(|severe| severe.as_str() == severity) {
            self.severe += counts.findings;
        }
    }

    fn told(self, chose_severities: bool) -> Tally {
        let severe = if chose_severities { self.total.findings } else { self.severe };
        let rows = self.rows.into_iter().map(|(by, mut rows)| {
            rows.retain(|_, counts| counts.findings != 0);
            (by, most_first(rows))
        });
        Tally { total: self.total, severe, rows: rows.collect() }
    }
}

fn scanned(snapshot: &Snapshot<'_>, window: &Spec, by: &[Told]) -> Result<Tally, QueryError> {
    let high = Spec { filter: severe(&window.filter), ..window.clone() };
    let rows = by.iter().map(|told| Ok((told.dimension(), counts::by_key(snapshot, window, told.dimension())?)));
    let severe = if by.contains(&Told::Category) { counts::totals(snapshot, &high)?.findings } else { 0 };
    Ok(Tally { total: counts::totals(snapshot, window)?, severe, rows: rows.collect::<Result<_, QueryError>>()? })
}

/// Prints the question for rollups; `None`: nothing was counted ahead.
pub(super) fn statement(plan: &Plan, windows: &[&Spec], covers: &[Cover], by: &[Told]) -> Option<(String, Vec<Value>)> {
    let mut values = Vec::new();
    let mut keyed = keyed(by);
    if !by.contains(&Told::Category) {
        // Without details every finding once is a part like others, of a single key.
        keyed.push(Told::Category);
        return relation(plan, windows, covers, &keyed, &mut values).map(|slices| (by_key(&slices), values));
    }
    let once = relation(plan, windows, covers, &[Told::Category], &mut values)?;
    let part = Told::Category.part(false).to_string();
    let once = include_str!("sql/tally_once.sql").replace("{part}", &part).replace("{slices}", &once);
    if keyed.is_empty() {
        return Some((once, values));
    }
    let keyed = relation(plan, windows, covers, &keyed, &mut values)?;
    Some((format!("{once}UNION ALL\n{}", by_key(&keyed)), values))
}

/// Prints the question for rollups of keys.
fn by_key(slices: &str) -> String {
    include_str!("sql/tally_keyed.sql").replace("{slices}", slices)
}

/// Those that stand in rollups of their own.
fn keyed(by: &[Told]) -> Vec<Told> {
    by.iter().copied().filter(|told| *told != Told::Category).collect()
}

/// Whether a window is a matter of hours: asking for whole days besides takes longer than it saves.
fn is_short(window: &Spec) -> bool {
    window.from.is_some_and(|from| window.to.duration_since(from) <= SHORT)
}

/// What was counted ahead of the windows: one scan for each size of the pieces, whatever the number of windows.
fn relation(
    plan: &Plan,
    windows: &[&Spec],
    covers: &[Cover],
    told: &[Told],
    values: &mut Vec<Value>,
) -> Option<String> {
    let days: Vec<Span> = covers.iter().filter_map(|cover| cover.days).collect();
    let hours: Vec<Span> = covers.iter().flat_map(|cover| cover.hours.iter().copied()).collect();
    let mut slices = Vec::new();
    for (unit, spans) in [("day", days), ("hour", hours)] {
        if spans.is_empty() {
            continue;
        }
        let asks_plainly = unit == "day" && Plan::is_plain(&windows[0].filter);
        // A plain part counts for the part it is the plain one of.
        let part = match told {
            [told] => told.part(false).to_string(),
            several if asks_plainly => {
                let named = several.iter().map(|told| format!("WHEN {} THEN {}", told.part(true), told.part(false)));
                format!("CASE r.part // {ROLLUP_SLICES} {} END", named.collect::<Vec<_>>().join(" "))
            }
            _ => format!("r.part // {ROLLUP_SLICES}"),
        };
        let slice = include_str!("sql/tally_rollup.sql")
            .replace("{number}", &number_of_window("r.starts_at", windows, values))
            .replace("{part}", &part)
            .replace("{unit}", unit)
            .replace("{parts}", &plan.parts(told.iter().map(|told| told.part(asks_plainly))))
            .replace("{span}", &within_any("r.starts_at", &spans, values))
            .replace("{conditions}", &plan.rolled.sql());
        values.extend(plan.rolled.values.iter().cloned());
        slices.push(slice.trim_end().to_owned());
    }
    (!slices.is_empty()).then(|| slices.join("\n    UNION ALL\n"))
}

/// Which of the windows, which do not overlap, a moment of one of them lies in.
fn number_in(windows: &[&Spec], moment: Timestamp) -> usize {
    let newer = windows.iter().position(|window| window.from.is_some_and(|from| moment >= from));
    newer.unwrap_or_else(|| windows.len().saturating_sub(1))
}

/// The same in SQL: where the newer ones begin tells them apart.
fn number_of_window(moment: &str, windows: &[&Spec], values: &mut Vec<Value>) -> String {
    let Some(((_, newer), last)) = windows.split_last().map(|split| (split, windows.len() - 1)) else {
        return "0".to_owned();
    };
    let mut number = String::new();
    for (index, begin) in newer.iter().enumerate().filter_map(|(index, window)| Some((index, window.from?))) {
        // Writing to a text cannot fail.
        let _ = write!(number, "WHEN {moment} >= ? THEN {index} ");
        values.push(sql_time(begin));
    }
    if number.is_empty() { last.to_string() } else { format!("CASE {number}ELSE {last} END") }
}

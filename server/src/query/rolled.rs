//! The planner: which questions rollups can answer, and the statements' parts that ask them.
//!
//! A rollup knows kind, sample, category, severity, whether a finding is open, and one dimension. A filter that touches
//! anything else, or two dimensions at once, has no plan: its findings are counted one by one. Both ways give the same
//! numbers; a property test holds them against each other.

use app::model::terms::NONE_KEY;
use app::model::{Dimension, Field, Filter, Kind, SampleChoice, Selection, StatusChoice};
use duckdb::types::Value;

use super::compile::{Column, Conditions, select_from, whenever};
use super::cover::{Cover, Pieces, Span, joined};
pub use crate::store::RollupEvent as Event;
use crate::store::{ROLLUP_SLICES, rollup_part, rollup_slice, sql_time};

/// What a plan asks for, of rows of a rollup.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Wanted {
    pub(super) is_open: bool,
    pub(super) category: Option<Selection>,
    pub(super) severity: Option<Selection>,
    /// Each has to hold.
    pub(super) keys: Vec<Selection>,
}

/// How a question is asked of the rollups.
#[derive(Debug, Clone)]
pub struct Plan {
    dimension: &'static str,
    /// Whether no category, severity or state is asked for: the plain part of the dimension will do.
    plain: bool,
    by: Option<Dimension>,
    /// Which of a count's parts hold what the filter asks for.
    slices: Vec<i8>,
    /// On rows of a rollup.
    pub(super) rolled: Conditions,
    /// The same on rows in memory.
    pub(super) wanted: Wanted,
    /// The same on findings, for the edges.
    pub(super) one_by_one: Conditions,
}

impl Plan {
    /// A plan for findings of `filter`, split `by` a dimension or counted once; `None`: rollups cannot tell.
    pub fn of(filter: &Filter, by: Option<Dimension>) -> Option<Self> {
        if filter.text.is_some() || filter.sequence.is_some() {
            return None;
        }
        let (mut rolled, mut wanted) = (Conditions::default(), Wanted::default());
        match filter.status.unwrap_or(StatusChoice::All) {
            StatusChoice::All => {}
            StatusChoice::Active => {
                rolled = rolled.and("r.is_open", []);
                wanted.is_open = true;
            }
            StatusChoice::Archived | StatusChoice::Resolved | StatusChoice::Suppressed => return None,
        }
        let mut dimension = match by {
            None => None,
            Some(by) => rollup_of(by)?,
        };
        for (field, selection) in &filter.fields {
            let column = match field {
                Field::Category => {
                    wanted.category = Some(selection.clone());
                    Column::One("r.category")
                }
                Field::Severity => {
                    wanted.severity = Some(selection.clone());
                    Column::One("r.severity")
                }
                field => {
                    let keyed = selected_from(*field, selection, by)?;
                    if dimension.is_some_and(|dimension| dimension != keyed) {
                        return None;
                    }
                    dimension = Some(keyed);
                    wanted.keys.push(selection.clone());
                    Column::Key("r.key")
                }
            };
            select_from(&mut rolled, &column, selection);
        }
        let plain = Self::is_plain(filter) && !matches!(by, Some(Dimension::Category | Dimension::Severity));
        Some(Self {
            dimension: dimension.unwrap_or("all"),
            plain,
            by,
            slices: slices_of(filter),
            rolled,
            wanted,
            one_by_one: whenever(filter, None),
        })
    }

    /// Whether a filter asks for no category, severity or state.
    pub fn is_plain(filter: &Filter) -> bool {
        let fields = [Field::Category, Field::Severity];
        filter.status.unwrap_or(StatusChoice::All) == StatusChoice::All
            && !fields.iter().any(|field| filter.fields.contains_key(field))
    }

    /// The same for rows that are told apart by category or severity besides.
    #[must_use]
    pub fn detailed(self) -> Self {
        Self { plain: false, ..self }
    }

    /// Units this plan can use where buckets allow `within`; `None`: no whole unit is kept that fits.
    pub fn pieces(&self, within: Pieces) -> Option<Pieces> {
        let hours = within.hours && self.keeps_hours();
        (within.days || hours).then_some(Pieces { days: within.days, hours })
    }

    /// Whether its counts are kept by hours besides days.
    pub fn keeps_hours(&self) -> bool {
        matches!(self.dimension, "all" | "type" | "cluster" | "family")
    }

    /// The dimension its keys are of, where it is kept by hours.
    pub(super) fn keyed_by(&self) -> Option<Dimension> {
        [Dimension::Type, Dimension::Cluster, Dimension::Family].into_iter().find(|by| by.as_str() == self.dimension)
    }

    /// Only rows of these keys, which are few, and perhaps some others.
    #[must_use]
    pub fn only(mut self, keys: &[String]) -> Self {
        let marks = vec!["?"; keys.len()].join(", ");
        // Not `IN`: of more than five texts the database makes a join, whose planning takes longer than the rows.
        let keyed = format!("list_contains([{marks}], r.key)");
        self.rolled = self.rolled.and(&keyed, keys.iter().cloned().map(Value::Text));
        self.wanted.keys.push(Selection { include: keys.to_vec(), exclude: Vec::new() });
        self
    }

    /// Whether it asks the rollup that counts every finding once.
    pub fn is_of_all(&self) -> bool {
        self.dimension == "all"
    }

    /// What it is split by.
    pub fn by(&self) -> Option<Dimension> {
        self.by
    }

    /// What a row of a slice is grouped by.
    pub fn key(&self) -> &'static str {
        self.by.map_or("''", column_of)
    }

    /// A count's parts that hold what the filter asks for, as a list of SQL.
    pub(super) fn parts(&self, counts: impl IntoIterator<Item = i8>) -> String {
        let of_count = |count: i8| self.slices.iter().map(move |slice| (count * ROLLUP_SLICES + slice).to_string());
        counts.into_iter().flat_map(of_count).collect::<Vec<_>>().join(", ")
    }

    /// Which of a count's parts hold what the filter asks for.
    pub(super) fn slices(&self) -> &[i8] {
        &self.slices
    }

    /// What counts created findings, told apart by category.
    pub(super) fn created(&self) -> i8 {
        self.count_of(Event::Created)
    }

    /// What counts findings to which something happened, whether plain would do or not.
    pub(super) fn count_of(&self, event: Event) -> i8 {
        rollup_part(event.as_str(), self.dimension).expect("plans ask for parts that are kept")
    }

    /// The part of a rollup that holds what happened.
    pub(super) fn count(&self, event: Event, unit: &str) -> i8 {
        let plain = if self.plain && unit == "day" && event == Event::Created {
            rollup_part("plain", self.dimension)
        } else {
            None
        };
        plain.unwrap_or_else(|| self.count_of(event))
    }

    /// A relation `(moment, key, category, severity, findings, occurrences)` of what was counted ahead of a window, with
    /// its values; `None`: nothing was. The window's [`edges`](super::edges) are not in it, but for [`Event::Gone`], whose
    /// moments are kept exactly.
    pub fn slice(&self, event: Event, cover: &Cover) -> Option<(String, Vec<Value>)> {
        self.printed(include_str!("sql/slice_rollup.sql"), event, cover, |unit| vec![self.count(event, unit)])
    }

    /// A relation `(part, moment, key, findings)` of what was counted ahead of the created findings of several plans that
    /// differ in their dimension alone: one scan for all of them. [`Plan::is_told_by`] knows whose rows are whose.
    pub fn slice_together(&self, others: &[&Self], cover: &Cover) -> Option<(String, Vec<Value>)> {
        let plans = || [self].into_iter().chain(others.iter().copied());
        let counts = |unit: &str| plans().map(|plan| plan.count(Event::Created, unit)).collect();
        let template = include_str!("sql/slice_lines.sql").replace("{slices}", &ROLLUP_SLICES.to_string());
        self.printed(&template, Event::Created, cover, counts)
    }

    /// Whether rows of a part count created findings by this plan's dimension.
    pub fn is_told_by(&self, part: i8) -> bool {
        ["day", "hour"].iter().any(|unit| self.count(Event::Created, unit) == part)
    }

    /// Whether another plan asks for the same findings by another dimension.
    pub fn differs_in_dimension_alone(&self, other: &Self) -> bool {
        (self.plain, &self.slices, &self.rolled) == (other.plain, &other.slices, &other.rolled)
    }

    fn printed(
        &self,
        template: &str,
        event: Event,
        cover: &Cover,
        counts: impl Fn(&str) -> Vec<i8>,
    ) -> Option<(String, Vec<Value>)> {
        let mut hours = cover.hours.clone();
        if event == Event::Gone {
            hours.extend(&cover.edges);
        }
        let days: Vec<Span> = cover.days.into_iter().collect();
        let mut values = Vec::new();
        let mut parts = Vec::new();
        for (unit, spans) in [("day", days), ("hour", hours)] {
            if spans.is_empty() {
                continue;
            }
            let part = template.replace("{unit}", unit);
            let part = part
                .replace("{parts}", &self.parts(counts(unit)))
                .replace("{span}", &within_any("r.starts_at", &spans, &mut values));
            parts.push(part.replace("{conditions}", &self.rolled.sql()).trim_end().to_owned());
            values.extend(self.rolled.values.iter().cloned());
        }
        (!parts.is_empty()).then(|| (parts.join("\n    UNION ALL\n"), values))
    }
}

/// Which parts of a count hold findings of the kinds that a filter asks for, samples or others.
pub(super) fn slices_of(filter: &Filter) -> Vec<i8> {
    let kinds: &[Kind] = if filter.kinds.is_empty() { &[Kind::Threat] } else { &filter.kinds };
    let samples: &[bool] = match filter.sample.unwrap_or(SampleChoice::Exclude) {
        SampleChoice::Exclude => &[false],
        SampleChoice::Only => &[true],
        SampleChoice::Include => &[false, true],
    };
    kinds.iter().flat_map(|kind| samples.iter().map(|sample| rollup_slice(*kind, *sample))).collect()
}

/// Where a row of a slice has the value of a dimension: of those that not every rollup knows it has one, its key.
pub(super) const fn column_of(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Category => "coalesce(category, '(none)')",
        Dimension::Severity => "severity",
        _ => "key",
    }
}

impl Event {
    /// Its moment of a finding. A bare column, because the database knows the least and the greatest value of each part of
    /// a column and leaves alone what lies outside.
    pub(super) const fn moment(self) -> &'static str {
        match self {
            Self::Created => "f.created_at",
            Self::Gone => "f.closed_at",
            Self::Leaves => "f.leaves_at",
        }
    }
}

/// In any of the spans, as one condition: each more would be another scan. From the first beginning to the last end besides,
/// because by a condition with `OR` the database does not know which places on disk to leave alone.
pub(super) fn within_any(column: &str, spans: &[Span], values: &mut Vec<Value>) -> String {
    let joined = joined(spans);
    let ([(from, _), .., (_, to)] | [(from, to)]) = joined[..] else { return "false".to_owned() };
    let hull = within(column, (from, to), values);
    if joined.len() == 1 {
        return hull;
    }
    let parts: Vec<String> = joined.into_iter().map(|span| format!("({})", within(column, span, values))).collect();
    format!("{hull} AND ({})", parts.join(" OR "))
}

pub(super) fn within(column: &str, (from, to): Span, values: &mut Vec<Value>) -> String {
    let mut parts = Vec::new();
    for (bound, comparison) in [(from, ">="), (to, "<")] {
        if let Some(bound) = bound {
            parts.push(format!("{column} {comparison} ?"));
            values.push(sql_time(bound));
        }
    }
    if parts.is_empty() { "true".to_owned() } else { parts.join(" AND ") }
}

/// The rollup that has the keys of a dimension: `None` for those every rollup knows; no rollup, no plan.
#[expect(clippy::option_option, reason = "no rollup and every rollup are different answers")]
const fn rollup_of(dimension: Dimension) -> Option<Option<&'static str>> {
    match dimension {
        Dimension::Category | Dimension::Severity => Some(None),
        Dimension::Account => Some(Some("account")),
        Dimension::Region => Some(Some("region")),
        Dimension::Type => Some(Some("type")),
        Dimension::Workflow => Some(Some("workflow")),
        Dimension::Source => Some(Some("source")),
        Dimension::Cluster => Some(Some("cluster")),
        Dimension::Family => Some(Some("family")),
        Dimension::Service => Some(Some("service")),
        Dimension::Image | Dimension::Revision => None,
    }
}

/// The rollup whose keys a selection can be made from. Findings have one account, so any of them will do; of clusters
/// they may have several, and rows of two would count a finding twice: then it must be a single key, not a label that
/// may stand for several, and nothing may be split by cluster.
fn selected_from(field: Field, selection: &Selection, by: Option<Dimension>) -> Option<&'static str> {
    let is_single = selection.exclude.is_empty() && selection.include.len() == 1;
    let value = selection.include.first().map(String::as_str);
    let one_key = is_single && value.is_some_and(|value| value == NONE_KEY || value.contains('/'));
    let one_source = is_single && value.is_some_and(|value| value != NONE_KEY);
    let is_split = |dimension: Dimension| by == Some(dimension);
    match field {
        Field::Account => Some("account"),
        Field::Region => Some("region"),
        Field::Type => Some("type"),
        Field::Workflow => Some("workflow"),
        Field::Source if one_source && !is_split(Dimension::Source) => Some("source"),
        Field::Cluster if one_key && !is_split(Dimension::Cluster) => Some("cluster"),
        Field::Family if one_key && !is_split(Dimension::Family) => Some("family"),
        Field::Service if one_key && !is_split(Dimension::Service) => Some("service"),
        _ => None,
    }
}

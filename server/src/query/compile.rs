//! Prints conditions and column expressions. Text comes from closed enums only; what users gave is bound.

use app::model::terms::NONE_KEY;
use app::model::{Dimension, Field, Filter, Kind, SampleChoice, Selection, Sort, SortDirection, StatusChoice};
use duckdb::types::Value;

use super::QueryError;
use super::dictionary::Part;
use super::rolled::slices_of;
use super::search::{self, Sought};
use super::spec::Spec;
use crate::store::{Snapshot, sql_time};

/// Conditions joined by AND, with their values in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Conditions {
    parts: Vec<String>,
    pub values: Vec<Value>,
}

impl Conditions {
    fn add(&mut self, sql: impl Into<String>, values: impl IntoIterator<Item = Value>) {
        self.parts.push(sql.into());
        self.values.extend(values);
    }

    /// As the text after `WHERE`.
    pub fn sql(&self) -> String {
        if self.parts.is_empty() { "true".to_owned() } else { self.parts.join("\n  AND ") }
    }

    /// With one condition more.
    #[must_use]
    pub fn and(mut self, sql: &str, values: impl IntoIterator<Item = Value>) -> Self {
        self.add(sql, values);
        self
    }
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

/// Findings the filter selects, created in its window.
pub fn in_window(spec: &Spec) -> Conditions {
    created_in_window(spec, false)
}

/// The same for a question that looks at all of them: what they have in common is compared once for each combination, where
/// the dictionary can be asked. A page of a list does without: the database stops at its last row, but not in a join.
pub fn all_in_window(snapshot: &Snapshot<'_>, spec: &Spec) -> Conditions {
    created_in_window(spec, snapshot.knows_texts())
}

fn created_in_window(spec: &Spec, by_number: bool) -> Conditions {
    let mut conditions = Conditions::default();
    if let Some(from) = spec.from {
        conditions.add("f.created_at >= ?", [sql_time(from)]);
    }
    conditions.add("f.created_at < ?", [sql_time(spec.to)]);
    let sought = spec.sought.as_deref().filter(|sought| sought.reaches(spec.from));
    debug_assert_eq!(sought.is_some(), spec.sought.is_some(), "what is known of a text is known of the whole window");
    narrow(&mut conditions, &spec.filter, sought, by_number);
    conditions
}

/// Findings the filter selects, whenever created.
pub fn any_time(snapshot: &Snapshot<'_>, filter: &Filter) -> Result<Conditions, QueryError> {
    let sought = Sought::of(snapshot, filter.text.as_deref(), None)?;
    Ok(whenever(filter, sought.as_deref()))
}

/// The same for a question that looks at all of them, as [`all_in_window`].
pub fn all_of_any_time(snapshot: &Snapshot<'_>, filter: &Filter) -> Result<Conditions, QueryError> {
    let sought = Sought::of(snapshot, filter.text.as_deref(), None)?;
    let mut conditions = Conditions::default();
    narrow(&mut conditions, filter, sought.as_deref(), snapshot.knows_texts());
    Ok(conditions)
}

/// The same where it is known how the text is looked for, or where there is none.
pub(super) fn whenever(filter: &Filter, sought: Option<&Sought>) -> Conditions {
    let mut conditions = Conditions::default();
    narrow(&mut conditions, filter, sought, false);
    conditions
}

/// Kind and sample of rows of a rollup that is called `alias`.
pub(super) fn narrow_facts(filter: &Filter, alias: &str) -> Conditions {
    let mut conditions = Conditions::default();
    match filter.sample.unwrap_or(SampleChoice::Exclude) {
        SampleChoice::Exclude => conditions.add(format!("NOT {alias}.sample"), []),
        SampleChoice::Only => conditions.add(format!("{alias}.sample"), []),
        SampleChoice::Include => {}
    }
    let kinds: &[Kind] = if filter.kinds.is_empty() { &[Kind::Threat] } else { &filter.kinds };
    let marks = vec!["?"; kinds.len()].join(", ");
    conditions.add(format!("{alias}.kind IN ({marks})"), kinds.iter().map(|kind| text(kind.as_str())));
    conditions
}

/// The same of findings, in one number. Of several the database would compare each.
fn slice_of(filter: &Filter) -> String {
    match slices_of(filter)[..] {
        [slice] => format!("f.slice = {slice}"),
        ref slices => {
            let mask = slices.iter().fold(0, |mask, slice| mask | 1 << slice);
            format!("({mask} >> f.slice) & 1 = 1")
        }
    }
}

fn narrow(conditions: &mut Conditions, filter: &Filter, sought: Option<&Sought>, by_number: bool) {
    conditions.add(slice_of(filter), []);
    match filter.status.unwrap_or(StatusChoice::All) {
        StatusChoice::All => {}
        StatusChoice::Active => conditions.add("f.closed_at IS NULL", []),
        StatusChoice::Archived => conditions.add("f.archived", []),
        StatusChoice::Resolved => conditions.add("f.workflow IS NOT DISTINCT FROM 'RESOLVED'", []),
        StatusChoice::Suppressed => conditions.add("f.workflow IS NOT DISTINCT FROM 'SUPPRESSED'", []),
    }
    if let Some(role) = filter.sequence {
        conditions.add("f.sequence = ?", [text(role.as_str())]);
    }
    let (numbered, own): (Vec<_>, Vec<_>) =
        filter.fields.iter().partition(|(field, _)| by_number && Part::worth_asking(**field).is_some());
    for (field, selection) in own {
        select_from(conditions, &column(*field), selection);
    }
    for part in [Part::What, Part::Where] {
        let mut of_part = Conditions::default();
        for (field, selection) in numbered.iter().filter(|(field, _)| Part::worth_asking(**field) == Some(part)) {
            select_from(&mut of_part, &column(**field), selection);
        }
        if !of_part.parts.is_empty() {
            let (number, table) = (part.number(), part.table());
            let sql = format!("f.{number} IN (SELECT f.{number} FROM {table} f WHERE {})", of_part.sql());
            conditions.add(sql, of_part.values);
        }
    }
    if let Some(words) = &filter.text {
        let (sql, values) = search::condition(words, sought);
        conditions.add(sql, values);
    }
}

/// How a field's values are stored.
pub(super) enum Column {
    One(&'static str),
    Many(&'static str),
    /// The key of a rollup, which says `(none)` itself.
    Key(&'static str),
    Sources,
    /// What names a place, or one of its resources.
    Workload,
}

/// What concerns a place without naming it. Threats name what they are about; a shared image or cluster is no reason to
/// count them twice.
const LINKED: &str = include_str!("sql/linked.sql");

const fn column(field: Field) -> Column {
    match field {
        Field::Category => Column::One("f.category"),
        Field::Severity => Column::One("f.severity"),
        Field::Cluster => Column::Many("f.clusters"),
        Field::Family => Column::Many("f.families"),
        Field::Revision => Column::Many("f.revisions"),
        Field::Service => Column::Many("f.services"),
        Field::Image => Column::Many("f.images"),
        Field::Account => Column::One("f.account"),
        Field::Region => Column::One("f.region"),
        Field::Source => Column::Sources,
        Field::Type => Column::One("f.type"),
        Field::Product => Column::One("f.product"),
        Field::Control => Column::One("f.control"),
        Field::ResourceType => Column::One("f.resource_type"),
        Field::Resource => Column::One("f.resource_id"),
        Field::Workflow => Column::One("f.workflow"),
        Field::LaunchType => Column::Many("f.launch_types"),
        Field::Workload => Column::Workload,
    }
}

/// Adds what a selection wants of a column.
pub(super) fn select_from(conditions: &mut Conditions, column: &Column, selection: &Selection) {
    if !selection.include.is_empty() {
        let (sql, values) = any_of(column, &selection.include);
        conditions.add(sql, values);
    }
    if !selection.exclude.is_empty() {
        let (sql, values) = any_of(column, &selection.exclude);
        // A finding without a value has none of the unwanted ones.
        conditions.add(format!("NOT coalesce({sql}, false)"), values);
    }
}

/// Findings that have one of the values. All values of a form are asked for in one comparison: what the planner needs
/// grows faster than what it is given, and twenty workloads with subqueries of their own took it ten seconds.
fn any_of(column: &Column, values: &[String]) -> (String, Vec<Value>) {
    let none = values.iter().any(|value| value == NONE_KEY);
    let named: Vec<&str> = values.iter().map(String::as_str).filter(|value| *value != NONE_KEY).collect();
    let mut bound = Vec::new();
    let mut parts = Vec::new();
    match column {
        Column::One(name) => {
            parts.extend(none.then(|| format!("{name} IS NULL")));
            parts.extend(is_one_of(name, &named, &mut bound));
        }
        Column::Key(name) => {
            let all: Vec<&str> = values.iter().map(String::as_str).collect();
            parts.extend(is_one_of(name, &all, &mut bound));
        }
        Column::Many(name) => {
            parts.extend(none.then(|| format!("len({name}) = 0")));
            parts.extend(holds_one_of(name, &named, &mut bound));
        }
        Column::Workload => {
            parts.extend(none.then(|| "(len(f.families) = 0 AND len(f.clusters) = 0)".to_owned()));
            parts.extend(["f.families", "f.clusters"].iter().flat_map(|name| holds_one_of(name, &named, &mut bound)));
            parts.extend(is_linked_to_one_of(&named, &mut bound));
        }
        Column::Sources => parts.extend(values.iter().map(|value| {
            match value.as_str() {
                "guardduty" => "f.in_guardduty",
                "securityhub" => "f.in_securityhub",
                _ => "NOT (f.in_guardduty OR f.in_securityhub)",
            }
            .to_owned()
        })),
    }
    (format!("({})", parts.join(" OR ")), bound)
}

fn is_one_of(name: &str, values: &[&str], bound: &mut Vec<Value>) -> Option<String> {
    bound.extend(values.iter().copied().map(text));
    match values.len() {
        0 => None,
        1 => Some(format!("{name} = ?")),
        many => Some(format!("{name} IN ({})", marks(many))),
    }
}

/// A key holds a slash; a label is what stands after a key's last one.
fn holds_one_of(name: &str, values: &[&str], bound: &mut Vec<Value>) -> Vec<String> {
    let (keys, labels): (Vec<&str>, Vec<&str>) = values.iter().partition(|value| value.contains('/'));
    let label_of = format!("list_transform({name}, lambda key: string_split(key, '/')[-1])");
    let mut parts = Vec::new();
    for (list, wanted) in [(name, keys), (label_of.as_str(), labels)] {
        bound.extend(wanted.iter().copied().map(text));
        match wanted.len() {
            0 => {}
            1 => parts.push(format!("list_contains({list}, ?)")),
            many => parts.push(format!("list_has_any({list}, [{}])", marks(many))),
        }
    }
    parts
}

fn is_linked_to_one_of(values: &[&str], bound: &mut Vec<Value>) -> Option<String> {
    if values.is_empty() {
        return None;
    }
    let names_one = "? IN (place, label)";
    for _ in LINKED.matches(names_one) {
        bound.extend(values.iter().copied().map(text));
    }
    let names_any = match values.len() {
        1 => names_one.to_owned(),
        many => format!("list_has_any([place, label], [{}])", marks(many)),
    };
    Some(LINKED.trim_end().replace(names_one, &names_any))
}

fn marks(many: usize) -> String {
    vec!["?"; many].join(", ")
}

/// The key of a row of a breakdown; lists give one row per value.
pub const fn key_of(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Category => "coalesce(f.category, '(none)')",
        Dimension::Severity => "f.severity",
        Dimension::Account => "coalesce(f.account, '(none)')",
        Dimension::Region => "coalesce(f.region, '(none)')",
        Dimension::Type => "f.type",
        Dimension::Workflow => "coalesce(f.workflow, '(none)')",
        Dimension::Cluster => "unnest(CASE WHEN len(f.clusters) = 0 THEN ['(none)'] ELSE f.clusters END)",
        Dimension::Family => "unnest(CASE WHEN len(f.families) = 0 THEN ['(none)'] ELSE f.families END)",
        Dimension::Service => "unnest(CASE WHEN len(f.services) = 0 THEN ['(none)'] ELSE f.services END)",
        Dimension::Image => "unnest(CASE WHEN len(f.images) = 0 THEN ['(none)'] ELSE f.images END)",
        Dimension::Revision => "unnest(CASE WHEN len(f.revisions) = 0 THEN ['(none)'] ELSE f.revisions END)",
        Dimension::Source => {
            "unnest(CASE WHEN f.in_guardduty AND f.in_securityhub THEN ['guardduty', 'securityhub'] \
             WHEN f.in_guardduty THEN ['guardduty'] ELSE ['securityhub'] END)"
        }
    }
}

/// Whether a finding may stand in several rows of a breakdown.
pub const fn has_several_keys(dimension: Dimension) -> bool {
    match dimension {
        Dimension::Category
        | Dimension::Severity
        | Dimension::Account
        | Dimension::Region
        | Dimension::Type
        | Dimension::Workflow => false,
        Dimension::Cluster
        | Dimension::Family
        | Dimension::Service
        | Dimension::Image
        | Dimension::Revision
        | Dimension::Source => true,
    }
}

/// What a list is ordered by: never NULL, with the type a cursor's text is cast to.
pub const fn order_of(sort: Sort) -> (&'static str, &'static str) {
    match sort {
        Sort::Created => ("f.created_at", "TIMESTAMP"),
        Sort::Updated => ("f.updated_at", "TIMESTAMP"),
        Sort::LastSeen => ("coalesce(f.last_seen, f.updated_at)", "TIMESTAMP"),
        Sort::Severity => ("(f.severity_rank::DOUBLE * 100 + coalesce(f.severity_score, 0))", "DOUBLE"),
        Sort::Count => ("f.occurrences", "BIGINT"),
        Sort::Type => ("f.type", "VARCHAR"),
        Sort::Title => ("f.title", "VARCHAR"),
    }
}

/// The direction's keyword, and the comparison that finds what comes after.
pub const fn direction_of(direction: SortDirection) -> (&'static str, &'static str) {
    match direction {
        SortDirection::Ascending => ("ASC", ">"),
        SortDirection::Descending => ("DESC", "<"),
    }
}

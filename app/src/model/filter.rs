//! The filter: one grammar for pages, API, exports and shares.
//!
//! Parses a query string into a typed value and prints it back in a canonical order, leaving out what is default.
//! It does not resolve anything: presets, days and time zones become instants on the server, against one `now`.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use super::field::{Field, Selection};
pub use super::order::{Sort, SortDirection};
use super::terms::{Grain, Kind, SampleChoice, SequenceRole, StatusChoice};
pub use super::time_range::{Moment, Span, TimeRange};

/// Longest accepted text of one value, in bytes: longer than any ARN.
const LONGEST_VALUE: usize = 2048;
/// Most values of one field.
const MOST_VALUES: usize = 200;
/// Most rows on one page of a list.
pub const MOST_ROWS: u32 = 1000;

/// Why a query string is not a filter. Names the parameter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// The grammar has no such parameter.
    #[error("unknown parameter `{0}`")]
    UnknownParameter(String),
    /// The parameter exists, its value is not understood.
    #[error("`{parameter}`: {reason}")]
    BadValue {
        /// The parameter's name.
        parameter: String,
        /// What is wrong and what would be right.
        reason: String,
    },
}

impl FilterError {
    /// A complaint about the value of `parameter`.
    pub fn bad(parameter: &str, reason: impl fmt::Display) -> Self {
        Self::BadValue { parameter: parameter.to_owned(), reason: reason.to_string() }
    }

    /// The parameter to blame.
    pub fn parameter(&self) -> &str {
        match self {
            Self::UnknownParameter(parameter) | Self::BadValue { parameter, .. } => parameter,
        }
    }
}

/// What to show. `Default` is what a bare URL means: threats of the last 30 days without samples.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Filter {
    pub range: TimeRange,
    /// IANA name, checked on the server; `None`: the server's setting.
    pub time_zone: Option<String>,
    /// `None`: chosen by the length of the range.
    pub grain: Option<Grain>,
    /// Never holds an empty selection.
    pub fields: BTreeMap<Field, Selection>,
    pub status: Option<StatusChoice>,
    /// Empty: threats, on threat reports.
    pub kinds: Vec<Kind>,
    pub sample: Option<SampleChoice>,
    pub sequence: Option<SequenceRole>,
    /// Searches type, title, resource and ids.
    pub text: Option<String>,
    pub sort: Option<Sort>,
    pub direction: Option<SortDirection>,
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

impl Filter {
    /// Reads a query string. Names in `others` belong to the caller (`by`, `format`, `lang`, …) and are skipped.
    ///
    /// Empty values are skipped too, because an untouched field of a GET form sends one.
    pub fn parse(query: &str, others: &[&str]) -> Result<Self, FilterError> {
        let mut filter = Self::default();
        for (name, value) in form_urlencoded::parse(query.trim_start_matches('?').as_bytes()) {
            if others.contains(&name.as_ref()) || value.is_empty() && Self::knows(&name) {
                continue;
            }
            filter.take(&name, &value)?;
        }
        filter.fields.retain(|_, selection| !selection.is_empty());
        Ok(filter)
    }

    /// Reads what it understands of a query string and ignores the rest, for links that must not break. Empty values are
    /// none, as in [`Filter::parse`].
    pub fn parse_lenient(query: &str) -> Self {
        let mut filter = Self::default();
        for (name, value) in form_urlencoded::parse(query.trim_start_matches('?').as_bytes()) {
            if value.is_empty() {
                continue;
            }
            let before = filter.clone();
            if filter.take(&name, &value).is_err() {
                filter = before;
            }
        }
        filter.fields.retain(|_, selection| !selection.is_empty());
        filter
    }

    fn knows(name: &str) -> bool {
        const OTHERS: [&str; 13] =
            ["range", "from", "to", "tz", "grain", "status", "kind", "sample", "sequence", "q", "sort", "dir", "limit"];
        name == "cursor" || OTHERS.contains(&name) || Field::ALL.iter().any(|field| field.as_str() == name)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), FilterError> {
        if value.len() > LONGEST_VALUE {
            return Err(FilterError::bad(name, format!("longer than {LONGEST_VALUE} bytes")));
        }
        let bad = |reason: &dyn fmt::Display| FilterError::bad(name, reason);
        match name {
            "range" => {
                let span = Span::ALL.iter().copied().find(|span| span.as_str() == value);
                let span = span.ok_or_else(|| bad(&format!("`{value}` is none of 24h, 7d, 30d, 90d, 1y, all")))?;
                // A chosen `from`/`to` is more exact than the preset a form sends along.
                if matches!(self.range, TimeRange::Last(_)) {
                    self.range = TimeRange::Last(span);
                }
            }
            "from" | "to" => {
                let moment: Moment = value.parse().map_err(|error: String| bad(&error))?;
                let (mut from, mut to) = match self.range {
                    TimeRange::Between { from, to } => (from, to),
                    TimeRange::Last(_) => (None, None),
                };
                *(if name == "from" { &mut from } else { &mut to }) = Some(moment);
                self.range = TimeRange::Between { from, to };
            }
            "tz" => self.time_zone = Some(value.to_owned()),
            "grain" => self.grain = Some(value.parse().map_err(|error| bad(&error))?),
            "status" => self.status = Some(value.parse().map_err(|error| bad(&error))?),
            "kind" => {
                for word in value.split(',').filter(|word| !word.is_empty()) {
                    let kind = word.parse().map_err(|error| bad(&error))?;
                    if !self.kinds.contains(&kind) {
                        self.kinds.push(kind);
                    }
                }
                self.kinds.sort_unstable();
            }
            "sample" => self.sample = Some(value.parse().map_err(|error| bad(&error))?),
            "sequence" => self.sequence = Some(value.parse().map_err(|error| bad(&error))?),
            "q" => self.text = Some(value.trim().to_owned()).filter(|text| !text.is_empty()),
            "sort" => {
                let sort = Sort::ALL.iter().copied().find(|sort| sort.as_str() == value);
                let words = || Sort::ALL.iter().map(|sort| sort.as_str()).collect::<Vec<_>>().join(", ");
                self.sort = Some(sort.ok_or_else(|| bad(&format!("`{value}` is none of {}", words())))?);
            }
            "dir" => {
                self.direction = Some(match value {
                    "asc" => SortDirection::Ascending,
                    "desc" => SortDirection::Descending,
                    _ => return Err(bad(&format!("`{value}` is neither asc nor desc"))),
                });
            }
            "limit" => {
                let limit = value.parse().ok().filter(|limit| (1..=MOST_ROWS).contains(limit));
                self.limit =
                    Some(limit.ok_or_else(|| bad(&format!("`{value}` is not a number from 1 to {MOST_ROWS}")))?);
            }
            "cursor" => self.cursor = Some(value.to_owned()),
            _ => {
                let field = Field::ALL.iter().copied().find(|field| field.as_str() == name);
                let field = field.ok_or_else(|| FilterError::UnknownParameter(name.to_owned()))?;
                self.take_values(field, value)?;
            }
        }
        Ok(())
    }

    fn take_values(&mut self, field: Field, values: &str) -> Result<(), FilterError> {
        let selection = self.fields.entry(field).or_default();
        for value in values.split(',').filter(|value| !value.is_empty()) {
            let (list, value) = match value.strip_prefix('!') {
                Some(unwanted) => (&mut selection.exclude, unwanted),
                None => (&mut selection.include, value),
            };
            field.check(value).map_err(|reason| FilterError::bad(field.as_str(), reason))?;
            if value.is_empty() || list.iter().any(|known| known == value) {
                continue;
            }
            if list.len() == MOST_VALUES {
                return Err(FilterError::bad(field.as_str(), format!("more than {MOST_VALUES} values")));
            }
            list.push(value.to_owned());
        }
        Ok(())
    }

    /// Prints the canonical query string, without `?`; empty for the default filter.
    pub fn to_query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        match self.range {
            TimeRange::Last(span) if span == Span::default() => {}
            TimeRange::Last(span) => drop(query.append_pair("range", span.as_str())),
            TimeRange::Between { from, to } => {
                for (name, moment) in [("from", from), ("to", to)] {
                    if let Some(moment) = moment {
                        query.append_pair(name, &moment.to_string());
                    }
                }
            }
        }
        for (field, selection) in &self.fields {
            let unwanted = selection.exclude.iter().map(|value| format!("!{value}"));
            for value in selection.include.iter().cloned().chain(unwanted) {
                query.append_pair(field.as_str(), &value);
            }
        }
        for kind in &self.kinds {
            query.append_pair("kind", kind.as_str());
        }
        let limit = self.limit.map(|limit| limit.to_string());
        let single = [
            ("status", self.status.map(StatusChoice::as_str)),
            ("sample", self.sample.map(SampleChoice::as_str)),
            ("sequence", self.sequence.map(SequenceRole::as_str)),
            ("q", self.text.as_deref()),
            ("tz", self.time_zone.as_deref()),
            ("grain", self.grain.map(Grain::as_str)),
            ("sort", self.sort.map(Sort::as_str)),
            ("dir", self.direction.map(SortDirection::as_str)),
            ("limit", limit.as_deref()),
            ("cursor", self.cursor.as_deref()),
        ];
        for (name, value) in single {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }

    /// `path` with this filter as its query, or after the query it has.
    pub fn href(&self, path: &str) -> String {
        match self.to_query() {
            query if query.is_empty() => path.to_owned(),
            query if path.contains('?') => format!("{path}&{query}"),
            query => format!("{path}?{query}"),
        }
    }

    /// The same filter narrowed to one value of a field, back on the first page. Where a finding may have several
    /// values, what is excluded stays excluded.
    #[must_use]
    pub fn with(&self, field: Field, value: &str) -> Self {
        let mut narrowed = self.first_page();
        let selection = narrowed.fields.entry(field).or_default();
        selection.include = vec![value.to_owned()];
        selection.exclude.retain(|unwanted| field.is_list() && unwanted != value);
        narrowed
    }

    /// The same filter without one field, back on the first page.
    #[must_use]
    pub fn without(&self, field: Field) -> Self {
        let mut widened = self.first_page();
        widened.fields.remove(&field);
        widened
    }

    /// The same filter without its place in the list.
    #[must_use]
    pub fn first_page(&self) -> Self {
        Self { cursor: None, ..self.clone() }
    }

    /// Whether anything but time, order and paging narrows the findings.
    pub fn is_narrowed(&self) -> bool {
        !self.fields.is_empty()
            || !self.kinds.is_empty()
            || self.text.is_some()
            || self.sequence.is_some()
            || self.status.is_some_and(|status| status != StatusChoice::All)
            || self.sample.is_some_and(|sample| sample != SampleChoice::Exclude)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> Result<Filter, FilterError> {
        Filter::parse(query, &["lang"])
    }

    #[test]
    fn canonical_form_is_stable() {
        let query = "range=7d&severity=high,critical&cluster=!prod&kind=posture&q=miner&limit=50&lang=ja&type=";
        let filter = parse(query).unwrap_or_default();
        let printed = filter.to_query();
        assert_eq!(printed, "range=7d&severity=high&severity=critical&cluster=%21prod&kind=posture&q=miner&limit=50");
        assert_eq!(parse(&printed), Ok(filter));
    }

    #[test]
    fn narrowing_keeps_what_still_excludes_something() {
        let filter = parse("family=a,!b&type=!x&cursor=00").unwrap_or_default();
        assert_eq!(filter.with(Field::Family, "c").to_query(), "family=c&family=%21b&type=%21x");
        assert_eq!(filter.with(Field::Family, "b").to_query(), "family=b&type=%21x");
        assert_eq!(filter.with(Field::Type, "y").to_query(), "family=a&family=%21b&type=y");
    }

    #[test]
    fn explicit_bounds_win_over_a_preset_in_any_order() {
        let bounds = parse("from=2026-11-01&to=2026-11-08");
        assert_eq!(parse("range=7d&from=2026-11-01&to=2026-11-08"), bounds);
        assert_eq!(parse("from=2026-11-01&to=2026-11-08&range=7d"), bounds);
    }

    #[test]
    fn errors_name_the_parameter() {
        for (query, parameter) in [
            ("colour=red", "colour"),
            ("severity=severe", "severity"),
            ("range=3d", "range"),
            ("limit=0", "limit"),
            ("from=yesterday", "from"),
            ("dir=up", "dir"),
        ] {
            assert_eq!(parse(query).map_err(|error| error.parameter().to_owned()), Err(parameter.to_owned()));
        }
    }

    #[test]
    fn lenient_reading_keeps_what_it_understands() {
        assert_eq!(Filter::parse_lenient("colour=red&severity=high&limit=x").to_query(), "severity=high");
        assert_eq!(Filter::parse_lenient("range=7d&tz=&severity=").to_query(), "range=7d");
    }
}

//! What a reader chose to see of the overview: part of its address, so that a link reproduces the page.

use std::str::FromStr;

use jiff::civil::{Date, Weekday};

use super::filter::{Field, FilterError};
use super::heatmap::HeatColumns;
use super::terms::{Dimension, Metric};

/// How the overview splits its trend and its heat map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OverviewView {
    pub by: Dimension,
    pub metric: Metric,
    pub columns: HeatColumns,
    /// The Monday of the one week the heat map shows; `None`, or a week that the window does not touch: the whole window.
    pub week: Option<Date>,
}

impl Default for OverviewView {
    fn default() -> Self {
        Self { by: Dimension::Category, metric: Metric::New, columns: HeatColumns::Of(Dimension::Cluster), week: None }
    }
}

impl OverviewView {
    /// Parameters of the overview besides the filter.
    pub const PARAMETERS: [&'static str; 4] = ["by", "metric", "cols", "week"];
    /// What the trend can be split by, in the order of the switch.
    pub const BY: [Dimension; 5] =
        [Dimension::Category, Dimension::Severity, Dimension::Cluster, Dimension::Family, Dimension::Account];
    /// What the columns of the heat map can be, in the order of the switch.
    pub const COLUMNS: [HeatColumns; 2] = [HeatColumns::Of(Dimension::Cluster), HeatColumns::Time];

    /// Reads them from a query string; what is not one of the choices is refused by name.
    pub fn parse(query: &str) -> Result<Self, FilterError> {
        let usual = Self::default();
        let week = word::<Date>(query, "week")?;
        if week.is_some_and(|week| week.weekday() != Weekday::Monday) {
            return Err(FilterError::bad("week", "is not a Monday"));
        }
        Ok(Self {
            week,
            by: one_of(word(query, "by")?.unwrap_or(usual.by), "by", &Self::BY, Dimension::as_str)?,
            metric: word(query, "metric")?.unwrap_or(usual.metric),
            columns: one_of(
                word(query, "cols")?.unwrap_or(usual.columns),
                "cols",
                &Self::COLUMNS,
                HeatColumns::as_str,
            )?,
        })
    }

    /// The overview's address with what differs from the usual view; a filter's query may follow.
    pub fn path(self) -> String {
        self.at("/")
    }

    /// The same of another page that shows a trend.
    pub fn at(self, base: &str) -> String {
        let usual = Self::default();
        let mut query = form_urlencoded::Serializer::new(String::new());
        if self.by != usual.by {
            query.append_pair("by", self.by.as_str());
        }
        if self.metric != usual.metric {
            query.append_pair("metric", self.metric.as_str());
        }
        if self.columns != usual.columns {
            query.append_pair("cols", self.columns.as_str());
        }
        if let Some(week) = self.week {
            query.append_pair("week", &week.to_string());
        }
        match query.finish() {
            query if query.is_empty() => base.to_owned(),
            query => format!("{base}?{query}"),
        }
    }
}

fn one_of<T: Copy + PartialEq>(
    value: T,
    parameter: &str,
    choices: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<T, FilterError> {
    if choices.contains(&value) {
        return Ok(value);
    }
    let words: Vec<&str> = choices.iter().map(|choice| name(*choice)).collect();
    Err(FilterError::bad(parameter, format!("`{}` is none of {}", name(value), words.join(", "))))
}

/// The word of a closed vocabulary; empty is as good as absent, two are one too many.
pub fn word<T: FromStr<Err: std::fmt::Display>>(query: &str, name: &str) -> Result<Option<T>, FilterError> {
    let mut values =
        form_urlencoded::parse(query.as_bytes()).filter(|(given, value)| given == name && !value.is_empty());
    let Some((_, value)) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(FilterError::bad(name, "is given twice"));
    }
    value.parse().map(Some).map_err(|error| FilterError::bad(name, error))
}

impl From<Dimension> for Field {
    /// The field whose values are the keys of the dimension.
    fn from(dimension: Dimension) -> Self {
        match dimension {
            Dimension::Category => Self::Category,
            Dimension::Severity => Self::Severity,
            Dimension::Cluster => Self::Cluster,
            Dimension::Family => Self::Family,
            Dimension::Service => Self::Service,
            Dimension::Account => Self::Account,
            Dimension::Region => Self::Region,
            Dimension::Type => Self::Type,
            Dimension::Source => Self::Source,
            Dimension::Image => Self::Image,
            Dimension::Revision => Self::Revision,
            Dimension::Workflow => Self::Workflow,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_its_address() {
        for query in ["", "by=severity", "by=cluster&metric=active&cols=time", "metric=occurrences", "week=2026-11-16"]
        {
            let view = OverviewView::parse(query);
            let path = view.as_ref().map(|view| view.path()).unwrap_or_default();
            assert_eq!(OverviewView::parse(path.trim_start_matches("/?").trim_start_matches('/')), view);
            assert_eq!(path.trim_start_matches("/?").trim_start_matches('/'), query);
        }
    }

    #[test]
    fn nonsense_is_named() {
        for (query, parameter) in [
            ("by=colour", "by"),
            ("by=type", "by"),
            ("metric=all", "metric"),
            ("cols=family", "cols"),
            ("week=2026-11-17", "week"),
            ("week=monday", "week"),
            ("by=severity&by=category", "by"),
        ] {
            let error = OverviewView::parse(query).map_err(|error| error.parameter().to_owned());
            assert_eq!(error, Err(parameter.to_owned()), "{query}");
        }
    }

    #[test]
    fn every_dimension_is_a_field_of_the_same_name() {
        for dimension in Dimension::ALL {
            assert_eq!(Field::from(*dimension).as_str(), dimension.as_str());
        }
    }
}

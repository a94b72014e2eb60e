//! A query string as a typed question: the one reading that the API, files over HTTP and `yagura export` share.
//!
//! Strict: a parameter the question does not take is refused by name.

use app::model::coverage::VerdictChoice;
use app::model::filter::MOST_ROWS;
use app::model::view::word;
use app::model::{CostChart, CostView, Dimension, Filter, FilterError, HeatColumns, Metric, RejectQuery};
use app::page::Theme;
use app::text::Language;

/// Findings split by one dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakdownQuestion {
    pub filter: Filter,
    pub by: Dimension,
}

/// Counts over time, split by one dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendQuestion {
    pub filter: Filter,
    pub by: Dimension,
    pub metric: Metric,
}

/// Counts by two dimensions, or by one and time.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatmapQuestion {
    pub filter: Filter,
    pub rows: Dimension,
    pub columns: HeatColumns,
}

/// Families or services and their verdicts.
#[derive(Debug, Clone, PartialEq)]
pub struct VerdictQuestion {
    pub filter: Filter,
    pub choice: VerdictChoice,
}

impl VerdictQuestion {
    /// Reads a query string. `others` are names that belong to the caller. Without `verdict` every one is listed.
    pub fn parse(query: &str, others: &[&str]) -> Result<Self, FilterError> {
        let filter = Filter::parse(query, &[&["verdict"], others].concat())?;
        let words: Vec<_> = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "verdict").collect();
        let text = words.iter().map(|(_, value)| value.as_ref()).collect::<Vec<_>>().join(",");
        let choice = VerdictChoice::parse(&text).map_err(|error| FilterError::bad("verdict", error))?;
        Ok(Self { filter, choice })
    }
}

/// Costs as one of their pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct CostPictureQuestion {
    pub view: CostView,
    pub chart: CostChart,
}

impl CostPictureQuestion {
    /// Reads a query string. `others` are names that belong to the caller. Without `chart` it is usage by day.
    pub fn parse(query: &str, others: &[&str]) -> Result<Self, FilterError> {
        let view = CostView::parse(query, &[&["chart"], others].concat())?;
        Ok(Self { view, chart: word(query, "chart")?.unwrap_or(CostChart::Days) })
    }
}

/// How a picture looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureQuestion {
    pub language: Language,
    /// `None`: what suits the form of the picture.
    pub theme: Option<Theme>,
}

impl HeatmapQuestion {
    /// Reads a query string. `others` are names that belong to the caller. Unless given, rows are categories and columns
    /// clusters.
    pub fn parse(query: &str, others: &[&str]) -> Result<Self, FilterError> {
        let filter = Filter::parse(query, &[&["rows", "cols"], others].concat())?;
        let rows = word(query, "rows")?.unwrap_or(Dimension::Category);
        Ok(Self { filter, rows, columns: word(query, "cols")?.unwrap_or(HeatColumns::Of(Dimension::Cluster)) })
    }
}

impl PictureQuestion {
    /// Parameters of a picture besides those of its report.
    pub const PARAMETERS: [&'static str; 2] = ["lang", "theme"];

    /// Reads them from a query string. A file is the same for everybody: no cookie and no header has a say.
    pub fn parse(query: &str) -> Result<Self, FilterError> {
        let mut question = Self { language: Language::English, theme: None };
        for (name, value) in form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.is_empty()) {
            let bad = || FilterError::bad(&name, format!("`{value}` is not known"));
            match name.as_ref() {
                "lang" => question.language = Language::from_tag(&value).ok_or_else(bad)?,
                "theme" => question.theme = Some(Theme::parse(&value).ok_or_else(bad)?),
                _ => {}
            }
        }
        Ok(question)
    }
}

impl BreakdownQuestion {
    /// Reads a query string. `others` are names that belong to the caller. `by` must be given.
    pub fn parse(query: &str, others: &[&str]) -> Result<Self, FilterError> {
        let filter = Filter::parse(query, &[&["by"], others].concat())?;
        let missing = || {
            let words: Vec<&str> = Dimension::ALL.iter().map(|dimension| dimension.as_str()).collect();
            FilterError::bad("by", format!("is missing; it is one of {}", words.join(", ")))
        };
        Ok(Self { filter, by: word(query, "by")?.ok_or_else(missing)? })
    }
}

impl TrendQuestion {
    /// Reads a query string. `others` are names that belong to the caller. Without `by` it is split by category,
    /// without `metric` it counts new findings.
    pub fn parse(query: &str, others: &[&str]) -> Result<Self, FilterError> {
        let filter = Filter::parse(query, &[&["by", "metric"], others].concat())?;
        let by = word(query, "by")?.unwrap_or(Dimension::Category);
        Ok(Self { filter, by, metric: word(query, "metric")?.unwrap_or(Metric::New) })
    }
}

/// Refuses every parameter but `others`.
pub fn takes_nothing(query: &str, others: &[&str]) -> Result<(), FilterError> {
    let stranger = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| !others.contains(&name.as_ref()));
    stranger.map_or(Ok(()), |(name, _)| Err(FilterError::UnknownParameter(name.into_owned())))
}

/// Which rejected inputs to list: `limit` and `cursor`, nothing else.
pub fn rejects_question(query: &str) -> Result<RejectQuery, FilterError> {
    takes_nothing(query, &["limit", "cursor"])?;
    let limit: Option<u32> = word(query, "limit")?;
    if limit.is_some_and(|limit| !(1..=MOST_ROWS).contains(&limit)) {
        return Err(FilterError::bad("limit", format!("is not a number from 1 to {MOST_ROWS}")));
    }
    Ok(RejectQuery { limit, cursor: word(query, "cursor")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_questions_are_named() {
        for (query, parameter) in [
            ("", "by"),
            ("by=", "by"),
            ("by=colour", "by"),
            ("by=severity&by=category", "by"),
            ("by=severity&metric=new", "metric"),
            ("by=severity&severity=severe", "severity"),
        ] {
            let error = BreakdownQuestion::parse(query, &[]).map_err(|error| error.parameter().to_owned());
            assert_eq!(error, Err(parameter.to_owned()), "{query}");
        }
        assert!(TrendQuestion::parse("metric=all", &[]).is_err_and(|error| error.parameter() == "metric"));
        for (query, parameter) in
            [("limit=0", "limit"), ("limit=x", "limit"), ("cursor=a&cursor=b", "cursor"), ("a=1", "a")]
        {
            assert!(rejects_question(query).is_err_and(|error| error.parameter() == parameter), "{query}");
        }
        assert!(takes_nothing("a=1", &[]).is_err_and(|error| error.parameter() == "a"));
    }

    #[test]
    fn a_trend_has_its_usual_form() {
        let trend = TrendQuestion::parse("range=7d&by=", &[]).map(|trend| (trend.by, trend.metric));
        assert_eq!(trend, Ok((Dimension::Category, Metric::New)));
    }
}

//! Findings counted by two things at once.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::terms::{Dimension, Grain, UnknownTerm};

/// What the columns of a [`Heatmap`] are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum HeatColumns {
    /// Values of a dimension.
    Of(Dimension),
    /// Buckets of time, as wide as the filter's grain; weeks unless it has one.
    Time,
}

impl HeatColumns {
    /// The word for [`HeatColumns::Time`].
    const TIME: &'static str = "time";

    /// The word used in URLs, the API and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Of(dimension) => dimension.as_str(),
            Self::Time => Self::TIME,
        }
    }

    /// Every choice.
    pub fn all() -> impl Iterator<Item = Self> {
        Dimension::ALL.iter().copied().map(Self::Of).chain([Self::Time])
    }
}

impl fmt::Display for HeatColumns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for HeatColumns {
    type Err = UnknownTerm;

    fn from_str(word: &str) -> Result<Self, UnknownTerm> {
        Self::all().find(|choice| choice.as_str() == word).ok_or_else(|| UnknownTerm {
            vocabulary: "columns",
            word: word.to_owned(),
            expected: Self::all().map(Self::as_str).collect::<Vec<_>>().join(", "),
        })
    }
}

impl From<HeatColumns> for String {
    fn from(columns: HeatColumns) -> Self {
        columns.as_str().to_owned()
    }
}

impl TryFrom<String> for HeatColumns {
    type Error = UnknownTerm;

    fn try_from(word: String) -> Result<Self, UnknownTerm> {
        word.parse()
    }
}

/// A week of a window, cut to it; half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeatWeek {
    pub monday: Date,
    pub from: Timestamp,
    pub to: Timestamp,
}

/// The head of a column with its own count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeatColumn {
    /// Filter value, or the start of a bucket, RFC 3339 with the zone's offset.
    pub key: String,
    pub label: String,
    /// Distinct findings of the column, those outside the shown rows included; `None` where nobody looked.
    pub findings: Option<i64>,
}

/// One row with its own count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeatRow {
    pub key: String,
    pub label: String,
    /// Distinct findings of the row, those outside the shown columns included.
    pub findings: i64,
    /// One per column; `None` where nobody looked.
    pub cells: Vec<Option<i64>>,
}

/// Findings of the window by two dimensions, or by one and time.
///
/// A finding with several values counts once in each of its cells, and once in every total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heatmap {
    pub rows_by: Dimension,
    pub cols_by: HeatColumns,
    /// Width of a column of time; `None` where columns are values.
    pub grain: Option<Grain>,
    /// IANA name.
    pub time_zone: String,
    /// Most findings first, or in the order of time.
    pub columns: Vec<HeatColumn>,
    /// Most findings first; closed vocabularies in their own order.
    pub rows: Vec<HeatRow>,
    /// How many columns there are, those beyond the last shown included.
    pub columns_total: usize,
    /// How many rows there are, those beyond the last shown included.
    pub rows_total: usize,
    /// Distinct findings.
    pub total: i64,
    /// Whether somebody looked at any part of the window: without it nothing found means nothing.
    pub watched: bool,
    pub as_of: Timestamp,
    pub data_version: u64,
}

impl Heatmap {
    /// The largest value of a cell.
    pub fn highest(&self) -> i64 {
        self.rows.iter().flat_map(|row| row.cells.iter().flatten()).copied().max().unwrap_or(0)
    }

    /// The columns that `room` has room for: the first ones, or the newest of time.
    pub fn columns_in(&self, room: usize) -> std::ops::Range<usize> {
        let count = self.columns.len();
        match self.cols_by {
            HeatColumns::Time => count.saturating_sub(room)..count,
            HeatColumns::Of(_) => 0..count.min(room),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_words() {
        for columns in HeatColumns::all() {
            assert_eq!(columns.as_str().parse(), Ok(columns));
        }
        assert!("colour".parse::<HeatColumns>().is_err_and(|error| error.expected.ends_with(", time")));
    }
}

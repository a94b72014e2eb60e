//! Which time a report speaks of, as it was asked for. Nothing here is resolved: that takes a `now`.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A preset length of time, ending now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Span {
    Day,
    Week,
    #[default]
    Month,
    Quarter,
    Year,
    All,
}

impl Span {
    /// Every preset, shortest first.
    pub const ALL: &[Self] = &[Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year, Self::All];

    /// The word used in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Quarter => "90d",
            Self::Year => "1y",
            Self::All => "all",
        }
    }

    /// Length in hours; `None` for everything.
    pub const fn hours(self) -> Option<i64> {
        match self {
            Self::Day => Some(24),
            Self::Week => Some(7 * 24),
            Self::Month => Some(30 * 24),
            Self::Quarter => Some(90 * 24),
            Self::Year => Some(365 * 24),
            Self::All => None,
        }
    }
}

/// One end of a chosen time range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Moment {
    /// RFC 3339.
    Instant(Timestamp),
    /// Midnight of the day, in the time zone of the request.
    Day(Date),
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instant(instant) => write!(f, "{instant}"),
            Self::Day(date) => write!(f, "{date}"),
        }
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.len() == 10 {
            return text.parse().map(Self::Day).map_err(|_| format!("`{text}` is not a date like 2026-11-23"));
        }
        text.parse()
            .map(Self::Instant)
            .map_err(|_| format!("`{text}` is neither a date nor an RFC 3339 time like 2026-11-23T12:00:00Z"))
    }
}

/// Which time a report speaks of, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TimeRange {
    Last(Span),
    Between { from: Option<Moment>, to: Option<Moment> },
}

impl Default for TimeRange {
    fn default() -> Self {
        Self::Last(Span::default())
    }
}

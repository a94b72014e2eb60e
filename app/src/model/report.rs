//! Reports: typed rows with their unit, their window and the moment they speak of.
//!
//! A page, its chart, its CSV and its JSON are made from the same value of these types.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::change::{Movers, News, Radar};
use super::coverage::ClusterWatch;
use super::field::Field;
use super::finding::Finding;
use super::heatmap::{HeatWeek, Heatmap};
use super::status::SourceStatus;
use super::terms::{Category, Dimension, Grain, Metric, Severity};

/// The resolved time window of a report, half-open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// `None`: from the beginning.
    pub from: Option<Timestamp>,
    pub to: Timestamp,
    /// IANA name.
    pub time_zone: String,
    pub grain: Grain,
}

/// Two counts of the same set of findings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Distinct findings.
    pub findings: i64,
    /// Their repetitions.
    pub occurrences: i64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.findings += other.findings;
        self.occurrences += other.occurrences;
    }
}

/// One row of a [`Breakdown`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakdownRow {
    /// Filter value of this row; `(none)` where findings have no value.
    pub key: String,
    pub label: String,
    pub findings: i64,
    pub occurrences: i64,
}

/// Findings of the window split by one dimension, most findings first.
///
/// A finding with several values counts once in each of its rows and once in the total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breakdown {
    pub by: Dimension,
    pub rows: Vec<BreakdownRow>,
    pub total: Counts,
    /// Whether somebody looked at any part of the window: without it nothing found means nothing.
    pub watched: bool,
    pub as_of: Timestamp,
    pub data_version: u64,
}

/// One line or band of a [`Trend`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    pub key: String,
    pub label: String,
    /// One per bucket; `None` where nobody looked.
    pub values: Vec<Option<i64>>,
}

/// Counts over time, split by one dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trend {
    pub by: Dimension,
    pub metric: Metric,
    pub grain: Grain,
    /// IANA name.
    pub time_zone: String,
    /// Start of each bucket, RFC 3339 with the zone's offset.
    pub buckets: Vec<String>,
    /// Most findings first; categories in their own order. Empty when nothing was found.
    pub series: Vec<Series>,
    /// Per bucket over all series: what was counted once, `None` where nobody looked.
    pub totals: Vec<Option<i64>>,
    /// Per bucket, in whole percent of the time of the tasks the filter's places run: how much of it had an agent that was
    /// seen running. `None` where nobody looked at what runs, or nothing ran. Empty where the filter asks for no threats.
    pub covered_percent: Vec<Option<i64>>,
    pub as_of: Timestamp,
    pub data_version: u64,
}

impl Trend {
    /// Whether somebody looked, and no agent could have told.
    pub fn is_blind(&self, index: usize) -> bool {
        self.covered_at(index) == Some(0)
    }

    /// Whether somebody looked, and agents could have told of some of the tasks.
    pub fn is_partly_blind(&self, index: usize) -> bool {
        self.covered_at(index).is_some_and(|percent| (1..100).contains(&percent))
    }

    fn covered_at(&self, index: usize) -> Option<i64> {
        self.totals.get(index).copied().flatten()?;
        self.covered_percent.get(index).copied().flatten()
    }
}

/// One page of a list of findings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingPage {
    pub findings: Vec<Finding>,
    /// Opaque; give it back as `cursor`.
    pub next_cursor: Option<String>,
    /// All findings the filter selects, not only this page.
    pub total: i64,
    /// Those of them that belong to an attack sequence; the sequences themselves are not among them.
    pub sequence_members: i64,
    /// Whether somebody looked at any part of the window: without it nothing found means nothing.
    pub watched: bool,
    pub as_of: Timestamp,
    pub data_version: u64,
}

/// The values a filter can take, with the number of findings in the window behind each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterValues {
    pub dimensions: Vec<Breakdown>,
    pub as_of: Timestamp,
    pub data_version: u64,
}

/// Values of one field that a text finds, with the number of findings behind each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundValues {
    pub by: Field,
    /// The ones with the most findings, [`FoundValues::MOST`] of them at most.
    pub rows: Vec<BreakdownRow>,
    /// How many values the text finds.
    pub rows_total: usize,
    pub as_of: Timestamp,
    pub data_version: u64,
}

impl FoundValues {
    /// Most values of an answer: more are not read, but searched.
    pub const MOST: usize = 100;

    /// Fields whose values can be found: those that reports count by, and resources.
    pub fn fields() -> impl Iterator<Item = Field> {
        Dimension::ALL.iter().map(|by| Field::from(*by)).chain([Field::Resource])
    }

    /// Those of `values` whose key or label holds `text`, in whatever case.
    pub fn of(values: Breakdown, text: &str) -> Self {
        let text = text.trim().to_lowercase();
        let holds = |word: &str| word.to_lowercase().contains(&text);
        let mut rows = values.rows;
        rows.retain(|row| holds(&row.label) || holds(&row.key));
        let rows_total = rows.len();
        rows.truncate(Self::MOST);
        Self { by: values.by.into(), rows, rows_total, as_of: values.as_of, data_version: values.data_version }
    }
}

/// What a KPI card counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KpiKind {
    /// Findings created in the window.
    New,
    /// Of those, high or critical.
    NewHigh,
    /// Findings open now, whenever created.
    Active,
    /// Repetitions of the window's findings.
    Occurrences,
    /// Task families with at least one finding created in the window.
    FamiliesAffected,
}

/// A number with its past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kpi {
    pub kind: KpiKind,
    /// `None`: unknown, because nobody looked.
    pub value: Option<i64>,
    /// The window of equal length before; `None`: unknown, because nobody looked then.
    pub previous: Option<i64>,
    /// Query string of the list behind the number.
    pub query: String,
}

/// The facts of the sentence at the top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headline {
    /// Start of the last 24 hours.
    pub since: Timestamp,
    /// New active findings of high or critical severity since then; `None`: unknown, because nobody looked.
    pub new_high: Option<i64>,
    /// Task families they concern.
    pub families: i64,
    /// Those high findings that concern no task family.
    pub unattributed: i64,
    /// Last complete pull of the least fresh source; `None`: some source never succeeded.
    pub synced_at: Option<Timestamp>,
    pub sources_failing: usize,
    pub sources_total: usize,
    /// Whether agents watch the clusters; `None`: nobody looked.
    pub watch: Option<ClusterWatch>,
}

/// One row of "where": a breakdown row with its small trend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub row: BreakdownRow,
    /// Findings of the window before.
    pub previous: Option<i64>,
    /// The same buckets as the overview's trend.
    pub spark: Vec<Option<i64>>,
}

/// All clusters, families or other places with findings in the window, most findings first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceList {
    pub window: Window,
    pub by: Dimension,
    pub rows: Vec<Place>,
    /// Every finding counted once.
    pub total: Counts,
    /// Whether somebody looked at any part of the window: without it nothing found means nothing.
    pub watched: bool,
    pub as_of: Timestamp,
    pub data_version: u64,
}

/// When the findings of one value were seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifespanRow {
    /// Filter value of this row; `(none)` where findings have no value.
    pub key: String,
    pub label: String,
    pub findings: i64,
    pub occurrences: i64,
    /// Of those, still open.
    pub active: i64,
    /// The earliest first sight of any of them.
    pub first_seen: Timestamp,
    /// The latest sight of any of them.
    pub last_seen: Timestamp,
}

/// Findings of the window by revision, image or type, with the time they were seen; newest first sight first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifespans {
    pub by: Dimension,
    pub rows: Vec<LifespanRow>,
    /// Whether somebody looked at any part of the window: without it nothing found means nothing.
    pub watched: bool,
    pub as_of: Timestamp,
    pub data_version: u64,
}

/// Everything the first page says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    pub window: Window,
    /// Whether somebody looked at any part of the window: without it nothing found means nothing.
    pub watched: bool,
    pub headline: Headline,
    pub kpis: Vec<Kpi>,
    /// Findings of the window that belong to an attack sequence; `None`: unknown.
    pub sequence_members: Option<i64>,
    /// By the dimension and metric of the reader's choice.
    pub trend: Trend,
    /// By category.
    pub categories: Breakdown,
    /// By cluster, the first rows; `clusters_total` says how many there are.
    pub clusters: Vec<Place>,
    pub clusters_total: usize,
    pub families: Vec<Place>,
    pub families_total: usize,
    /// Newest first.
    pub latest_high: Vec<Finding>,
    pub sources: Vec<SourceStatus>,
    /// By category and the columns of the reader's choice.
    pub heatmap: Heatmap,
    /// The weeks that the heat map can be narrowed to; none where its columns are time.
    pub heat_weeks: Vec<HeatWeek>,
    /// The one it is narrowed to.
    pub heat_week: Option<HeatWeek>,
    pub movers: Movers,
    /// The newest things.
    pub news: News,
    /// How many there are.
    pub news_total: usize,
    pub radar: Radar,
    pub as_of: Timestamp,
    pub data_version: u64,
}

impl Trend {
    /// Series drawn one by one; the rest is drawn as one. More colours than this cannot be told apart.
    const MOST_SERIES: usize = 11;

    /// The window's figure over all series; `None` when no bucket is known.
    pub fn total(&self) -> Option<i64> {
        self.figure(&self.totals)
    }

    /// The figure of the whole window: the sum of what adds up, the latest known of what does not.
    pub fn figure(&self, values: &[Option<i64>]) -> Option<i64> {
        match self.metric {
            Metric::Active => values.iter().flatten().next_back().copied(),
            Metric::New | Metric::Occurrences => values.iter().flatten().copied().reduce(|sum, value| sum + value),
        }
    }

    /// How many of the series are drawn one by one.
    pub fn drawn_alone(&self) -> usize {
        if self.series.len() <= Self::MOST_SERIES { self.series.len() } else { Self::MOST_SERIES - 1 }
    }

    /// The name of a series' colour: its key where the vocabulary is closed, its place, or `rest`.
    pub fn ink(&self, index: usize) -> String {
        let key = self.series.get(index).map_or("", |series| series.key.as_str());
        match self.by {
            Dimension::Category if key.parse::<Category>().is_ok() => key.to_owned(),
            Dimension::Severity if key.parse::<Severity>().is_ok() => key.to_owned(),
            _ if index < self.drawn_alone() => index.to_string(),
            _ => "rest".to_owned(),
        }
    }
}

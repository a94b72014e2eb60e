//! What is behind a link: finished values and no way to anything else.
//!
//! Every form of a share is made from one [`Shared`], after everything that is hidden has been taken out of it. It holds no
//! query of a list, no id of a finding and nothing of the configuration.

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

use super::cost::{CostDay, CostPart, CostProjection, CostWhatIf};
use super::coverage::{Coverage, FamilyCoverage, ServiceCoverage};
use super::filter::Filter;
use super::finding::Named;
use super::heatmap::Heatmap;
use super::layers::{BlindSpotRow, LayerRow};
use super::report::{Breakdown, KpiKind, Place, Trend, Window};
use super::share::ShareReport;
use super::terms::{Category, Dimension, Severity};

/// A share's answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shared {
    pub report: ShareReport,
    /// What was asked, as a query string.
    #[serde(serialize_with = "as_query", deserialize_with = "from_query")]
    pub filter: Filter,
    pub window: Window,
    /// `trend`, `breakdown`, …: as in the API.
    #[serde(flatten)]
    pub content: SharedContent,
    pub as_of: Timestamp,
    pub data_version: u64,
}

/// The values of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SharedContent {
    Overview(Box<SharedOverview>),
    Trend(Trend),
    Breakdown(SharedRows),
    Heatmap(Heatmap),
    Findings(SharedFindings),
    Cost(Box<SharedCost>),
    Layers(SharedLayers),
    Coverage(Box<SharedCoverage>),
}

/// The first page in short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SharedOverview {
    pub headline: SharedHeadline,
    pub kpis: Vec<SharedKpi>,
    pub trend: Trend,
    pub categories: Breakdown,
    /// The first rows; `clusters_total` says how many there are.
    pub clusters: Vec<Place>,
    pub clusters_total: usize,
    pub families: Vec<Place>,
    pub families_total: usize,
}

/// The facts of the sentence at the top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedHeadline {
    /// New open findings of high or critical severity in the last 24 hours; `None`: unknown.
    pub new_high: Option<i64>,
    /// Task families they concern.
    pub families: i64,
    /// Those of them that concern no task family.
    pub unattributed: i64,
    /// Last complete pull of the least fresh source; `None`: some source never succeeded.
    pub synced_at: Option<Timestamp>,
    pub sources_failing: usize,
    pub sources_total: usize,
}

/// A number with its past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedKpi {
    pub kind: KpiKind,
    /// `None`: unknown.
    pub value: Option<i64>,
    /// Of the window before; `None`: unknown.
    pub previous: Option<i64>,
}

/// What looks at each workload. Without lists behind the numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedLayers {
    /// `cluster` or `family`.
    pub by: Dimension,
    pub rows: Vec<LayerRow>,
    /// How many rows there are, those that are not shown included.
    pub rows_total: usize,
    pub blind_spots: Vec<BlindSpotRow>,
}

/// Where agents run. Without reasons, which hold AWS's words about our estate, and without how AWS answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SharedCoverage {
    /// `rows` are clusters, `families` are families by verdict.
    #[serde(flatten)]
    pub coverage: Coverage,
    /// By risk, perhaps cut; `families` says how many there are.
    pub family_rows: Vec<FamilyCoverage>,
    /// By risk, perhaps cut.
    pub service_rows: Vec<ServiceCoverage>,
    /// How many services there are, those that are not shown included.
    pub services_total: usize,
}

/// A breakdown, perhaps cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedRows {
    #[serde(flatten)]
    pub breakdown: Breakdown,
    /// How many rows there are, those that are not shown included.
    pub rows_total: usize,
}

/// Single findings, perhaps cut.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SharedFindings {
    pub rows: Vec<SharedFinding>,
    /// All findings of the filter.
    pub total: i64,
    /// Whether somebody looked at any part of the window: without it an empty list is no quiet one.
    pub watched: bool,
}

/// What it costs, without quotes, prices and what AWS refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedCost {
    pub projection: CostProjection,
    pub parts: Vec<CostPart>,
    pub days: Vec<CostDay>,
    pub what_if: Option<CostWhatIf>,
}

/// What a link tells of one finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SharedFinding {
    pub severity: Severity,
    pub category: Option<Category>,
    #[serde(rename = "type")]
    pub finding_type: String,
    pub title: String,
    pub account: Option<String>,
    pub region: Option<String>,
    pub clusters: Vec<Named>,
    pub families: Vec<Named>,
    pub occurrences: i64,
    pub created_at: Timestamp,
    pub is_active: bool,
}

fn as_query<S: Serializer>(filter: &Filter, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&filter.to_query())
}

fn from_query<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Filter, D::Error> {
    let query = String::deserialize(deserializer)?;
    Filter::parse(&query, &[]).map_err(serde::de::Error::custom)
}

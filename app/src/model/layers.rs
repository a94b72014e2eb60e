//! What looks at a workload, layer by layer, and what nobody looks at.
//!
//! Detection is one layer of several. A cell is a count only where somebody looked; else it says why nobody did. Findings
//! concern a workload if they name it, or one of its resources: its cluster, its services, their security groups, the
//! digests of its images.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::coverage::Verdict;
use super::filter::FilterError;
use super::report::Window;
use super::terms::{Dimension, Severity, UnknownTerm, vocabulary};
use super::view::word;

vocabulary! {
    /// A layer of defence.
    Layer = "layer" {
        /// Threats that GuardDuty detects.
        Runtime => "runtime",
        /// Whether GuardDuty's agent runs in the tasks: without it the runtime layer sees less.
        Agent => "agent",
        /// Controls of Security Hub.
        Configuration => "configuration",
        /// Vulnerabilities that Inspector finds in images.
        Images => "images",
    }
}

vocabulary! {
    /// Whether somebody looks at a layer of a workload.
    Looked = "looked" {
        Yes => "yes",
        /// At some of its tasks.
        Partly => "partly",
        No => "no",
        /// Nobody could tell.
        Unknown => "unknown",
    }
}

vocabulary! {
    /// Why nobody looks, or nobody could tell.
    Unseen = "reason" {
        GuardDutyOff => "guardduty-off",
        RuntimeMonitoringOff => "runtime-monitoring-off",
        /// No agent runs in its tasks; network and account logs may still tell of it.
        NoAgent => "no-agent",
        /// Left out by the cluster's tag.
        Excluded => "excluded",
        /// There is no agent for tasks of this kind.
        Unsupported => "unsupported",
        /// Nothing of it runs that we know of.
        NothingRuns => "nothing-runs",
        HubOff => "security-hub-off",
        /// Security Hub checks no standard here.
        NoStandard => "no-standard",
        /// Security Hub takes nothing from Inspector here.
        InspectorOff => "inspector-off",
        /// AWS refused the question.
        Denied => "denied",
        /// The question failed.
        Failing => "failing",
        /// We never asked, and nothing ever told of it.
        NeverTold => "never-told",
    }
}

vocabulary! {
    /// What the runtime agent cannot see.
    BlindSpot = "blind spot" {
        /// Security groups that let too much in.
        SecurityGroups => "security-groups",
        /// Buckets that the public can reach.
        Buckets => "public-buckets",
        /// Images with known vulnerabilities.
        Images => "vulnerable-images",
    }
}

vocabulary! {
    /// Who is responsible, in AWS's model for ECS on Fargate.
    Owner = "owner" {
        Aws => "aws",
        Team => "team",
    }
}

/// One layer of one workload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerCell {
    pub layer: Layer,
    pub looked: Looked,
    /// Unless somebody looks at all of it.
    pub reason: Option<Unseen>,
    /// AWS's words, safe to show.
    pub error: Option<String>,
    /// Findings that are open now, whenever created; `None`: unknown, and always for `agent`.
    pub open: Option<i64>,
    /// The worst of them.
    pub worst: Option<Severity>,
    /// Findings created in the window.
    pub new: Option<i64>,
    /// Findings created in the window before; `None`: unknown.
    pub previous: Option<i64>,
    /// Findings created in each bucket of the window; `None`: nobody looked. Empty where `new` is unknown.
    pub trend: Vec<Option<i64>>,
    /// Of `agent` alone; `None` where nothing runs.
    pub verdict: Option<Verdict>,
    /// Query string of the list of the open ones.
    pub query: Option<String>,
}

/// A workload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerRow {
    /// A cluster's ARN or `account/region/family`.
    pub key: String,
    pub label: String,
    pub account: String,
    pub region: String,
    /// In the order of [`Layer::ALL`].
    pub cells: Vec<LayerCell>,
}

/// A thing the runtime agent cannot see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlindSpotRow {
    pub spot: BlindSpot,
    /// Controls that tell of it; none for images.
    pub controls: Vec<String>,
    /// `None`: unknown, because nobody looks anywhere.
    pub open: Option<i64>,
    pub worst: Option<Severity>,
    /// Distinct resources the open findings are about.
    pub resources: Option<i64>,
    /// Of those resources, the ones that are known to belong to a workload: its security groups and images, and what a tag
    /// of it names. Of others only account and Region are known.
    pub tied: Option<i64>,
    /// Accounts × Regions where somebody looks, of all that are known.
    pub looked: i64,
    pub places: i64,
    /// Query string of the list of the open ones.
    pub query: String,
}

/// What one item of the responsibility board rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rests_on", rename_all = "kebab-case")]
pub enum Evidence {
    /// Checks of controls by their result, and how many findings of them are open; suppressed ones are left out.
    Controls { controls: Vec<String>, passed: i64, failed: i64, other: i64, open: i64, query: String },
    /// Families by our verdict about the agent; of `unknown` ones nobody can tell now.
    Coverage { covered: i64, families: i64, unknown: i64 },
    /// Open findings of a kind.
    Findings { kind: super::terms::Kind, open: i64, worst: Option<Severity>, query: String },
    /// Nothing that we read tells of it.
    Nothing,
}

/// An item of the shared responsibility model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Responsibility {
    pub id: String,
    pub owner: Owner,
    /// By language tag.
    pub title: Words,
    pub text: Words,
    /// AWS's page that says so.
    pub source: String,
    /// Of the team's items; one without evidence says [`Evidence::Nothing`].
    pub evidence: Vec<Evidence>,
}

/// A text in every language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub en: String,
    pub ja: String,
}

/// The matrix, what the agent cannot see, and who is responsible for what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layers {
    /// `cluster` or `family`.
    pub by: Dimension,
    pub window: Window,
    /// The worst first.
    pub rows: Vec<LayerRow>,
    /// How many there are, those that are not shown included.
    pub rows_total: usize,
    /// Starts of the buckets of trends, RFC 3339 with the zone's offset.
    pub buckets: Vec<String>,
    pub blind_spots: Vec<BlindSpotRow>,
    pub responsibilities: Vec<Responsibility>,
    pub as_of: Timestamp,
    pub data_version: u64,
}

/// Which workloads are rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LayersView {
    pub by: Dimension,
}

impl LayersView {
    /// Parameters besides the filter.
    pub const PARAMETERS: [&'static str; 1] = ["by"];

    /// Reads them from a query string.
    pub fn parse(query: &str) -> Result<Self, FilterError> {
        match word(query, "by")? {
            None => Ok(Self { by: Dimension::Family }),
            Some(by @ (Dimension::Cluster | Dimension::Family)) => Ok(Self { by }),
            Some(_) => Err(FilterError::bad("by", "is neither cluster nor family")),
        }
    }

    /// The page's address with them.
    pub const fn path(self) -> &'static str {
        match self.by {
            Dimension::Cluster => "/layers?by=cluster",
            _ => "/layers",
        }
    }
}

impl LayerRow {
    /// The cell of a layer.
    pub fn cell(&self, layer: Layer) -> Option<&LayerCell> {
        self.cells.iter().find(|cell| cell.layer == layer)
    }
}

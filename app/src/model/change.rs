//! What is different now: movers, things never seen before, and what AWS is about to forget.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::report::Window;
use super::terms::Dimension;

/// A value of a dimension whose number of findings changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mover {
    pub by: Dimension,
    /// Filter value.
    pub key: String,
    pub label: String,
    /// Findings of the window.
    pub findings: i64,
    /// Findings of the window of equal length before.
    pub previous: i64,
}

impl Mover {
    /// The difference; negative where it became quieter.
    pub const fn change(&self) -> i64 {
        self.findings - self.previous
    }
}

/// Clusters, task families and types that changed against the window of equal length before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movers {
    pub window: Window,
    /// The greatest change first, in either direction. `None`: unknown, because nobody watched all of the window
    /// before.
    pub rows: Option<Vec<Mover>>,
    pub as_of: Timestamp,
    pub data_version: u64,
}

/// What is seen for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NewsKind {
    /// A task family that never had a finding.
    Family,
    /// A type that a known task family never had.
    TypeInFamily,
    /// A type that a cluster never had.
    TypeInCluster,
    /// An image digest that never had a finding.
    ImageDigest,
}

impl NewsKind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::Family, Self::TypeInFamily, Self::TypeInCluster, Self::ImageDigest];

    /// The word used in the API and in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Family => "family",
            Self::TypeInFamily => "type-in-family",
            Self::TypeInCluster => "type-in-cluster",
            Self::ImageDigest => "image-digest",
        }
    }
}

/// One thing that was never seen before the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewThing {
    pub kind: NewsKind,
    /// Key of the cluster or task family, or the digest.
    pub key: String,
    pub label: String,
    /// The type of finding, where the news is a type in a place.
    #[serde(rename = "type")]
    pub finding_type: Option<String>,
    /// When the first of the findings was created.
    pub first_at: Timestamp,
    /// The task definition's revision of that finding, as `family:revision`; `None` where it is not known.
    pub revision: Option<String>,
    /// Findings of the window behind it.
    pub findings: i64,
}

/// Everything seen for the first time in the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    pub window: Window,
    /// Since when everything before the window was watched; `None`: there is no such time.
    pub watched_since: Option<Timestamp>,
    /// The newest first. `None`: unknown, because there is no history of the window's own length to compare with, or because
    /// nobody looked at the window.
    pub rows: Option<Vec<NewThing>>,
    pub as_of: Timestamp,
    pub data_version: u64,
}

/// What AWS will delete soon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Radar {
    /// How far ahead.
    pub days: i64,
    /// Findings that neither service will have any more by then; `None`: unknown, because nobody ever looked.
    pub leaving: Option<i64>,
    /// When the first of them leaves.
    pub next_at: Option<Timestamp>,
    /// Findings that AWS has deleted already and that are kept here.
    pub gone: i64,
    /// Query string of the list that begins with them.
    pub query: String,
    pub as_of: Timestamp,
    pub data_version: u64,
}

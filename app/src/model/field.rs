//! Columns that can be filtered by values, and what was chosen of them.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::terms::{Category, NONE_KEY, Severity, Source};

macro_rules! fields {
    ($($(#[$inner:meta])* $variant:ident => $word:literal,)+) => {
        /// A column that can be filtered by values.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Field { $($(#[$inner])* #[serde(rename = $word)] $variant,)+ }

        impl Field {
            /// Every field, in the canonical order of a printed filter.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The parameter's name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    };
}

fields! {
    Category => "category",
    Severity => "severity",
    /// By ARN or name.
    Cluster => "cluster",
    /// By `account/region/family` or family.
    Family => "family",
    Revision => "revision",
    Service => "service",
    Image => "image",
    Account => "account",
    Region => "region",
    Source => "source",
    Type => "type",
    Product => "product",
    Control => "control",
    ResourceType => "resource_type",
    /// By id.
    Resource => "resource",
    Workflow => "workflow",
    LaunchType => "launch_type",
    /// A cluster or family and everything that concerns it without naming it: its services, their security groups, the
    /// digests of its images.
    Workload => "workload",
}

impl Field {
    /// Whether a finding may have several values.
    pub const fn is_list(self) -> bool {
        matches!(
            self,
            Self::Cluster
                | Self::Family
                | Self::Revision
                | Self::Service
                | Self::Image
                | Self::Source
                | Self::LaunchType
                | Self::Workload
        )
    }

    /// Refuses values of closed vocabularies that do not exist.
    pub(super) fn check(self, value: &str) -> Result<(), String> {
        if value == NONE_KEY {
            return Ok(());
        }
        let verdict = match self {
            Self::Category => Category::from_str(value).map(drop),
            Self::Severity => Severity::from_str(value).map(drop),
            Self::Source => Source::from_str(value).map(drop),
            _ => Ok(()),
        };
        verdict.map_err(|error| error.to_string())
    }
}

/// Wanted and unwanted values of one field. Within a field values are alternatives; fields narrow each other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Selection {
    pub include: Vec<String>,
    pub exclude: Vec<String>,
}

impl Selection {
    /// Selects nothing special.
    pub fn is_empty(&self) -> bool {
        self.include.is_empty() && self.exclude.is_empty()
    }
}

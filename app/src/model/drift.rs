//! Where the two services say different things about the same finding.
//!
//! A difference is a fact, not a fault: GuardDuty does not hand over archiving, nor what its rules suppress.

use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::terms::{DriftKind, Severity, UnknownTerm};

/// What one service says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    Active,
    Archived,
    /// The service does not have the finding.
    Missing,
    #[serde(untagged)]
    Severity(Severity),
}

impl FromStr for Said {
    type Err = UnknownTerm;

    fn from_str(word: &str) -> Result<Self, UnknownTerm> {
        match word {
            "active" => Ok(Self::Active),
            "archived" => Ok(Self::Archived),
            "missing" => Ok(Self::Missing),
            severity => severity.parse().map(Self::Severity),
        }
    }
}

/// A finding the services differ about. One that they differ about in two ways has two rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriftRow {
    pub kind: DriftKind,
    pub guardduty: Said,
    pub securityhub: Said,
    /// The finding's id.
    pub id: String,
    pub title: String,
    pub account: Option<String>,
    pub region: Option<String>,
    pub updated_at: Timestamp,
}

/// How many findings they differ about in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriftCount {
    pub kind: DriftKind,
    pub findings: i64,
}

/// Everything the services differ about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    /// One per kind, in the order of [`DriftKind::ALL`].
    pub counts: Vec<DriftCount>,
    /// Of each kind the findings that changed last.
    pub rows: Vec<DriftRow>,
    pub as_of: Timestamp,
    pub data_version: u64,
}

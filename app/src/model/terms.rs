//! Closed vocabularies: every enum here prints and parses as the word used in URLs, the API and CSV.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A word that is not in the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {vocabulary} `{word}`, expected one of: {expected}")]
pub struct UnknownTerm {
    /// Which vocabulary was asked.
    pub vocabulary: &'static str,
    /// What was given.
    pub word: String,
    /// What would have been accepted, comma-separated.
    pub expected: String,
}

macro_rules! vocabulary {
    ($(#[$outer:meta])* $name:ident = $vocabulary:literal { $($(#[$inner:meta])* $variant:ident => $word:literal,)+ }) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$inner])* #[serde(rename = $word)] $variant,)+ }

        impl $name {
            /// Every value, in the order people expect them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word used in URLs, the API and CSV.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.pad(self.as_str()) }
        }

        impl FromStr for $name {
            type Err = UnknownTerm;

            fn from_str(word: &str) -> Result<Self, UnknownTerm> {
                Self::ALL.iter().copied().find(|term| term.as_str() == word).ok_or_else(|| UnknownTerm {
                    vocabulary: $vocabulary,
                    word: word.to_owned(),
                    expected: Self::ALL.iter().map(|term| term.as_str()).collect::<Vec<_>>().join(", "),
                })
            }
        }
    };
}

pub(super) use vocabulary;

vocabulary! {
    /// What the two services differ in about a finding.
    DriftKind = "difference" {
        /// Archived in GuardDuty, active and new or notified in Security Hub.
        ArchivedInGuardDuty => "archived-in-guardduty",
        /// Archived in Security Hub, active in GuardDuty.
        ArchivedInSecurityHub => "archived-in-securityhub",
        /// Open in GuardDuty for more than an hour, and Security Hub does not have it.
        MissingInSecurityHub => "missing-in-securityhub",
        /// Active in Security Hub for more than an hour, and GuardDuty does not have it.
        MissingInGuardDuty => "missing-in-guardduty",
        /// The severity labels differ.
        Severity => "severity",
    }
}

vocabulary! {
    /// The ten threat categories, and the place for what no rule maps.
    Category = "category" {
        UnusualNetwork => "unusual-network",
        PortScan => "port-scan",
        MaliciousDestination => "malicious-destination",
        DataVolume => "data-volume",
        SuspiciousProcess => "suspicious-process",
        AnomalousUser => "anomalous-user",
        CompromisedImage => "compromised-image",
        CryptoMining => "crypto-mining",
        CommandAndControl => "command-and-control",
        ReverseShell => "reverse-shell",
        Other => "other",
    }
}

vocabulary! {
    /// Severity bands; `informational` exists only in Security Hub.
    /// Bands of the GuardDuty score: <https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html>
    Severity = "severity" {
        Informational => "informational",
        Low => "low",
        Medium => "medium",
        High => "high",
        Critical => "critical",
    }
}

impl Category {
    /// The English name, used by the API; pages have it in every language.
    pub const fn label_en(self) -> &'static str {
        match self {
            Self::UnusualNetwork => "Unusual network traffic",
            Self::PortScan => "Port scanning",
            Self::MaliciousDestination => "Known malicious IP or domain",
            Self::DataVolume => "Unexpected data volume or pattern",
            Self::SuspiciousProcess => "Suspicious file or process",
            Self::AnomalousUser => "Anomalous user behaviour",
            Self::CompromisedImage => "Compromised container image",
            Self::CryptoMining => "Cryptocurrency mining",
            Self::CommandAndControl => "Command and control",
            Self::ReverseShell => "Reverse shell or remote access",
            Self::Other => "Other threat",
        }
    }
}

impl Severity {
    /// The band of a GuardDuty score: low below 4, medium below 7, high below 9, critical from 9.
    pub fn from_score(score: f64) -> Self {
        match score {
            s if s >= 9.0 => Self::Critical,
            s if s >= 7.0 => Self::High,
            s if s >= 4.0 => Self::Medium,
            _ => Self::Low,
        }
    }
}

vocabulary! {
    /// What a finding is about.
    Kind = "kind" {
        /// Something happened.
        Threat => "threat",
        /// Something is configured badly.
        Posture => "posture",
        /// Some package has a known weakness.
        Vulnerability => "vulnerability",
    }
}

vocabulary! {
    /// The service a finding was seen in.
    Source = "source" {
        GuardDuty => "guardduty",
        SecurityHub => "securityhub",
    }
}

vocabulary! {
    /// The role of a finding in an attack sequence.
    SequenceRole = "sequence" {
        /// The finding is an attack sequence.
        Is => "is",
        /// The finding is a signal of an attack sequence.
        Member => "member",
        /// Neither.
        None => "none",
    }
}

vocabulary! {
    /// Which findings by state of work.
    StatusChoice = "status" {
        /// Not archived, not resolved, not suppressed.
        Active => "active",
        /// Archived in the service that reported it.
        Archived => "archived",
        /// Workflow status RESOLVED in Security Hub.
        Resolved => "resolved",
        /// Workflow status SUPPRESSED in Security Hub.
        Suppressed => "suppressed",
        All => "all",
    }
}

vocabulary! {
    /// What to do with sample findings.
    SampleChoice = "sample" {
        Exclude => "exclude",
        Include => "include",
        Only => "only",
    }
}

vocabulary! {
    /// The width of a trend's buckets, in the time zone of the request.
    Grain = "grain" {
        Hour => "hour",
        Day => "day",
        /// ISO weeks: they begin on Monday.
        Week => "week",
        Month => "month",
    }
}

vocabulary! {
    /// What a trend counts.
    Metric = "metric" {
        /// Findings, by the service's creation time.
        New => "new",
        /// Repetitions, by the time we observed them.
        Occurrences => "occurrences",
        /// Findings open at the end of the bucket.
        Active => "active",
    }
}

vocabulary! {
    /// What a breakdown or a trend can be split by.
    Dimension = "dimension" {
        Category => "category",
        Severity => "severity",
        Cluster => "cluster",
        Family => "family",
        Service => "service",
        Account => "account",
        Region => "region",
        Type => "type",
        Source => "source",
        Image => "image",
        Revision => "revision",
        Workflow => "workflow",
    }
}

vocabulary! {
    /// What about a finding was new in an observed state.
    Aspect = "aspect" {
        /// Everything: it was not known before.
        First => "first",
        /// Another service tells of it as well.
        Service => "service",
        Count => "count",
        Severity => "severity",
        Archived => "archived",
        Workflow => "workflow",
        RecordState => "record-state",
        /// Clusters, task families, revisions, tasks, containers, images or another resource.
        Resource => "resource",
        /// Type, title or description.
        Wording => "wording",
        /// Something that only the documents show.
        Details => "details",
    }
}

/// The key used in every dimension for findings that have no value there, and the word filters take for it.
pub const NONE_KEY: &str = "(none)";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip_and_unknown_words_are_named() {
        for category in Category::ALL {
            assert_eq!(category.as_str().parse::<Category>().as_ref(), Ok(category));
        }
        let error = "crypto".parse::<Category>().map_err(|error| error.to_string());
        assert!(error.is_err_and(|text| text.starts_with("unknown category `crypto`")));
    }

    #[test]
    fn severity_bands_follow_the_guide() {
        let bands = [(1.0, Severity::Low), (3.9, Severity::Low), (4.0, Severity::Medium), (6.9, Severity::Medium)];
        let high =
            [(7.0, Severity::High), (8.9, Severity::High), (9.0, Severity::Critical), (10.0, Severity::Critical)];
        for (score, band) in bands.into_iter().chain(high) {
            assert_eq!(Severity::from_score(score), band, "score {score}");
        }
    }
}

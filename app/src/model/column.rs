//! The columns of a list of findings, as the page names and chooses them. The file has the same, in the same order.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::order::Sort;
use super::terms::{UnknownTerm, vocabulary};

vocabulary! {
    /// A column of the findings.
    Column = "column" {
        Id => "id",
        Arn => "arn",
        Source => "source",
        InGuardDuty => "in_guardduty",
        InSecurityHub => "in_securityhub",
        Kind => "kind",
        Category => "category",
        CategoryRule => "category_rule",
        Type => "type",
        Severity => "severity",
        SeverityScore => "severity_score",
        Title => "title",
        Account => "account",
        Region => "region",
        Cluster => "cluster",
        Family => "family",
        Revision => "revision",
        Service => "service",
        TaskArn => "task_arn",
        LaunchType => "launch_type",
        Container => "container",
        Image => "image",
        ImageDigest => "image_digest",
        ResourceType => "resource_type",
        ResourceId => "resource_id",
        Count => "count",
        Occurrences => "occurrences",
        FirstSeen => "first_seen",
        LastSeen => "last_seen",
        CreatedAt => "created_at",
        UpdatedAt => "updated_at",
        FirstObservedAt => "first_observed_at",
        Archived => "archived",
        RecordState => "record_state",
        Workflow => "workflow",
        Compliance => "compliance",
        Control => "control",
        VulnerabilityIds => "vulnerability_ids",
        Sample => "sample",
        AttackSequence => "attack_sequence",
        Url => "url",
    }
}

impl Column {
    /// What the usual list shows, as columns of their own.
    pub const USUAL: &[Self] = &[
        Self::Severity,
        Self::Title,
        Self::Category,
        Self::Type,
        Self::Family,
        Self::Cluster,
        Self::Account,
        Self::Region,
        Self::Occurrences,
        Self::CreatedAt,
        Self::Workflow,
    ];

    /// The order of the list that this column is the reason for.
    pub const fn sort(self) -> Option<Sort> {
        match self {
            Self::Severity => Some(Sort::Severity),
            Self::Title => Some(Sort::Title),
            Self::Type => Some(Sort::Type),
            // The list's order `count` is that of the occurrences.
            Self::Occurrences => Some(Sort::Count),
            Self::CreatedAt => Some(Sort::Created),
            Self::UpdatedAt => Some(Sort::Updated),
            Self::LastSeen => Some(Sort::LastSeen),
            _ => None,
        }
    }

    /// Whether its values are numbers.
    pub const fn is_number(self) -> bool {
        matches!(self, Self::Count | Self::Occurrences | Self::SeverityScore)
    }
}

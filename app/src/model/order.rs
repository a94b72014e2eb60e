//! The order of a list of findings.

use serde::{Deserialize, Serialize};

/// What a list is ordered by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sort {
    #[default]
    Created,
    Updated,
    LastSeen,
    Severity,
    Count,
    Type,
    Title,
}

impl Sort {
    /// Every order.
    pub const ALL: &[Self] =
        &[Self::Created, Self::Updated, Self::LastSeen, Self::Severity, Self::Count, Self::Type, Self::Title];

    /// The word used in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created_at",
            Self::Updated => "updated_at",
            Self::LastSeen => "last_seen",
            Self::Severity => "severity",
            Self::Count => "count",
            Self::Type => "type",
            Self::Title => "title",
        }
    }

    /// The direction people expect of this order: names from A, everything else from the most.
    pub const fn usual_direction(self) -> SortDirection {
        match self {
            Self::Type | Self::Title => SortDirection::Ascending,
            _ => SortDirection::Descending,
        }
    }
}

/// Ascending or descending.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SortDirection {
    Ascending,
    #[default]
    Descending,
}

impl SortDirection {
    /// The word used in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }
}

//! The columns of `findings.csv`: names and order are a promise.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::export::table::Kind;
use crate::query::reports::Cells;

macro_rules! columns {
    ($($variant:ident $word:literal),+ $(,)?) => {
        /// A column of `findings.csv`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Column { $($variant),+ }

        impl Column {
            /// Every column, in the promised order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name in the header row.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

columns! {
    Id "id", Arn "arn", Source "source", InGuardDuty "in_guardduty", InSecurityHub "in_securityhub", Kind "kind",
    Category "category", CategoryRule "category_rule", Type "type", Severity "severity", SeverityScore "severity_score",
    Title "title", Account "account", Region "region", Cluster "cluster", Family "family", Revision "revision",
    Service "service", TaskArn "task_arn", LaunchType "launch_type", Container "container", Image "image",
    ImageDigest "image_digest", ResourceType "resource_type", ResourceId "resource_id", Count "count",
    Occurrences "occurrences", FirstSeen "first_seen", LastSeen "last_seen", CreatedAt "created_at",
    UpdatedAt "updated_at", FirstObservedAt "first_observed_at", Archived "archived", RecordState "record_state",
    Workflow "workflow", Compliance "compliance", Control "control", VulnerabilityIds "vulnerability_ids",
    Sample "sample", AttackSequence "attack_sequence", Url "url",
}

impl Column {
    /// Columns of a table people read.
    pub const READABLE: &[Self] = &[
        Self::Severity,
        Self::Category,
        Self::Type,
        Self::Title,
        Self::Account,
        Self::Region,
        Self::Cluster,
        Self::Family,
        Self::Occurrences,
        Self::CreatedAt,
        Self::Workflow,
        Self::Id,
    ];

    /// What the cell's text is.
    pub const fn kind(self) -> Kind {
        match self {
            Self::InGuardDuty | Self::InSecurityHub | Self::Archived | Self::Sample => Kind::Truth,
            Self::SeverityScore => Kind::Double,
            Self::Count | Self::Occurrences => Kind::Integer,
            Self::FirstSeen | Self::LastSeen | Self::CreatedAt | Self::UpdatedAt | Self::FirstObservedAt => Kind::Time,
            _ => Kind::Text,
        }
    }

    /// By name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|column| column.as_str() == word)
    }

    /// Every name, for error messages.
    pub fn names() -> String {
        Self::ALL.iter().map(|column| column.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// What a statement selects for it from a finding `f`.
    pub const fn expression(self) -> &'static str {
        match self {
            Self::Id => "f.finding_key",
            Self::Arn => "f.arn",
            Self::Source => "f.source",
            Self::InGuardDuty => "f.in_guardduty",
            Self::InSecurityHub => "f.in_securityhub",
            Self::Kind => "f.kind",
            Self::Category => "f.category",
            Self::CategoryRule => "f.category_rule",
            Self::Type => "f.type",
            Self::Severity => "f.severity",
            Self::SeverityScore => "f.severity_score",
            Self::Title => "f.title",
            Self::Account => "f.account",
            Self::Region => "f.region",
            Self::Cluster => "array_to_string(f.clusters, chr(31))",
            Self::Family => "array_to_string(f.families, chr(31))",
            Self::Revision => "array_to_string(f.revisions, chr(31))",
            Self::Service => "array_to_string(f.services, chr(31))",
            Self::TaskArn => "array_to_string(f.task_arns, ';')",
            Self::LaunchType => "array_to_string(f.launch_types, ';')",
            Self::Container => "array_to_string(f.containers, ';')",
            Self::Image => "array_to_string(f.images, ';')",
            Self::ImageDigest => "array_to_string(f.image_digests, ';')",
            Self::ResourceType => "f.resource_type",
            Self::ResourceId => "f.resource_id",
            Self::Count => "f.count",
            Self::Occurrences => "f.occurrences",
            Self::FirstSeen => "f.first_seen",
            Self::LastSeen => "f.last_seen",
            Self::CreatedAt => "f.created_at",
            Self::UpdatedAt => "f.updated_at",
            Self::FirstObservedAt => "f.first_observed_at",
            Self::Archived => "f.archived",
            Self::RecordState => "f.record_state",
            Self::Workflow => "f.workflow",
            Self::Compliance => "f.compliance",
            Self::Control => "f.control",
            Self::VulnerabilityIds => "array_to_string(f.vulnerability_ids, ';')",
            Self::Sample => "f.sample",
            Self::AttackSequence => "f.attack_sequence",
            Self::Url => "f.url",
        }
    }

    /// The cell's text, where `place` is the column's place in the row. Unknown is empty; several values are joined by
    /// `;`.
    pub fn text(self, row: Cells<'_>, place: usize) -> Cow<'_, str> {
        match (self, self.kind()) {
            (Self::Cluster | Self::Family | Self::Service, _) => each(row.text(place), label),
            // The number alone: the family has a column of its own.
            (Self::Revision, _) => each(row.text(place), |key| label(key).rsplit(':').next().unwrap_or_default()),
            (_, Kind::Text) => row.text(place).unwrap_or_default().into(),
            (_, Kind::Truth) => row.truth(place).map_or("", |truth| if truth { "true" } else { "false" }).into(),
            (_, Kind::Integer) => row.whole(place).map(|number| number.to_string()).unwrap_or_default().into(),
            (_, Kind::Double) => row.number(place).map(|number| number.to_string()).unwrap_or_default().into(),
            (_, Kind::Time) => row
                .micros(place)
                .and_then(|micros| Timestamp::from_microsecond(micros).ok())
                .map(|time| time.to_string())
                .unwrap_or_default()
                .into(),
        }
    }
}

/// What people read for a key: what stands after its last slash.
fn label(key: &str) -> &str {
    key.rsplit('/').next().unwrap_or(key)
}

/// Keys separated by the ASCII unit separator, which no key holds, as other words joined by `;`.
fn each<'a>(keys: Option<&'a str>, word: impl Fn(&'a str) -> &'a str) -> Cow<'a, str> {
    let keys = keys.unwrap_or_default();
    if !keys.contains('\u{1f}') {
        return word(keys).into();
    }
    keys.split('\u{1f}').map(word).collect::<Vec<_>>().join(";").into()
}

//! The columns of `findings.csv`: names and order are a promise.

use std::borrow::Cow;

use app::model::{Finding, Named};
use jiff::Timestamp;

use crate::export::table::Kind;

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

    /// The cell's text. Unknown is empty; several values are joined by `;`.
    pub fn value(self, finding: &Finding) -> Cow<'_, str> {
        match self {
            Self::Id => (&finding.id).into(),
            Self::Arn => (&finding.arn).into(),
            Self::Source => finding.source.as_str().into(),
            Self::InGuardDuty => truth(finding.in_guardduty),
            Self::InSecurityHub => truth(finding.in_securityhub),
            Self::Kind => finding.kind.as_str().into(),
            Self::Category => finding.category.map_or("", app::model::Category::as_str).into(),
            Self::CategoryRule => (&finding.category_rule).into(),
            Self::Type => (&finding.finding_type).into(),
            Self::Severity => finding.severity.as_str().into(),
            Self::SeverityScore => finding.severity_score.map(|score| score.to_string()).unwrap_or_default().into(),
            Self::Title => (&finding.title).into(),
            Self::Account => optional(finding.account.as_ref()),
            Self::Region => optional(finding.region.as_ref()),
            Self::Cluster => labels(&finding.clusters),
            Self::Family => labels(&finding.families),
            Self::Revision => {
                let number = |named: &Named| named.label.rsplit(':').next().unwrap_or_default().to_owned();
                finding.revisions.iter().map(number).collect::<Vec<_>>().join(";").into()
            }
            Self::Service => labels(&finding.services),
            Self::TaskArn => joined(&finding.task_arns),
            Self::LaunchType => joined(&finding.launch_types),
            Self::Container => joined(&finding.containers),
            Self::Image => joined(&finding.images),
            Self::ImageDigest => joined(&finding.image_digests),
            Self::ResourceType => optional(finding.resource_type.as_ref()),
            Self::ResourceId => optional(finding.resource_id.as_ref()),
            Self::Count => finding.count.map(|count| count.to_string()).unwrap_or_default().into(),
            Self::Occurrences => finding.occurrences.to_string().into(),
            Self::FirstSeen => time(finding.first_seen),
            Self::LastSeen => time(finding.last_seen),
            Self::CreatedAt => time(Some(finding.created_at)),
            Self::UpdatedAt => time(Some(finding.updated_at)),
            Self::FirstObservedAt => time(Some(finding.first_observed_at)),
            Self::Archived => truth(finding.archived),
            Self::RecordState => optional(finding.record_state.as_ref()),
            Self::Workflow => optional(finding.workflow.as_ref()),
            Self::Compliance => optional(finding.compliance.as_ref()),
            Self::Control => optional(finding.control.as_ref()),
            Self::VulnerabilityIds => joined(&finding.vulnerability_ids),
            Self::Sample => truth(finding.sample),
            Self::AttackSequence => optional(finding.attack_sequence.as_ref()),
            Self::Url => optional(finding.url.as_ref()),
        }
    }
}

fn truth(value: bool) -> Cow<'static, str> {
    if value { "true".into() } else { "false".into() }
}

fn optional(value: Option<&String>) -> Cow<'_, str> {
    value.map_or("".into(), Into::into)
}

fn labels(named: &[Named]) -> Cow<'_, str> {
    named.iter().map(|named| named.label.as_str()).collect::<Vec<_>>().join(";").into()
}

fn joined(values: &[String]) -> Cow<'_, str> {
    values.join(";").into()
}

fn time(value: Option<Timestamp>) -> Cow<'static, str> {
    value.map(|time| time.to_string()).unwrap_or_default().into()
}

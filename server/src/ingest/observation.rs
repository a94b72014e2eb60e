//! The values that flow through ingest.

use std::fmt;

use app::model::{Category, Finding, FindingVersion, Kind, Named, SequenceRole, Severity, Source};
use jiff::Timestamp;
use xxhash_rust::xxh3::xxh3_128;

/// Identifies a finding: xxh3-128 of its ARN, printed as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingKey(pub u128);

impl FindingKey {
    /// The key of the finding with this ARN (the ASFF `Id` of a GuardDuty finding is the same ARN).
    pub fn of_arn(arn: &str) -> Self {
        Self(xxh3_128(arn.as_bytes()))
    }

    /// The first 64 bits: what rows are looked for by.
    pub const fn head(self) -> u64 {
        (self.0 >> 64) as u64
    }

    /// Reads the printed form.
    pub fn parse(text: &str) -> Option<Self> {
        let all_hex = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        all_hex.then(|| u128::from_str_radix(text, 16).ok().map(Self)).flatten()
    }
}

impl fmt::Display for FindingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for FindingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FindingKey({self})")
    }
}

/// Where a finding belongs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attribution {
    pub account: Option<String>,
    pub region: Option<String>,
    /// Keys as documented on [`Finding`]. Sorted, without repetition, as all lists here.
    pub clusters: Vec<Named>,
    pub families: Vec<Named>,
    pub revisions: Vec<Named>,
    pub services: Vec<Named>,
    pub task_arns: Vec<String>,
    pub launch_types: Vec<String>,
    pub containers: Vec<String>,
    pub images: Vec<String>,
    pub image_digests: Vec<String>,
    pub resource_type: Option<String>,
    pub resource_id: Option<String>,
    /// Of every resource that is named.
    pub tags: Vec<ResourceTag>,
}

/// A tag of a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceTag {
    /// As findings name it: mostly an ARN.
    pub resource: String,
    pub key: String,
    pub value: String,
}

/// What one document of one service said about one finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    pub key: FindingKey,
    pub arn: String,
    pub source: Source,
    /// When the document was read, by our clock; of a kept one, when it was first read as it is.
    pub observed_at: Timestamp,
    /// When it was last read as it is.
    pub confirmed_at: Timestamp,
    pub kind: Kind,
    /// GuardDuty type, rebuilt from the ASFF types where Security Hub speaks; else the first ASFF type.
    pub finding_type: String,
    pub asff_types: Vec<String>,
    pub product: String,
    pub severity: Severity,
    pub severity_score: Option<f64>,
    pub title: String,
    pub description: String,
    pub attribution: Attribution,
    pub count: Option<i64>,
    pub first_seen: Option<Timestamp>,
    pub last_seen: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// GuardDuty `service.archived`, or ASFF `RecordState` = `ARCHIVED`.
    pub archived: bool,
    pub record_state: Option<String>,
    pub workflow: Option<String>,
    pub compliance: Option<String>,
    pub control: Option<String>,
    pub vulnerability_ids: Vec<String>,
    pub sample: bool,
    pub sequence: SequenceRole,
    pub attack_sequence: Option<String>,
    /// The findings an attack sequence names as its signals.
    pub signals: Vec<FindingKey>,
    /// What the classifier looks at besides the type.
    pub hints: ClassificationHints,
    /// xxh3-64 of the whole document in canonical form (sorted keys, without what changes at every read).
    pub details_hash: u64,
    /// The document as it came, JSON text.
    pub raw: String,
}

/// Details that decide a category where the type alone does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClassificationHints {
    /// `service.runtimeDetails.context.toolCategory`.
    pub tool_category: Option<String>,
    /// Keys of `sequenceIndicators` and of the signals' indicators.
    pub indicators: Vec<String>,
}

/// The category of a threat and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classification {
    /// `None` for posture and vulnerability findings.
    pub category: Option<Category>,
    pub secondary: Option<Category>,
    /// The rule that matched, such as `type`, `sequence:CRYPTOMINING_IP` or `fallback:12`.
    pub rule: String,
    pub mitre: Option<String>,
}

/// A finding with the newest word of each service: what merging needs and what the store keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct Tracked {
    /// Derived from both sides.
    pub finding: Finding,
    pub guardduty: Option<Observation>,
    pub securityhub: Option<Observation>,
}

impl Tracked {
    /// The newest word of one service.
    pub fn side(&self, source: Source) -> Option<&Observation> {
        match source {
            Source::GuardDuty => self.guardduty.as_ref(),
            Source::SecurityHub => self.securityhub.as_ref(),
        }
    }

    /// The newest word of every service that knows the finding.
    pub fn sides(&self) -> impl Iterator<Item = &Observation> {
        [&self.guardduty, &self.securityhub].into_iter().flatten()
    }
}

/// What an observation changed.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    New(FindingVersion),
    Updated(FindingVersion),
    /// Nothing that people can see changed; nothing needs to be written.
    Unchanged,
}

/// An input that is not a finding we can keep, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// File name, or `account/region/source` of a pull.
    pub origin: String,
    /// Position in the origin: line, array index or byte, in words.
    pub position: String,
    pub reason: String,
    /// The input, at most 64 KiB of it.
    pub raw: String,
}

//! A finding as everybody sees it: one distinct issue after both services are merged.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::drift::DriftRow;
use super::terms::{Aspect, Category, Kind, SequenceRole, Severity, Source};

/// A thing with a unique key and the short name people use for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Named {
    /// Unique: an ARN, or `account/region/name` forms where AWS gives no ARN.
    pub key: String,
    /// For people; may repeat across accounts and Regions.
    pub label: String,
}

impl Named {
    /// Names a key by what stands after its last `/`, or by the whole key when there is none.
    pub fn from_key(key: impl Into<String>) -> Self {
        let key = key.into();
        let label = key.rsplit('/').next().unwrap_or(&key).to_owned();
        Self { key, label }
    }
}

/// The current state of one finding. Missing values are `None` or empty: unknown, never a made-up default.
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each a column of the CSV")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// 32 hexadecimal digits: xxh3-128 of the ARN.
    pub id: String,
    /// GuardDuty finding ARN, or ASFF `Id` of a finding only Security Hub has.
    pub arn: String,
    /// The service whose word counts: GuardDuty where it has the finding.
    pub source: Source,
    pub in_guardduty: bool,
    pub in_securityhub: bool,
    pub kind: Kind,
    /// Only threats have one.
    pub category: Option<Category>,
    /// A second category worth knowing, never counted.
    pub category_secondary: Option<Category>,
    /// The rule that chose the category, such as `type` or `prefix:Runtime`.
    pub category_rule: String,
    /// GuardDuty type, or the ASFF type of other products' findings.
    #[serde(rename = "type")]
    pub finding_type: String,
    /// MITRE ATT&CK tactic identifier, such as `TA0011`.
    pub mitre: Option<String>,
    /// ASFF product name, such as `GuardDuty`, `Security Hub`, `Inspector`.
    pub product: String,
    pub severity: Severity,
    /// GuardDuty's score, 1.0 to 10.0.
    pub severity_score: Option<f64>,
    pub title: String,
    pub description: String,
    pub account: Option<String>,
    pub region: Option<String>,
    /// Key: cluster ARN.
    pub clusters: Vec<Named>,
    /// Key: `account/region/family`.
    pub families: Vec<Named>,
    /// Key: `account/region/family:revision`, label `family:revision`.
    pub revisions: Vec<Named>,
    /// Key: service ARN, or `account/region/cluster/service`.
    pub services: Vec<Named>,
    pub task_arns: Vec<String>,
    /// `FARGATE`, `EC2` or `EXTERNAL`, as AWS words it.
    pub launch_types: Vec<String>,
    /// Container names.
    pub containers: Vec<String>,
    pub images: Vec<String>,
    /// `sha256:…`
    pub image_digests: Vec<String>,
    /// As the source words it: `ECSCluster`, `AwsEcsTaskDefinition`, …
    pub resource_type: Option<String>,
    pub resource_id: Option<String>,
    /// Repetitions as the service counts them; `None` where it does not count.
    pub count: Option<i64>,
    /// Repetitions we know of; at least 1.
    pub occurrences: i64,
    pub first_seen: Option<Timestamp>,
    pub last_seen: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When Yagura first read it.
    pub first_observed_at: Timestamp,
    /// Archived in the service that reported it.
    pub archived: bool,
    /// `ACTIVE` or `ARCHIVED` in Security Hub.
    pub record_state: Option<String>,
    /// `NEW`, `NOTIFIED`, `RESOLVED` or `SUPPRESSED` in Security Hub.
    pub workflow: Option<String>,
    /// ASFF `Compliance.Status`.
    pub compliance: Option<String>,
    /// ASFF `Compliance.SecurityControlId`, such as `ECS.5`.
    pub control: Option<String>,
    pub vulnerability_ids: Vec<String>,
    pub sample: bool,
    pub sequence: SequenceRole,
    /// ARN of the attack sequence this finding is a signal of.
    pub attack_sequence: Option<String>,
    /// When it was first observed archived, resolved or suppressed; `None` while it is active.
    pub closed_at: Option<Timestamp>,
    /// When a complete sweep noticed that no service at AWS has it any more; `None` while one has, or nobody could tell.
    pub expired_in_aws: Option<Timestamp>,
    /// The finding in the AWS console.
    pub url: Option<String>,
}

impl Finding {
    /// Not archived, not resolved, not suppressed.
    pub fn is_active(&self) -> bool {
        self.closed_at.is_none()
    }
}

/// One observed state of a finding, append-only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingVersion {
    /// When Yagura observed the change.
    pub observed_at: Timestamp,
    pub source: Source,
    /// The service's `updatedAt` of this state.
    pub updated_at: Timestamp,
    pub severity: Severity,
    pub count: Option<i64>,
    /// Repetitions since the state before.
    pub count_delta: i64,
    pub archived: bool,
    pub workflow: Option<String>,
    pub record_state: Option<String>,
    /// What was new; empty where it was observed by a version of Yagura that did not keep it.
    pub changed: Vec<Aspect>,
    /// Resources that were not named before, by their keys.
    pub resources: Vec<String>,
}

/// What one service says about a finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingSide {
    pub source: Source,
    pub observed_at: Timestamp,
    pub updated_at: Timestamp,
    /// The document as it came, JSON text.
    pub raw: String,
}

/// Everything known about one finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingDetail {
    pub finding: Finding,
    /// Oldest first.
    pub versions: Vec<FindingVersion>,
    /// The newest document of each service.
    pub sides: Vec<FindingSide>,
    /// What GuardDuty's newest document says was seen.
    pub evidence: super::Evidence,
    /// Documents that were the newest before, newest first; how many are kept is a setting.
    pub earlier: Vec<FindingSide>,
    /// For an attack sequence its signals; for a signal its siblings are reached through the sequence.
    pub members: Vec<Finding>,
    /// What the services say differently about it.
    pub drift: Vec<DriftRow>,
    pub as_of: Timestamp,
    pub data_version: u64,
}

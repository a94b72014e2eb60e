//! One finding as the simulated services know it.

use jiff::Timestamp;

use super::fleet::Place;

/// What was seen besides the place. Which parts matter depends on the type.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Path and command line.
    pub process: Option<(String, String)>,
    pub domain: Option<String>,
    pub ip: String,
    pub port: u16,
    pub user: String,
    pub bucket: String,
    pub instance: String,
    pub function: String,
    pub database: String,
    pub kubernetes: String,
    pub file: String,
    /// Category of a suspicious tool.
    pub tool: Option<String>,
}

impl Facts {
    /// Name of the process: the last part of its path.
    pub fn process_name(&self) -> &str {
        self.process.as_ref().map_or("", |(path, _)| path.rsplit('/').next().unwrap_or(path))
    }
}

/// What GuardDuty saw.
#[derive(Debug, Clone)]
pub struct Threat {
    pub name: String,
    pub severity: f64,
    pub description: String,
    pub place: Option<Place>,
    pub facts: Facts,
    /// ARN of the attack sequence it is a signal of.
    pub member_of: Option<String>,
    pub sequence: Option<Sequence>,
}

/// What an attack sequence is made of.
#[derive(Debug, Clone, Default)]
pub struct Sequence {
    pub indicators: Vec<String>,
    pub places: Vec<Place>,
    pub signals: Vec<Signal>,
}

/// A finding that is part of an attack sequence.
#[derive(Debug, Clone)]
pub struct Signal {
    pub arn: String,
    pub name: String,
    pub severity: f64,
    pub count: i64,
    pub first: Timestamp,
    pub last: Timestamp,
    /// ARN of the task it concerns.
    pub task: Option<String>,
}

/// What a finding is about.
#[derive(Debug, Clone)]
pub enum Body {
    Threat(Box<Threat>),
    Control {
        id: String,
        severity: String,
        failed: bool,
        resource_type: String,
        resource: String,
        /// Key and value of a tag that names whose the resource is.
        tag: Option<(String, String)>,
    },
    Package {
        id: String,
        severity: String,
        package: String,
        fixed: String,
        image: String,
        digest: String,
    },
}

/// One finding, as both services know it.
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
#[derive(Debug, Clone)]
pub struct Record {
    pub id: String,
    pub arn: String,
    pub account: String,
    pub region: String,
    pub title: String,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub count: i64,
    pub archived: bool,
    pub sample: bool,
    /// Suppressed findings never reach Security Hub.
    pub in_hub: bool,
    pub workflow: &'static str,
    pub hub_updated: Timestamp,
    pub hub_count: i64,
    pub hub_archived: bool,
    pub body: Body,
}

impl Record {
    /// The detector of the finding's account and Region.
    pub fn detector(&self) -> String {
        detector(&self.account, &self.region)
    }

    /// The threat, if it is one.
    pub fn threat(&self) -> Option<&Threat> {
        if let Body::Threat(threat) = &self.body { Some(threat) } else { None }
    }

    /// Neither a sample nor closed: it shows.
    pub fn show(&mut self) {
        (self.archived, self.sample, self.in_hub, self.workflow) = (false, false, true, "NEW");
        if let Some(title) = self.title.strip_prefix("[SAMPLE] ") {
            self.title = title.to_owned();
        }
    }
}

/// The detector's id: one per account and Region.
pub fn detector(account: &str, region: &str) -> String {
    format!("{:032x}", xxhash_rust::xxh3::xxh3_128(format!("{account}/{region}").as_bytes()))
}

/// The truth about one finding, for tests.
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    pub arn: String,
    pub account: String,
    pub region: String,
    /// `None` for findings GuardDuty does not have.
    pub threat_type: Option<String>,
    pub family: Option<String>,
    pub count: i64,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub archived: bool,
    pub sample: bool,
    pub in_guardduty: bool,
    pub in_securityhub: bool,
    /// Security Hub's word for where the work on it stands.
    pub workflow: &'static str,
}

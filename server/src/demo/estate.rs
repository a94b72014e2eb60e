//! The estate that is simulated, read from `seed-data`.

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estate {
    pub regions: Vec<String>,
    pub home_region: String,
    pub account: Vec<Account>,
    pub cluster: Vec<Cluster>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub id: String,
    pub name: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    pub name: String,
    pub account: String,
    pub region: String,
    pub families: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Posture {
    pub control: Vec<Control>,
    pub account_control: Vec<AccountControl>,
    pub vulnerability: Vec<Vulnerability>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    pub id: String,
    pub severity: String,
    pub title: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountControl {
    pub id: String,
    pub severity: String,
    pub title: String,
    pub resource: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vulnerability {
    pub id: String,
    pub severity: String,
    pub package: String,
}

/// A type GuardDuty reports, with its usual severity.
#[derive(Debug, Clone)]
pub struct ThreatType {
    pub name: String,
    pub severity: f64,
}

impl Estate {
    pub fn load() -> Result<Self, String> {
        toml::from_str(include_str!("../../../seed-data/estate.toml")).map_err(|error| error.to_string())
    }
}

impl Posture {
    pub fn load() -> Result<Self, String> {
        toml::from_str(include_str!("../../../seed-data/posture.toml")).map_err(|error| error.to_string())
    }
}

/// The types in service, from the same list the classifier reads.
pub fn threat_types() -> Vec<ThreatType> {
    let lines = include_str!("../../../seed-data/finding-types.tsv").lines().skip(1);
    lines
        .filter_map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            let severity = match columns.get(1)?.trim_end_matches('*') {
                "critical" => 9.3,
                "high" => 8.0,
                "medium" => 5.0,
                _ => 2.0,
            };
            (*columns.get(5)? == "active").then(|| ThreatType { name: columns[0].to_owned(), severity })
        })
        .collect()
}

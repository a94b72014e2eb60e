//! What happens in the estate, read from `seed-data`: habits, incidents and the types there are.

use serde::Deserialize;

/// Habits and incidents.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    pub habit: Vec<Habit>,
    pub incident: Vec<Incident>,
}

/// When a habit shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    Always,
    Work,
    Night,
    Deploy,
}

/// Something that keeps happening.
#[derive(Debug, Clone, Deserialize)]
pub struct Habit {
    #[serde(flatten)]
    pub what: What,
    pub per_week: f64,
    pub when: When,
    #[serde(default)]
    pub families: Vec<String>,
}

/// A kind of threat as the estate produces it.
#[derive(Debug, Clone, Deserialize)]
pub struct What {
    #[serde(rename = "type")]
    pub name: String,
    /// Lowest and highest number of repetitions.
    #[serde(default = "once")]
    pub count: (i64, i64),
    pub severity: Option<f64>,
    pub tool: Option<String>,
    /// What the team decided about it for good.
    pub workflow: Option<String>,
}

impl What {
    /// A type without anything particular.
    pub fn plain(name: &str) -> Self {
        Self { name: name.to_owned(), count: once(), severity: None, tool: None, workflow: None }
    }
}

fn once() -> (i64, i64) {
    (1, 1)
}

/// Findings that belong together.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// For people.
    #[expect(dead_code, reason = "names the incident in the file")]
    name: String,
    pub days_ago: Vec<i64>,
    #[serde(default)]
    pub live: bool,
    pub cluster: String,
    pub families: Vec<String>,
    /// The type of GuardDuty's conclusion.
    pub sequence: Option<String>,
    #[serde(default)]
    pub indicators: Vec<String>,
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Step {
    #[serde(flatten)]
    pub what: What,
    /// After the incident's begin.
    pub minute: i64,
}

/// A type GuardDuty reports, with its usual severity.
#[derive(Debug, Clone)]
pub struct ThreatType {
    pub name: String,
    /// `None`: it varies.
    pub severity: Option<f64>,
}

impl Activity {
    pub fn load() -> Result<Self, String> {
        toml::from_str(include_str!("../../../seed-data/activity.toml"))
            .map_err(|error| format!("activity.toml: {error}"))
    }
}

/// The types in service, from the same list the classifier reads.
pub fn threat_types() -> Vec<ThreatType> {
    let lines = include_str!("../../../seed-data/finding-types.tsv").lines().skip(1);
    lines
        .filter_map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            let severity = match columns.get(1)?.trim_end_matches('*') {
                "critical" => Some(9.0),
                "high" => Some(8.0),
                "medium" => Some(5.0),
                "low" => Some(2.0),
                _ => None,
            };
            (*columns.get(5)? == "active").then(|| ThreatType { name: columns[0].to_owned(), severity })
        })
        .collect()
}

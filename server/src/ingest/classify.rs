//! Which of the ten categories a threat belongs to, and which rule said so.
//!
//! The knowledge is data: `seed-data/finding-types.tsv` lists every type, `seed-data/category-rules.toml` holds the
//! ordered rules for types it does not list. Nothing is dropped: what no rule maps is `other`.

use std::collections::HashMap;

use app::model::{Category, Kind};
use serde::Deserialize;
use xxhash_rust::xxh3::xxh3_64;

use super::normalize::PARSER_VERSION;
use super::observation::{Classification, Observation};

const TYPES: &str = include_str!("../../../seed-data/finding-types.tsv");
const RULES: &str = include_str!("../../../seed-data/category-rules.toml");

/// Why the classification data cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ClassifierError {
    #[error("finding types, line {line}: {reason}")]
    Types { line: usize, reason: String },
    #[error("category rules: {0}")]
    Rules(String),
}

/// One line of the list of types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownType {
    pub name: String,
    pub category: Category,
    pub secondary: Option<Category>,
    pub mitre: Option<String>,
    /// `active`, `custom-rule`, `retired` or `alias`.
    pub status: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    #[expect(dead_code, reason = "says which edition of the rules a file is, for people")]
    version: u32,
    rule: Vec<TypeRule>,
    indicator: Vec<IndicatorRule>,
    tool: Vec<ToolRule>,
    asff: Vec<AsffRule>,
    mitre: HashMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TypeRule {
    name: String,
    #[serde(default)]
    purpose: Vec<String>,
    #[serde(default)]
    resource: Vec<String>,
    #[serde(default)]
    contains: Vec<String>,
    category: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct IndicatorRule {
    keys: Vec<String>,
    category: Category,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToolRule {
    contains: Vec<String>,
    category: Category,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AsffRule {
    prefix: String,
    category: Category,
}

/// The loaded knowledge.
#[derive(Debug)]
pub struct Classifier {
    /// By lower-case name: documents spell some purposes in two ways.
    types: HashMap<String, KnownType>,
    rules: Rules,
    /// In lower case.
    workload_tags: Vec<String>,
    edition: String,
}

/// A GuardDuty type cut into its parts: `purpose:resource/rest`.
struct Parts<'a> {
    purpose: &'a str,
    resource: &'a str,
    rest: String,
}

impl<'a> Parts<'a> {
    fn of(finding_type: &'a str) -> Self {
        let (purpose, after) = finding_type.split_once(':').unwrap_or((finding_type, ""));
        let (resource, rest) = after.split_once('/').unwrap_or((after, after));
        Self { purpose, resource, rest: rest.to_ascii_lowercase() }
    }
}

fn any_equal(words: &[String], value: &str) -> bool {
    words.is_empty() || words.iter().any(|word| word.eq_ignore_ascii_case(value))
}

fn any_within(words: &[String], lowered: &str) -> bool {
    words.iter().any(|word| lowered.contains(&word.to_ascii_lowercase()))
}

impl Classifier {
    /// The knowledge this program was built with.
    ///
    /// # Panics
    /// Never in a tested build: a test loads the same data.
    pub fn embedded() -> Self {
        Self::load(TYPES, RULES).expect("the embedded classification data is tested")
    }

    /// Reads a list of types and a set of rules.
    pub fn load(types: &str, rules_text: &str) -> Result<Self, ClassifierError> {
        let rules: Rules = toml::from_str(rules_text).map_err(|error| ClassifierError::Rules(error.to_string()))?;
        for rule in &rules.rule {
            if rule.category != BY_INDICATORS {
                rule.category
                    .parse::<Category>()
                    .map_err(|error| ClassifierError::Rules(format!("rule {}: {error}", rule.name)))?;
            }
        }
        let mut known = HashMap::new();
        for (index, line) in types.lines().enumerate().skip(1).filter(|(_, line)| !line.is_empty()) {
            let found = known_type(line).map_err(|reason| ClassifierError::Types { line: index + 1, reason })?;
            known.insert(found.name.to_ascii_lowercase(), found);
        }
        let knowledge = xxh3_64([types, rules_text].concat().as_bytes());
        let edition = format!("{PARSER_VERSION}-{knowledge:016x}");
        Ok(Self { types: known, rules, workload_tags: Vec::new(), edition })
    }

    /// The same, with the keys of tags that name a workload.
    #[must_use]
    pub fn with_workload_tags(mut self, keys: &[String]) -> Self {
        self.workload_tags = keys.iter().map(|key| key.to_lowercase()).collect();
        self.workload_tags.sort_unstable();
        let keys = xxh3_64(self.workload_tags.join("\n").as_bytes());
        self.edition = format!("{}-{keys:016x}", self.edition);
        self
    }

    /// Whether the value of a tag of this key names a workload.
    pub fn names_workloads(&self, key: &str) -> bool {
        let key = key.to_lowercase();
        self.workload_tags.contains(&key)
    }

    /// Names the parser and the rules: what is kept under another edition may read differently today.
    pub fn edition(&self) -> &str {
        &self.edition
    }

    /// Every listed type.
    pub fn types(&self) -> impl Iterator<Item = &KnownType> {
        self.types.values()
    }

    /// Finds the category of an observation. Only threats have one.
    pub fn classify(&self, observation: &Observation) -> Classification {
        if observation.kind != Kind::Threat {
            let rule = format!("kind:{}", observation.kind);
            return Classification { category: None, secondary: None, rule, mitre: None };
        }
        let finding_type = observation.finding_type.as_str();
        let listed = self.types.get(&finding_type.to_ascii_lowercase());
        let parts = Parts::of(finding_type);
        let (category, rule) = self.category(observation, listed, &parts);
        let mitre = listed.and_then(|listed| listed.mitre.clone()).or_else(|| {
            let found = self.rules.mitre.iter().find(|(purpose, _)| purpose.eq_ignore_ascii_case(parts.purpose));
            found.map(|(_, tactic)| tactic.clone())
        });
        let secondary = listed.and_then(|listed| listed.secondary).filter(|secondary| *secondary != category);
        Classification { category: Some(category), secondary, rule, mitre }
    }

    fn category(&self, observation: &Observation, listed: Option<&KnownType>, parts: &Parts<'_>) -> (Category, String) {
        if let Some(found) = self.by_tool(observation) {
            return found;
        }
        match listed {
            // The three sequences without a category of their own are listed as `other`.
            Some(known) if known.category == Category::Other && parts.purpose == "AttackSequence" => {
                self.by_indicators(observation)
            }
            Some(known) => (known.category, "type".to_owned()),
            None => self.by_rule(observation, parts),
        }
    }

    fn by_tool(&self, observation: &Observation) -> Option<(Category, String)> {
        if !observation.finding_type.eq_ignore_ascii_case("Execution:Runtime/SuspiciousTool") {
            return None;
        }
        let tool = observation.hints.tool_category.as_deref()?;
        let lowered = tool.to_ascii_lowercase();
        let rule = self.rules.tool.iter().find(|rule| any_within(&rule.contains, &lowered))?;
        Some((rule.category, format!("tool:{tool}")))
    }

    fn by_indicators(&self, observation: &Observation) -> (Category, String) {
        for rule in &self.rules.indicator {
            if let Some(key) = rule.keys.iter().find(|key| observation.hints.indicators.contains(key)) {
                return (rule.category, format!("sequence:{key}"));
            }
        }
        (Category::Other, "sequence".to_owned())
    }

    fn by_rule(&self, observation: &Observation, parts: &Parts<'_>) -> (Category, String) {
        for rule in &self.rules.rule {
            let matches = any_equal(&rule.purpose, parts.purpose)
                && any_equal(&rule.resource, parts.resource)
                && (rule.contains.is_empty() || any_within(&rule.contains, &parts.rest));
            if !matches {
                continue;
            }
            if rule.category == BY_INDICATORS {
                return self.by_indicators(observation);
            }
            if let Ok(category) = rule.category.parse() {
                return (category, format!("rule:{}", rule.name));
            }
        }
        let by_asff = self
            .rules
            .asff
            .iter()
            .find(|rule| observation.asff_types.iter().any(|asff_type| asff_type.starts_with(&rule.prefix)));
        match by_asff {
            Some(rule) => (rule.category, format!("asff:{}", rule.prefix)),
            None => (Category::Other, "none".to_owned()),
        }
    }

    /// Finds the listed type that a Security Hub spelling stands for, if exactly one does.
    ///
    /// Security Hub writes the slash as a dash and sometimes leaves the purpose to the ASFF category:
    /// `TTPs/Discovery/RDS-MaliciousIPCaller`.
    pub fn listed_name(&self, spelled: &str) -> Option<&str> {
        self.types.get(&spelled.to_ascii_lowercase()).map(|known| known.name.as_str())
    }
}

const BY_INDICATORS: &str = "by-indicators";

fn known_type(line: &str) -> Result<KnownType, String> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [name, _severity, category, secondary, mitre, status, _source] = columns.as_slice() else {
        return Err(format!("{} columns instead of 7", columns.len()));
    };
    let parse = |word: &str| word.parse::<Category>().map_err(|error| error.to_string());
    Ok(KnownType {
        name: (*name).to_owned(),
        category: parse(category)?,
        secondary: if secondary.is_empty() { None } else { Some(parse(secondary)?) },
        mitre: (!mitre.is_empty()).then(|| (*mitre).to_owned()),
        status: (*status).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::ingest::normalize;

    fn classified(finding_type: &str, service: serde_json::Value) -> (Category, String) {
        let document = json!({"id": "1", "arn": "arn:aws:guardduty:us-east-1:111122223333:detector/d/finding/1",
            "type": finding_type, "severity": 5, "service": service});
        let observation = normalize::guardduty(&document, jiff::Timestamp::UNIX_EPOCH).unwrap();
        let classification = Classifier::embedded().classify(&observation);
        (classification.category.unwrap(), classification.rule)
    }

    #[test]
    fn every_listed_type_gets_its_listed_category() {
        let classifier = Classifier::embedded();
        assert_eq!(classifier.types().count(), 252);
        for known in classifier.types() {
            let (category, _) = classified(&known.name, json!({}));
            assert_eq!(category, known.category, "{}", known.name);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn every_unknown_type_gets_a_category_and_the_rule_is_told(
            purpose in "[A-Z][A-Za-z]{2,14}", resource in "[A-Za-z0-9]{2,10}", family in "[A-Za-z&.!-]{0,24}",
        ) {
            let (_, rule) = classified(&format!("{purpose}:{resource}/{family}"), json!({}));
            let told = ["rule:", "asff:", "sequence", "tool:"].iter().any(|kind| rule.starts_with(kind));
            prop_assert!(told || rule == "none" || rule == "type", "{rule}");
        }
    }

    #[test]
    fn unlisted_types_fall_through_the_rules_in_order() {
        for (finding_type, category, rule) in [
            ("Impact:Lambda/CryptoMinerStarted", Category::CryptoMining, "rule:crypto"),
            ("Backdoor:Runtime/C&CActivity.Z", Category::CommandAndControl, "rule:command-and-control"),
            ("Execution:ECS/MaliciousFile.New", Category::CompromisedImage, "rule:image-malware"),
            ("Execution:EC2/MaliciousFile.New", Category::SuspiciousProcess, "rule:file-malware"),
            ("PrivilegeEscalation:Runtime/Novel", Category::AnomalousUser, "rule:runtime-privilege"),
            ("Recon:EC2 PortProbeUnprotectedPort", Category::PortScan, "rule:port-scan"),
            ("Canary:EC2/Stateless.IntegTest", Category::Other, "none"),
        ] {
            assert_eq!(classified(finding_type, json!({})), (category, rule.to_owned()), "{finding_type}");
        }
    }

    #[test]
    fn two_types_look_deeper() {
        let indicators = |key: &str| json!({"detection": {"sequence": {"sequenceIndicators": [{"key": key}]}}});
        let sequence = "AttackSequence:ECS/CompromisedCluster";
        assert_eq!(classified(sequence, indicators("CRYPTOMINING_IP")).0, Category::CryptoMining);
        assert_eq!(classified(sequence, indicators("MALICIOUS_DOMAIN")).0, Category::MaliciousDestination);
        assert_eq!(classified(sequence, indicators("TOR_IP")).0, Category::Other);
        let tool = |category: &str| json!({"runtimeDetails": {"context": {"toolCategory": category}}});
        assert_eq!(classified("Execution:Runtime/SuspiciousTool", tool("Network Scanner")).0, Category::PortScan);
        assert_eq!(classified("Execution:Runtime/SuspiciousTool", tool("Backdoor Tool")).0, Category::ReverseShell);
        assert_eq!(classified("Execution:Runtime/SuspiciousTool", json!({})).0, Category::SuspiciousProcess);
    }
}

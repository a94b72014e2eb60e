//! How threats read and what was seen of them, from `seed-data/threats.toml`.

use serde::Deserialize;

/// Every template.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wordings {
    /// Command lines that try to impress whoever shows them.
    pub hostile: Vec<String>,
    pub ips: Vec<String>,
    pub users: Vec<String>,
    pub wording: Vec<Wording>,
    pub tool: Vec<Tool>,
}

/// Words for the types that fit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// `*` stands for anything.
    pub types: Vec<String>,
    pub title: String,
    pub description: String,
    /// Path and command line.
    #[serde(default)]
    pub processes: Vec<(String, String)>,
    #[serde(default)]
    pub domains: Vec<String>,
    #[serde(default)]
    pub ports: Vec<u16>,
    #[serde(default)]
    pub files: Vec<String>,
}

/// Processes of a category of tools.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    pub name: String,
    pub processes: Vec<(String, String)>,
}

impl Wordings {
    pub fn load() -> Result<Self, String> {
        let words: Self = toml::from_str(include_str!("../../../seed-data/threats.toml"))
            .map_err(|error| format!("threats.toml: {error}"))?;
        if words.wording.last().is_none_or(|last| !last.types.iter().any(|pattern| pattern == "*")) {
            return Err("threats.toml: the last wording must fit every type".to_owned());
        }
        if words.hostile.is_empty() || words.ips.is_empty() || words.users.is_empty() {
            return Err("threats.toml: hostile, ips and users must not be empty".to_owned());
        }
        Ok(words)
    }

    /// The first wording that fits a type.
    pub fn of(&self, name: &str) -> &Wording {
        let fits = |wording: &&Wording| wording.types.iter().any(|pattern| matches(pattern, name));
        self.wording.iter().find(fits).unwrap_or(&self.wording[self.wording.len() - 1])
    }
}

/// Whether a text fits a pattern in which `*` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut left) = text.strip_prefix(head) else { return false };
    let parts: Vec<&str> = rest.split('*').collect();
    let (last, middle) = parts.split_last().unwrap_or((&"", &[]));
    for part in middle {
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    left.ends_with(last)
}

/// Puts values for `{names}` into a template.
pub fn render(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = template.to_owned();
    for (name, value) in values {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use super::*;

    #[test]
    fn patterns_fit_as_people_expect() {
        for (pattern, text, fits) in [
            ("Impact:Runtime/*", "Impact:Runtime/CryptoMinerExecuted", true),
            ("*:EC2/*BruteForce", "UnauthorizedAccess:EC2/SSHBruteForce", true),
            ("*:EC2/*DNS*", "Trojan:EC2/DNSDataExfiltration", true),
            ("*:EC2/*DNS*", "Recon:EC2/Portscan", false),
            ("Recon:EC2/Portscan", "Recon:EC2/PortscanX", false),
            ("*", "anything", true),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn every_type_has_words_of_its_own_family() {
        let words = Wordings::load().unwrap();
        for kind in super::super::activity::threat_types() {
            let wording = words.of(&kind.name);
            let fallback = wording.types == ["*"];
            assert!(!fallback, "{} has no wording", kind.name);
            let runtime = kind.name.contains(":Runtime/");
            assert_eq!(runtime, !wording.processes.is_empty(), "{}", kind.name);
        }
    }
}

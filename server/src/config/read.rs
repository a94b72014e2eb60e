//! Reads the layers and takes settings out of them, noting every problem instead of stopping at the first.

use std::collections::BTreeSet;
use std::path::Path;

use figment::providers::{Env, Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider, Source};
use serde::de::DeserializeOwned;

use super::{DEFAULTS, FILE_NAME, Overrides, Problem};

/// The merged layers, and what is wrong with them so far.
pub(super) struct Settings {
    figment: Figment,
    problems: Vec<Problem>,
}

/// The layer of the command line.
struct CommandLine<'a>(&'a Overrides);

impl Provider for CommandLine<'_> {
    fn metadata(&self) -> Metadata {
        Metadata::named("command line")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let mut settings = Dict::new();
        for (name, value) in self.0 {
            let (section, key) = name.split_once('.').unwrap_or(("", name));
            let section = settings.entry(section.to_owned()).or_insert_with(|| Value::from(Dict::new()));
            if let Value::Dict(_, section) = section {
                section.insert(key.to_owned(), Value::from(value.as_str()));
            }
        }
        Ok(Profile::Default.collect(settings))
    }
}

impl Settings {
    pub(super) fn read(file: Option<&Path>, overrides: &Overrides) -> Self {
        let defaults = Figment::from(Toml::string(DEFAULTS));
        let mut problems = Vec::new();
        let file_layer = match file {
            Some(path) => Figment::from(Toml::file_exact(path)),
            None => Figment::from(Toml::file_exact(FILE_NAME)),
        };
        if file.is_some_and(|path| !path.is_file()) {
            let source = file.map(|path| path.display().to_string()).unwrap_or_default();
            problems.push(Problem { setting: String::new(), source, reason: "no such file".to_owned() });
        }
        let mut figment = defaults.clone();
        if file.is_some_and(Path::is_file) || file.is_none() && Path::new(FILE_NAME).is_file() {
            match file_layer.data() {
                Ok(_) => figment = figment.merge(file_layer),
                Err(errors) => problems.extend(errors.into_iter().map(|error| Problem {
                    setting: String::new(),
                    source: file.unwrap_or(Path::new(FILE_NAME)).display().to_string(),
                    reason: error.kind.to_string(),
                })),
            }
        }
        // Only names with `__` are settings; YAGURA_LOG and YAGURA_SITE are not.
        let environment = Env::prefixed("YAGURA_").filter(|name| name.as_str().contains("__")).split("__");
        let figment = figment.merge(environment).merge(CommandLine(overrides));
        let mut settings = Self { figment, problems };
        settings.find_unknown(&defaults);
        settings
    }

    /// Takes one setting as text and reads it.
    pub(super) fn parse<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let value = self.figment.find_value(name).ok()?;
        let Some(text) = plain_text(&value) else {
            self.complain(name, "a single value is wanted");
            return None;
        };
        match read(text.trim()) {
            Ok(parsed) => Some(parsed),
            Err(reason) => {
                self.complain(name, reason);
                None
            }
        }
    }

    /// Takes a list, or a comma-separated text as the environment gives it.
    pub(super) fn list<T>(&mut self, name: &str, read: impl Fn(&str) -> Result<T, String>) -> Option<Vec<T>> {
        let value = self.figment.find_value(name).ok()?;
        let texts: Option<Vec<String>> = match &value {
            Value::Array(_, values) => values.iter().map(plain_text).collect(),
            single => plain_text(single).map(|text| text.split(',').map(str::to_owned).collect()),
        };
        let Some(texts) = texts else {
            self.complain(name, "a list of texts is wanted");
            return None;
        };
        let mut items = Vec::new();
        for text in texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
            match read(text) {
                Ok(item) => items.push(item),
                Err(reason) => self.complain(name, reason),
            }
        }
        Some(items)
    }

    /// Takes an array of tables.
    pub(super) fn tables<T: DeserializeOwned>(&mut self, name: &str) -> Option<Vec<T>> {
        match self.figment.extract_inner(name) {
            Ok(tables) => Some(tables),
            Err(errors) => {
                for error in errors {
                    let at = error.path.join(".");
                    self.complain(name, format!("{at}: {}", error.kind));
                }
                None
            }
        }
    }

    /// Notes a problem of a setting.
    pub(super) fn complain(&mut self, name: &str, reason: impl Into<String>) {
        let source = self.source_of(name);
        self.problems.push(Problem { setting: name.to_owned(), source, reason: reason.into() });
    }

    pub(super) fn finish(self) -> Vec<Problem> {
        self.problems
    }

    fn find_unknown(&mut self, defaults: &Figment) {
        let known = names_in(defaults);
        for name in names_in(&self.figment).difference(&known) {
            let section = name.split('.').next().unwrap_or_default();
            let siblings: Vec<&str> =
                known.iter().filter(|known| known.split('.').next() == Some(section)).map(String::as_str).collect();
            let reason = if siblings.is_empty() {
                "no such setting".to_owned()
            } else {
                format!("no such setting; there are {}", siblings.join(", "))
            };
            self.complain(name, reason);
        }
    }

    fn source_of(&self, name: &str) -> String {
        let Some(metadata) = self.figment.find_metadata(name) else { return "unknown source".to_owned() };
        match &metadata.source {
            Some(Source::File(path)) => path.file_name().map_or_else(
                || path.display().to_string(),
                |file| {
                    if Path::new(FILE_NAME) == Path::new(file) {
                        FILE_NAME.to_owned()
                    } else {
                        path.display().to_string()
                    }
                },
            ),
            _ if metadata.name.contains("environment") => {
                format!("YAGURA_{}", name.replace('.', "__").to_ascii_uppercase())
            }
            _ if metadata.name == "command line" => "command line".to_owned(),
            _ => "default".to_owned(),
        }
    }
}

/// Names of all settings, `section.key`; what is below a key belongs to it.
fn names_in(figment: &Figment) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let Ok(layers) = figment.data() else { return names };
    for (section, value) in layers.into_values().flatten() {
        match value {
            Value::Dict(_, keys) => names.extend(keys.into_keys().map(|key| format!("{section}.{key}"))),
            _ => {
                names.insert(section);
            }
        }
    }
    names
}

fn plain_text(value: &Value) -> Option<String> {
    match value {
        Value::String(_, text) => Some(text.clone()),
        Value::Bool(_, flag) => Some(flag.to_string()),
        Value::Char(_, letter) => Some(letter.to_string()),
        Value::Num(_, number) => number
            .to_i128()
            .map(|number| number.to_string())
            .or_else(|| number.to_u128().map(|number| number.to_string()))
            .or_else(|| number.to_f64().map(|number| number.to_string())),
        Value::Empty(..) => Some(String::new()),
        Value::Dict(..) | Value::Array(..) => None,
    }
}

//! What a reader asks about costs: which accounts and Regions, what if, and the quotes of others. All of it is in the
//! address, so that a link reproduces the answer.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::filter::{Field, Filter, FilterError, TimeRange};
use super::terms::{UnknownTerm, vocabulary};

/// Most entries of a list in the address.
const MOST: usize = 50;
/// Longest name of a quote, in characters.
const LONGEST_NAME: usize = 60;

/// An amount that a person wrote: up to nine digits, and six behind the point.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Amount(String);

impl Amount {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is nothing.
    pub fn is_zero(&self) -> bool {
        self.0.bytes().all(|byte| matches!(byte, b'0' | b'.'))
    }
}

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if digits(whole, 9) && digits(part, 6) {
            return Ok(Self(text.to_owned()));
        }
        Err(format!("`{text}` is not an amount like 12 or 0.25"))
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

vocabulary! {
    /// What a quote counts.
    QuotePer = "unit of a quote" {
        Vcpu => "vcpu",
        Task => "task",
        /// A machine: there is none on Fargate.
        Host => "host",
        /// Nothing: a flat sum.
        Month => "month",
    }
}

/// What a team was offered, per month in USD.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Quote {
    pub name: String,
    pub per: QuotePer,
    pub price: Amount,
    /// Beside the price of the units.
    #[serde(default = "nothing")]
    pub flat: Amount,
    /// The least of a month.
    #[serde(default = "nothing")]
    pub minimum: Amount,
}

fn nothing() -> Amount {
    Amount("0".to_owned())
}

impl fmt::Display for Quote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, per, price, flat, minimum } = self;
        write!(f, "{name}:{per}:{}:{}:{}", price.0, flat.0, minimum.0)
    }
}

impl FromStr for Quote {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.rsplitn(5, ':').collect::<Vec<_>>();
        parts.reverse();
        let [name, per, price, flat, minimum] = parts.as_slice() else {
            return Err("a quote is name:per:price:flat:minimum".to_owned());
        };
        if name.trim().is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(format!("the name of a quote has 1 to {LONGEST_NAME} characters"));
        }
        Ok(Self {
            name: name.trim().to_owned(),
            per: per.parse().map_err(|error: UnknownTerm| error.to_string())?,
            price: price.parse()?,
            flat: flat.parse()?,
            minimum: minimum.parse()?,
        })
    }
}

/// Tasks that do not run yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Added {
    pub region: String,
    pub tasks: Amount,
    pub vcpus: Amount,
    /// Of a day.
    pub hours: Amount,
}

impl fmt::Display for Added {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}:{}", self.region, self.tasks.0, self.vcpus.0, self.hours.0)
    }
}

impl FromStr for Added {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split(':').collect();
        let [region, tasks, vcpus, hours] = parts.as_slice() else {
            return Err("what is added is region:tasks:vcpus:hours".to_owned());
        };
        let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if region.is_empty() || region.len() > 40 || !region.bytes().all(known) {
            return Err(format!("`{region}` is not a Region like us-east-1"));
        }
        let hours: Amount = hours.parse()?;
        if hours.0.parse::<f64>().is_ok_and(|hours| hours > 24.0) {
            return Err("a day has 24 hours".to_owned());
        }
        Ok(Self { region: (*region).to_owned(), tasks: tasks.parse()?, vcpus: vcpus.parse()?, hours })
    }
}

/// What would change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct WhatIf {
    /// Families (`account/region/family`) and clusters (ARN) that would stop, or no longer be watched.
    pub drop: Vec<String>,
    /// Families and clusters that would be watched as a whole.
    pub cover: Vec<String>,
    /// Families that would run this many times as much: key and factor.
    pub scale: Vec<(String, Amount)>,
    pub add: Vec<Added>,
    /// Features that would be switched off.
    pub without: Vec<String>,
}

/// A question about costs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct CostView {
    /// Accounts, Regions and the time zone; nothing else of it means anything here.
    pub filter: Filter,
    /// Empty: every feature.
    pub features: Vec<String>,
    pub what_if: WhatIf,
    /// Beside those of the settings.
    pub quotes: Vec<Quote>,
}

impl CostView {
    /// Parameters besides those of the filter.
    pub const PARAMETERS: [&'static str; 17] = [
        "feature",
        "drop",
        "cover",
        "scale",
        "add",
        "without",
        "quote",
        // What a form without script sends: one new row each.
        "add_region",
        "add_tasks",
        "add_vcpus",
        "add_hours",
        "scale_key",
        "scale_by",
        "quote_name",
        "quote_per",
        "quote_price",
        "quote_flat",
    ];
    /// The last one of a form's new quote.
    const QUOTE_MINIMUM: &'static str = "quote_minimum";

    /// Every parameter besides those of the filter.
    pub fn parameters() -> Vec<&'static str> {
        Self::PARAMETERS.iter().copied().chain([Self::QUOTE_MINIMUM]).collect()
    }

    /// Reads a query string strictly; `others` belong to the caller.
    pub fn parse(query: &str, others: &[&str]) -> Result<Self, FilterError> {
        let filter = Filter::parse(query, &[&Self::parameters()[..], others].concat())?;
        let meant = Filter {
            time_zone: filter.time_zone.clone(),
            fields: filter
                .fields
                .iter()
                .filter(|(field, _)| matches!(field, Field::Account | Field::Region))
                .map(|(field, selection)| (*field, selection.clone()))
                .collect(),
            ..Filter::default()
        };
        if let Some(stranger) = stranger(&filter, &meant) {
            return Err(FilterError::UnknownParameter(stranger));
        }
        let mut view = Self { filter: meant, ..Self::default() };
        let mut form = Form::default();
        for (name, value) in form_urlencoded::parse(query.trim_start_matches('?').as_bytes()) {
            if value.is_empty() {
                continue;
            }
            let bad = |reason: &dyn fmt::Display| FilterError::bad(&name, reason);
            let value = value.into_owned();
            match name.as_ref() {
                "feature" => view.features.extend(value.split(',').map(str::to_owned)),
                "drop" => view.what_if.drop.push(value),
                "cover" => view.what_if.cover.push(value),
                "without" => view.what_if.without.push(value),
                "scale" => {
                    let (key, by) = value.rsplit_once(':').ok_or_else(|| bad(&"is key:factor"))?;
                    view.what_if.scale.push((key.to_owned(), by.parse().map_err(|error: String| bad(&error))?));
                }
                "add" => view.what_if.add.push(value.parse().map_err(|error: String| bad(&error))?),
                "quote" => view.quotes.push(value.parse().map_err(|error: String| bad(&error))?),
                other => form.take(other, value),
            }
        }
        form.give(&mut view)?;
        view.check()?;
        Ok(view)
    }

    fn check(&self) -> Result<(), FilterError> {
        let WhatIf { drop, cover, scale, add, without } = &self.what_if;
        let lengths = [
            ("feature", self.features.len()),
            ("drop", drop.len()),
            ("cover", cover.len()),
            ("scale", scale.len()),
            ("add", add.len()),
            ("without", without.len()),
            ("quote", self.quotes.len()),
        ];
        match lengths.into_iter().find(|(_, length)| *length > MOST) {
            Some((name, _)) => Err(FilterError::bad(name, format!("more than {MOST} of them"))),
            None => Ok(()),
        }
    }

    /// Whether anything would change.
    pub fn asks_what_if(&self) -> bool {
        self.what_if != WhatIf::default()
    }

    /// The one form of it, without `?`.
    pub fn to_query(&self) -> String {
        let mut words = form_urlencoded::Serializer::new(String::new());
        words.extend_pairs(form_urlencoded::parse(self.filter.to_query().as_bytes()));
        for (name, value) in self.own() {
            words.append_pair(name, &value);
        }
        words.finish()
    }

    /// An address with it.
    pub fn href(&self, path: &str) -> String {
        let query = self.to_query();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// Its parameters besides the filter's, for the hidden fields of a form.
    pub fn own(&self) -> Vec<(&'static str, String)> {
        let WhatIf { drop, cover, scale, add, without } = &self.what_if;
        let list = |name: &'static str, values: &[String]| {
            values.iter().map(move |value| (name, value.clone())).collect::<Vec<_>>()
        };
        [
            list("feature", &self.features),
            list("drop", drop),
            list("cover", cover),
            scale.iter().map(|(key, by)| ("scale", format!("{key}:{}", by.0))).collect(),
            add.iter().map(|added| ("add", added.to_string())).collect(),
            list("without", without),
            self.quotes.iter().map(|quote| ("quote", quote.to_string())).collect(),
        ]
        .concat()
    }
}

/// What of a filter means nothing to costs.
fn stranger(filter: &Filter, meant: &Filter) -> Option<String> {
    if filter == meant {
        return None;
    }
    let printed = filter.to_query();
    let known = ["account", "region", "tz"];
    let name = form_urlencoded::parse(printed.as_bytes()).map(|(name, _)| name.into_owned());
    let usual = (filter.range != TimeRange::default()).then(|| "range".to_owned());
    name.into_iter().find(|name| !known.contains(&name.as_str())).or(usual)
}

/// The new rows of a form.
#[derive(Default)]
struct Form(Vec<(String, String)>);

impl Form {
    fn take(&mut self, name: &str, value: String) {
        if CostView::parameters().contains(&name) {
            self.0.push((name.to_owned(), value));
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn give(&self, view: &mut CostView) -> Result<(), FilterError> {
        if let Some(tasks) = self.get("add_tasks") {
            let part = |name, usual| self.get(name).unwrap_or(usual);
            let region = part("add_region", "");
            let text = format!("{region}:{tasks}:{}:{}", part("add_vcpus", "1"), part("add_hours", "24"));
            view.what_if.add.push(text.parse().map_err(|error: String| FilterError::bad("add_tasks", error))?);
        }
        if let Some((key, by)) = self.get("scale_key").zip(self.get("scale_by")) {
            let by = by.parse().map_err(|error: String| FilterError::bad("scale_by", error))?;
            view.what_if.scale.push((key.to_owned(), by));
        }
        if let Some(name) = self.get("quote_name") {
            let part = |name, usual| self.get(name).unwrap_or(usual);
            let (per, price) = (part("quote_per", "vcpu"), part("quote_price", "0"));
            let (flat, minimum) = (part("quote_flat", "0"), part(CostView::QUOTE_MINIMUM, "0"));
            let quote = format!("{name}:{per}:{price}:{flat}:{minimum}");
            view.quotes.push(quote.parse().map_err(|error: String| FilterError::bad("quote_name", error))?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use super::*;

    #[test]
    fn what_is_printed_reads_as_it_was() {
        let query = "region=us-east-1&feature=FLOW_LOGS&drop=1%2Fr%2Fweb&cover=a&scale=1%2Fr%2Fweb%3A2.5&\
            add=us-east-1%3A4%3A0.5%3A24&without=DNS_LOGS&quote=A+%26+B%3Avcpu%3A3.2%3A0%3A100";
        let view = CostView::parse(query, &[]).unwrap();
        assert_eq!(view.to_query(), query);
        assert!(view.asks_what_if());
        assert_eq!(CostView::parse("", &[]).unwrap(), CostView::default());
    }

    #[test]
    fn a_form_without_script_adds_rows() {
        let form = "add_region=us-east-1&add_tasks=3&add_vcpus=&add_hours=&quote_name=Mine%3A+two&quote_per=task&\
            quote_price=4&quote_flat=&quote_minimum=";
        let view = CostView::parse(form, &[]).unwrap();
        assert_eq!(view.to_query(), "add=us-east-1%3A3%3A1%3A24&quote=Mine%3A+two%3Atask%3A4%3A0%3A0");
    }

    #[test]
    fn what_means_nothing_here_is_named() {
        for (query, parameter) in [
            ("severity=high", "severity"),
            ("range=7d", "range"),
            ("colour=red", "colour"),
            ("quote=a", "quote"),
            ("quote=a%3Ayear%3A1%3A0%3A0", "quote"),
            ("quote=a%3Avcpu%3A-1%3A0%3A0", "quote"),
            ("add=us-east-1%3A1%3A1%3A25", "add"),
            ("add=US%3A1%3A1%3A2", "add"),
            ("scale=a", "scale"),
        ] {
            let error = CostView::parse(query, &[]).map_err(|error| error.parameter().to_owned());
            assert_eq!(error, Err(parameter.to_owned()), "{query}");
        }
    }
}

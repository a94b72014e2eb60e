//! A share before it is made: what somebody gave, checked as a whole.

use app::model::share::{LONGEST_NOTE, MOST_ANCESTORS};
use app::model::{FilterError, Hidden, Share, ShareFormat, ShareReport};
use app::page::Theme;
use app::text::Language;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::question::Locked;
use crate::config::duration;
use crate::config::origin::frame_ancestor;

/// A word that asks for nothing where a list is wanted, and for no end where a time is.
const NONE: &str = "none";
const NEVER: &str = "never";
/// A word for everything that can be hidden.
const COUNTS: &str = "counts";
/// Longest locked query, in bytes.
const LONGEST_QUERY: usize = 6000;
/// No share lives longer, unless it never ends.
const LONGEST_LIFE: u64 = 3650 * 24 * 3600;

/// What forms, programs and commands give. Lists may be given as one text with commas.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    pub report: String,
    /// The query string of the same report elsewhere.
    #[serde(default)]
    pub filter: String,
    /// `None`: every form.
    pub formats: Option<Vec<String>>,
    /// `None`: everything that can be hidden is, so that counts are left.
    pub redact: Option<Vec<String>>,
    /// `None`: as configured.
    pub frame_ancestors: Option<Vec<String>>,
    /// `None`: as configured.
    pub expires: Option<String>,
    pub lang: Option<String>,
    pub theme: Option<String>,
    pub note: Option<String>,
}

/// A checked share without id, token and time.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    report: ShareReport,
    query: String,
    formats: Vec<ShareFormat>,
    redaction: Vec<Hidden>,
    frame_ancestors: Option<Vec<String>>,
    language: Option<Language>,
    theme: Theme,
    note: Option<String>,
    life: Life,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    AsConfigured,
    Seconds(u64),
    ForEver,
}

impl Draft {
    /// Checks what was given; names the member that is wrong.
    pub fn new(given: &Given) -> Result<Self, FilterError> {
        let report: ShareReport = given.report.parse().map_err(|error| FilterError::bad("report", error))?;
        let query = Locked::parse(report, &given.filter)?.to_query();
        if query.len() > LONGEST_QUERY {
            return Err(FilterError::bad("filter", format!("is longer than {LONGEST_QUERY} bytes")));
        }
        let formats = match &given.formats {
            None => ShareFormat::ALL.to_vec(),
            Some(words) => vocabulary("formats", words, ShareFormat::ALL)?,
        };
        if formats.is_empty() {
            return Err(FilterError::bad("formats", "names no form"));
        }
        let redaction = redaction(given.redact.as_deref())?;
        if report == ShareReport::Findings && redaction.contains(&Hidden::Detail) {
            let reason = "hides the detail that `findings` is made of; leave `detail` out to show single findings";
            return Err(FilterError::bad("redact", reason));
        }
        let language = match given.lang.as_deref().filter(|tag| !tag.is_empty()) {
            None => None,
            Some(tag) => Some(Language::from_tag(tag).ok_or_else(|| FilterError::bad("lang", "is neither en nor ja"))?),
        };
        let theme = match given.theme.as_deref().filter(|word| !word.is_empty()) {
            None => Theme::Auto,
            Some(word) => {
                Theme::parse(word).ok_or_else(|| FilterError::bad("theme", "is none of auto, light, dark"))?
            }
        };
        Ok(Self {
            report,
            query,
            formats,
            redaction,
            frame_ancestors: given.frame_ancestors.as_deref().map(origins).transpose()?,
            language,
            theme,
            note: note(given.note.as_deref())?,
            life: life(given.expires.as_deref())?,
        })
    }

    /// The share under its id, made `now` by `creator`.
    pub fn into_share(self, id: String, now: Timestamp, creator: &str, default_seconds: u64) -> Share {
        let seconds = match self.life {
            Life::AsConfigured => Some(default_seconds),
            Life::Seconds(seconds) => Some(seconds),
            Life::ForEver => None,
        };
        let end = |seconds| {
            let length = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
            now.checked_add(length).unwrap_or(Timestamp::MAX)
        };
        Share {
            id,
            report: self.report,
            query: self.query,
            formats: self.formats,
            redaction: self.redaction,
            frame_ancestors: self.frame_ancestors,
            language: self.language,
            theme: self.theme,
            note: self.note,
            created_at: now,
            created_by: creator.to_owned(),
            expires_at: seconds.map(end),
            paused_at: None,
            revoked_at: None,
            rotated_at: None,
            last_used_at: None,
            hits: 0,
        }
    }
}

/// The members of lists that may hold commas.
fn members(words: &[String]) -> impl Iterator<Item = &str> {
    words.iter().flat_map(|words| words.split(',')).map(str::trim).filter(|word| !word.is_empty())
}

/// In the vocabulary's order, each once.
fn vocabulary<T: Copy + PartialEq + std::str::FromStr<Err: std::fmt::Display>>(
    parameter: &str,
    words: &[String],
    all: &[T],
) -> Result<Vec<T>, FilterError> {
    let mut chosen = Vec::new();
    for word in members(words) {
        chosen.push(word.parse::<T>().map_err(|error| FilterError::bad(parameter, error))?);
    }
    Ok(all.iter().copied().filter(|term| chosen.contains(term)).collect())
}

fn redaction(given: Option<&[String]>) -> Result<Vec<Hidden>, FilterError> {
    let Some(words) = given else { return Ok(Hidden::ALL.to_vec()) };
    match members(words).collect::<Vec<_>>()[..] {
        [COUNTS] => Ok(Hidden::ALL.to_vec()),
        [NONE] => Ok(Vec::new()),
        // Nothing chosen is not the same as everything shown: that has to be said.
        [] => Err(FilterError::bad("redact", "is empty: say `counts`, `none`, or what to hide")),
        _ => vocabulary("redact", words, Hidden::ALL),
    }
}

fn origins(words: &[String]) -> Result<Vec<String>, FilterError> {
    let mut origins = Vec::new();
    for word in members(words).filter(|word| *word != NONE) {
        let origin = frame_ancestor(word).map_err(|reason| FilterError::bad("frame_ancestors", reason))?;
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    if origins.len() > MOST_ANCESTORS {
        return Err(FilterError::bad("frame_ancestors", format!("are more than {MOST_ANCESTORS}")));
    }
    Ok(origins)
}

fn note(given: Option<&str>) -> Result<Option<String>, FilterError> {
    let Some(note) = given.map(str::trim).filter(|note| !note.is_empty()) else { return Ok(None) };
    if note.chars().count() > LONGEST_NOTE || note.chars().any(char::is_control) {
        return Err(FilterError::bad("note", format!("is not a text of 1 to {LONGEST_NOTE} characters on one line")));
    }
    Ok(Some(note.to_owned()))
}

fn life(given: Option<&str>) -> Result<Life, FilterError> {
    match given.map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(Life::AsConfigured),
        Some(NEVER) => Ok(Life::ForEver),
        Some(text) => {
            let length = duration(60, LONGEST_LIFE)(text);
            let bad = |reason| FilterError::bad("expires", format!("{reason}, or `{NEVER}`"));
            length.map(|length| Life::Seconds(length.as_secs())).map_err(bad)
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use super::*;

    fn given(report: &str, filter: &str) -> Given {
        Given { report: report.to_owned(), filter: filter.to_owned(), ..Given::default() }
    }

    fn list(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn made(given: &Given) -> Share {
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        Draft::new(given).unwrap().into_share("0123456789ab".to_owned(), now, "cli", 30 * 24 * 3600)
    }

    #[test]
    fn nothing_said_means_counts_for_thirty_days() {
        let share = made(&given("trend", "range=7d"));
        assert_eq!((share.query.as_str(), &share.redaction[..]), ("by=category&metric=new&range=7d", Hidden::ALL));
        assert_eq!(share.expires_at.unwrap().to_string(), "2026-12-23T12:00:00Z");
        assert_eq!((share.formats.as_slice(), share.frame_ancestors), (ShareFormat::ALL, None));
    }

    #[test]
    fn what_is_said_is_kept_in_one_form() {
        let share = made(&Given {
            formats: Some(list(&["png,html", "html"])),
            redact: Some(list(&["arns", "accounts"])),
            frame_ancestors: Some(list(&["https://Wiki.example.com/,https://wiki.example.com"])),
            expires: Some("never".to_owned()),
            lang: Some("ja".to_owned()),
            note: Some("  for the review ".to_owned()),
            ..given("findings", "severity=high")
        });
        assert_eq!(share.formats, [ShareFormat::Html, ShareFormat::Png]);
        assert_eq!(share.redaction, [Hidden::Accounts, Hidden::Arns]);
        assert_eq!(share.frame_ancestors, Some(vec!["https://wiki.example.com".to_owned()]));
        assert_eq!((share.expires_at, share.language), (None, Some(Language::Japanese)));
        assert_eq!(share.note.as_deref(), Some("for the review"));
        let open = made(&Given {
            redact: Some(list(&["none"])),
            frame_ancestors: Some(list(&["none"])),
            ..given("overview", "")
        });
        assert_eq!((open.redaction, open.frame_ancestors), (Vec::new(), Some(Vec::new())));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let base = || given("trend", "");
        for (given, parameter) in [
            (given("status", ""), "report"),
            (given("trend", "colour=red"), "colour"),
            (given("findings", ""), "redact"),
            (Given { redact: Some(list(&[])), ..base() }, "redact"),
            (Given { redact: Some(list(&["names"])), ..base() }, "redact"),
            (Given { formats: Some(list(&["pdf"])), ..base() }, "formats"),
            (Given { formats: Some(list(&[])), ..base() }, "formats"),
            (Given { frame_ancestors: Some(list(&["https://*.example.com"])), ..base() }, "frame_ancestors"),
            (Given { expires: Some("soon".to_owned()), ..base() }, "expires"),
            (Given { expires: Some("1s".to_owned()), ..base() }, "expires"),
            (Given { lang: Some("de".to_owned()), ..base() }, "lang"),
            (Given { theme: Some("pink".to_owned()), ..base() }, "theme"),
            (Given { note: Some("two\nlines".to_owned()), ..base() }, "note"),
        ] {
            let error = Draft::new(&given).map_err(|error| error.parameter().to_owned());
            assert_eq!(error, Err(parameter.to_owned()), "{given:?}");
        }
    }
}

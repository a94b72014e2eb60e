//! Saved views: a name for the address of a page, so that people come back to a question and share it.
//!
//! A view keeps the canonical query, not its answer: relative ranges stay relative. It holds no findings.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::filter::{Filter, FilterError};
use super::listing::FindingsView;
use super::terms::UnknownTerm;
use super::view::OverviewView;

/// Longest accepted name, in characters.
pub const LONGEST_NAME: usize = 80;
/// Longest accepted query, in bytes: what servers and proxies take as an address.
pub const LONGEST_QUERY: usize = 6000;
/// Most views: more cannot be looked through.
pub const MOST_VIEWS: usize = 500;

/// A page whose address can be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ViewPage {
    #[serde(rename = "/")]
    Overview,
    #[serde(rename = "/findings")]
    Findings,
}

impl ViewPage {
    /// Every page.
    pub const ALL: &[Self] = &[Self::Overview, Self::Findings];

    /// The page's path.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Overview => "/",
            Self::Findings => "/findings",
        }
    }

    /// The one form of all queries that show the same; refuses what the page would refuse. The place in a list is left
    /// out: it belongs to one moment.
    pub fn canonical(self, query: &str) -> Result<String, FilterError> {
        let path = match self {
            Self::Overview => {
                let filter = Filter::parse(query, &OverviewView::PARAMETERS)?.first_page();
                filter.href(&OverviewView::parse(query)?.path())
            }
            Self::Findings => {
                let filter = Filter::parse(query, &FindingsView::PARAMETERS)?.first_page();
                filter.href(&FindingsView::parse(query)?.path())
            }
        };
        Ok(path.split_once('?').map_or_else(String::new, |(_, query)| query.to_owned()))
    }
}

impl fmt::Display for ViewPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for ViewPage {
    type Err = UnknownTerm;

    fn from_str(path: &str) -> Result<Self, UnknownTerm> {
        Self::ALL.iter().copied().find(|page| page.as_str() == path).ok_or_else(|| UnknownTerm {
            vocabulary: "page",
            word: path.to_owned(),
            expected: Self::ALL.iter().map(|page| page.as_str()).collect::<Vec<_>>().join(", "),
        })
    }
}

/// A name without what surrounds it; refuses what no view may be called.
pub fn view_name(name: &str) -> Result<String, FilterError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        let reason = format!("is not a text of 1 to {LONGEST_NAME} characters on one line");
        return Err(FilterError::bad("name", reason));
    }
    Ok(name.to_owned())
}

/// A view before it is saved: checked, in canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewDraft {
    name: String,
    page: ViewPage,
    query: String,
}

impl ViewDraft {
    /// Checks what was given; `query` is without or with its `?`.
    pub fn new(name: &str, page: &str, query: &str) -> Result<Self, FilterError> {
        let name = view_name(name)?;
        let page: ViewPage = page.parse().map_err(|error| FilterError::bad("page", error))?;
        let query = page.canonical(query.trim_start_matches('?'))?;
        if query.len() > LONGEST_QUERY {
            return Err(FilterError::bad("query", format!("is longer than {LONGEST_QUERY} bytes")));
        }
        Ok(Self { name, page, query })
    }

    /// The view under its id, written `now`.
    pub fn into_view(self, id: String, now: Timestamp) -> SavedView {
        let Self { name, page, query } = self;
        SavedView { id, name, page, query, created_at: now, updated_at: now }
    }
}

/// A named address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// 12 hexadecimal digits.
    pub id: String,
    pub name: String,
    pub page: ViewPage,
    /// Canonical, without `?`.
    pub query: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl SavedView {
    /// The address that the view is a name of.
    pub fn href(&self) -> String {
        address(self.page, &self.query)
    }

    /// A short address that leads there for as long as the view exists.
    pub fn short_href(&self) -> String {
        format!("/views/{}", self.id)
    }
}

/// A page with a query.
pub fn address(page: ViewPage, query: &str) -> String {
    if query.is_empty() { page.to_string() } else { format!("{page}?{query}") }
}

/// Every saved view, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedViews {
    pub views: Vec<SavedView>,
    pub as_of: Timestamp,
    pub data_version: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_canonical_and_stays_relative() {
        let draft = ViewDraft::new(" Miners ", "/findings", "?cursor=ab&severity=high,critical&range=7d&type=");
        let view = draft.map(|draft| draft.into_view("0123456789ab".to_owned(), Timestamp::UNIX_EPOCH));
        let addresses = view.map(|view| (view.name.clone(), view.href(), view.short_href()));
        let expected = ("Miners", "/findings?range=7d&severity=high&severity=critical", "/views/0123456789ab");
        let expected = (expected.0.to_owned(), expected.1.to_owned(), expected.2.to_owned());
        assert_eq!(addresses, Ok(expected));
        assert_eq!(
            ViewPage::Overview.canonical("range=7d&by=cluster&metric=new").as_deref(),
            Ok("by=cluster&range=7d")
        );
        let columns = ViewPage::Findings.canonical("range=7d&columns=title&columns=id&group=type");
        assert_eq!(columns.as_deref(), Ok("group=type&columns=title,id&range=7d"));
        assert_eq!(ViewPage::Findings.canonical("range=30d").as_deref(), Ok(""));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let long = "n".repeat(LONGEST_NAME + 1);
        let wide = (0..100).map(|n| format!("type={n:0100}")).collect::<Vec<_>>().join("&");
        for (name, page, query, parameter) in [
            (" ", "/findings", "", "name"),
            (long.as_str(), "/findings", "", "name"),
            ("two\nlines", "/findings", "", "name"),
            ("n", "https://evil.test/", "", "page"),
            ("n", "/status", "", "page"),
            ("n", "/findings", "colour=red", "colour"),
            ("n", "/findings", "by=cluster", "by"),
            ("n", "/findings", "columns=colour", "columns"),
            ("n", "/", "by=colour", "by"),
            ("n", "/findings", &wide, "query"),
        ] {
            let error = ViewDraft::new(name, page, query).map_err(|error| error.parameter().to_owned());
            assert_eq!(error, Err(parameter.to_owned()), "{name:?} {page} {query}");
        }
    }
}

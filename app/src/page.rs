//! From a request for a page to its HTML: the one door between the server and the pages.
//!
//! A page reads its filter from the query string, asks the [`Backend`] and is rendered as a whole, so that an answer
//! has its true status. Nothing is streamed and nothing waits for JavaScript.

use crate::backend::{Backend, Charts};
use crate::text::Language;

/// Parameters of every page that say how it looks, not what it shows.
pub const PRESENTATION: [&str; 2] = ["lang", "theme"];

/// Light or dark; `Auto` follows the reader's system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    /// Every theme, in the order of the switch.
    pub const ALL: &[Self] = &[Self::Auto, Self::Light, Self::Dark];

    /// The word used in `?theme=`, the cookie and the page's `data-theme`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// By its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|theme| theme.as_str() == word)
    }
}

/// Addresses of the front end's files, such as `/assets/main.0123.css`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Site {
    /// `None`: pages come without style.
    pub css: Option<String>,
    /// `None`: the islands were not built; pages work without them.
    pub islands: Option<IslandFiles>,
}

/// The three files the islands take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IslandFiles {
    /// The script that loads the other two when the page has an island.
    pub boot: String,
    pub glue: String,
    pub wasm: String,
}

/// A request for a page.
#[derive(Debug, Clone, Copy)]
pub struct PageRequest<'a> {
    /// Decoded nothing: the path as it was asked for, such as `/findings/0123`.
    pub path: &'a str,
    /// Without `?`.
    pub query: &'a str,
    pub language: Language,
    pub theme: Theme,
    pub site: &'a Site,
}

/// A rendered page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageAnswer {
    /// HTTP status.
    pub status: u16,
    /// A whole document.
    pub html: String,
}

/// Answers a request for a page; a path without a page gets the page that says so, with 404.
pub async fn answer<B: Backend, C: Charts>(backend: &B, charts: &C, request: &PageRequest<'_>) -> PageAnswer {
    let _ = (backend, charts);
    failure(request, 404)
}

/// The page for a failure that happened before a page could be asked: 404, 405, 413, 429, 500, 503.
pub fn failure(request: &PageRequest<'_>, status: u16) -> PageAnswer {
    let html = format!("<!doctype html><html lang=\"{}\"><title>Yagura</title></html>", request.language.tag());
    PageAnswer { status, html }
}

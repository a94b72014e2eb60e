//! From a request for a page to its HTML: the one door between the server and the pages.
//!
//! A page reads its filter from the query string, asks the [`Backend`] and is rendered as a whole, so that an answer
//! has its true status. Nothing is streamed and nothing waits for JavaScript.

use std::borrow::Cow;

use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use serde::{Deserialize, Serialize};

use crate::backend::{Backend, BackendError, Charts};
use crate::components::shell::{self, Document};
use crate::format::Reader;
use crate::pages;
use crate::pages::places::{KINDS, Kind};
use crate::text::Language;

/// Parameters of every page that say how it looks, not what it shows.
pub const PRESENTATION: [&str; 2] = ["lang", "theme"];

/// Light or dark; `Auto` follows the reader's system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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
    /// The version of the data when the page was asked for; `None` for pages that speak of no data.
    pub data_version: Option<u64>,
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
pub async fn answer<B: Backend>(backend: &B, charts: &dyn Charts, request: &PageRequest<'_>) -> PageAnswer {
    let outcome = match request.path {
        "/" => pages::overview::page(backend, charts, request).await,
        "/findings" => pages::findings::page(backend, request).await,
        "/cost" => pages::cost::page(backend, charts, request).await,
        "/coverage" => pages::coverage::page(backend, charts, request).await,
        "/layers" => pages::layers::page(backend, charts, request).await,
        "/status" => pages::status::page(backend, request).await,
        path => match elsewhere(path) {
            Some(Elsewhere::Finding(id)) => pages::finding::page(backend, request, &id).await,
            Some(Elsewhere::Places(kind)) => pages::places::page(backend, charts, request, kind).await,
            Some(Elsewhere::Place(kind, name)) => pages::place::page(backend, charts, request, kind, &name).await,
            None => return failed(request, 404, None),
        },
    };
    match outcome {
        Ok((reader, document)) => PageAnswer { status: 200, html: rendered_document(request, &reader, document) },
        Err(error) => failed(request, pages::failure::status_of(&error), Some(&error)),
    }
}

/// A page whose content is ready: the server asked for it itself.
pub fn ready(request: &PageRequest<'_>, reader: &Reader, status: u16, document: Document) -> PageAnswer {
    PageAnswer { status, html: rendered_document(request, reader, document) }
}

/// The page for a failure that happened before a page could be asked: 404, 405, 413, 429, 500, 503.
pub fn failure(request: &PageRequest<'_>, status: u16) -> PageAnswer {
    failed(request, status, None)
}

fn failed(request: &PageRequest<'_>, status: u16, error: Option<&BackendError>) -> PageAnswer {
    let reader = Reader::timeless(request.language);
    let document = pages::failure::document(&reader, status, error);
    PageAnswer { status, html: rendered_document(request, &reader, document) }
}

fn rendered_document(request: &PageRequest<'_>, reader: &Reader, document: Document) -> String {
    let html = rendered(|| shell::document(request, reader, document));
    format!("<!DOCTYPE html>{html}")
}

/// A view as HTML. Signals of the islands live as long as it takes.
pub fn rendered(view: impl FnOnce() -> AnyView) -> String {
    Owner::new().with(|| view().to_html())
}

/// Pages whose address holds a name.
enum Elsewhere {
    Finding(String),
    Places(Kind),
    Place(Kind, String),
}

fn elsewhere(path: &str) -> Option<Elsewhere> {
    if let Some(id) = path.strip_prefix("/findings/") {
        return decoded(id).map(Elsewhere::Finding);
    }
    let kind = KINDS.into_iter().find(|kind| path.starts_with(kind.path))?;
    match path.strip_prefix(kind.path)? {
        "" => Some(Elsewhere::Places(kind)),
        rest => decoded(rest.strip_prefix('/')?).map(|name| Elsewhere::Place(kind, name)),
    }
}

/// One segment of a path, decoded; `None` for an empty one, more than one, or no UTF-8.
fn decoded(segment: &str) -> Option<String> {
    if segment.is_empty() || segment.contains('/') {
        return None;
    }
    percent_encoding::percent_decode_str(segment).decode_utf8().ok().map(Cow::into_owned)
}

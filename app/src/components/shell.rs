//! The document around every page: head, masthead, footer.

use leptos::prelude::*;

use crate::format::Reader;
use crate::islands::NewData;
use crate::page::{PageRequest, Theme};
use crate::text::{Language, fill};

/// A place in the main navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Overview,
    Findings,
    Clusters,
    Families,
    Cost,
    Coverage,
    Layers,
    Shares,
    Status,
    /// A page the navigation does not name.
    Elsewhere,
}

/// What a page gives to its document.
pub struct Document {
    pub place: Place,
    /// Before the product's name in the window's title.
    pub title: String,
    /// The content of `<main>`, HTML.
    pub main: String,
    /// The page loads itself anew after so many seconds: only where a reader asked to follow something to its end.
    pub refresh_seconds: Option<u32>,
}

/// The whole document.
pub fn document(request: &PageRequest<'_>, reader: &Reader, document: Document) -> AnyView {
    let Document { place, title, main, refresh_seconds } = document;
    let text = reader.text;
    let title = format!("{title} · Yagura");
    let theme = request.theme;
    let css = request.site.css.clone().map(|href| view! { <link rel="stylesheet" href=href/> });
    let script = request.site.islands.clone().map(|files| {
        view! { <script type="module" src=files.boot data-glue=files.glue data-wasm=files.wasm></script> }
    });
    let scheme = match theme {
        Theme::Auto => "light dark",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    let refresh = refresh_seconds.map(|seconds| view! { <meta http-equiv="refresh" content=seconds.to_string()/> });
    let as_of = reader.as_of().map(|as_of| fill(text.foot_as_of, &[("moment", &reader.moment(as_of))]));
    let as_of = as_of.map(|words| view! { <p>{words}</p> });
    let version = request.data_version.map(|version| version.to_string());
    view! {
        <html lang=request.language.tag() data-theme=theme.as_str() data-version=version>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content=scheme/>
                <title>{title}</title>
                {refresh}
                <link rel="icon" href=ICON/>
                {css}
                {script}
            </head>
            <body>
                <a class="skip" href="#main">{text.skip_to_content}</a>
                {masthead(request, reader, place)}
                <main id="main" tabindex="-1" inner_html=main></main>
                {new_data(request, reader)}
                <footer class="foot">
                    {as_of}
                    <p>{text.foot_read_only}</p>
                </footer>
            </body>
        </html>
    }
    .into_any()
}

/// What tells that the page has grown old. Without JavaScript nothing does.
fn new_data(request: &PageRequest<'_>, reader: &Reader) -> Option<AnyView> {
    let (as_of, _) = reader.as_of().zip(request.data_version)?;
    let text = reader.text;
    let words = fill(text.new_data, &[("moment", &reader.clock_time(as_of))]);
    let (refresh, dismiss) = (text.new_data_refresh.to_owned(), text.new_data_dismiss.to_owned());
    Some(view! { <NewData words=words refresh=refresh dismiss=dismiss/> }.into_any())
}

/// A tower of two roofs, drawn here so that no request is needed.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='7' fill='%23243b6b'/%3E%3Cpath d='M16 5l9 6H7zM9 12h14l2 4H7zM11 17h10l2 10H9z' fill='%23fff'/%3E%3Cpath d='M14.5 20h3v7h-3z' fill='%23243b6b'/%3E%3C/svg%3E";

fn masthead(request: &PageRequest<'_>, reader: &Reader, place: Place) -> AnyView {
    let text = reader.text;
    let places = [
        (Place::Overview, "/", text.nav_overview),
        (Place::Findings, "/findings", text.nav_findings),
        (Place::Clusters, "/clusters", text.clusters_heading),
        (Place::Families, "/families", text.families_heading),
        (Place::Coverage, "/coverage", text.coverage.heading),
        (Place::Layers, "/layers", text.layers.heading),
        (Place::Cost, "/cost", text.cost.heading),
        (Place::Shares, "/shares", text.shares.heading),
        (Place::Status, "/status", text.nav_status),
    ];
    let links: Vec<_> = places
        .into_iter()
        .map(|(there, href, name)| {
            let current = (there == place).then_some("page");
            view! { <li><a href=href aria-current=current>{name}</a></li> }
        })
        .collect();
    view! {
        <header class="masthead">
            <a class="wordmark" href="/">
                <span class="wordmark-sign" lang="ja" aria-hidden="true">"櫓"</span>
                <span>"Yagura"</span>
            </a>
            <nav class="places" aria-label=text.nav_label><ul>{links}</ul></nav>
            <div class="preferences">{languages(request, reader)}{themes(request, reader)}</div>
        </header>
    }
    .into_any()
}

/// This page with one presentation parameter set anew.
fn here_with(request: &PageRequest<'_>, name: &str, value: &str) -> String {
    let kept = form_urlencoded::parse(request.query.as_bytes()).filter(|(known, _)| known != name);
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(kept).append_pair(name, value);
    format!("{}?{}", request.path, query.finish())
}

fn languages(request: &PageRequest<'_>, reader: &Reader) -> AnyView {
    let links: Vec<_> = Language::ALL
        .iter()
        .map(|&language| {
            let href = here_with(request, "lang", language.tag());
            let current = (language == request.language).then_some("true");
            view! { <li><a href=href lang=language.tag() hreflang=language.tag() aria-current=current>{language.own_name()}</a></li> }
        })
        .collect();
    view! { <nav aria-label=reader.text.language_label><ul class="switch">{links}</ul></nav> }.into_any()
}

fn themes(request: &PageRequest<'_>, reader: &Reader) -> AnyView {
    let text = reader.text;
    let name = |theme| match theme {
        Theme::Auto => text.theme_auto,
        Theme::Light => text.theme_light,
        Theme::Dark => text.theme_dark,
    };
    // Where there is little room the sign stands alone, and the name is still there to be read aloud.
    let sign = |theme| match theme {
        Theme::Auto => "◐",
        Theme::Light => "○",
        Theme::Dark => "●",
    };
    let links: Vec<_> = Theme::ALL
        .iter()
        .map(|&theme| {
            let href = here_with(request, "theme", theme.as_str());
            let current = (theme == request.theme).then_some("true");
            view! {
                <li>
                    <a href=href aria-current=current title=name(theme)>
                        <span class="switch-sign" aria-hidden="true">{sign(theme)}</span>
                        <span class="switch-name">{name(theme)}</span>
                    </a>
                </li>
            }
        })
        .collect();
    view! { <nav aria-label=text.theme_label><ul class="switch">{links}</ul></nav> }.into_any()
}

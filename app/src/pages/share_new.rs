//! `/shares/new`: a share before it is made, with what its readers will see; and the link, once it is.
//!
//! Works without script: the same form asks for another preview and makes the link.

use leptos::prelude::*;

use crate::components::share_checks::{self, Checked};
use crate::components::share_snippets::{self, Snippet};
use crate::components::shell::{Document, Place};
use crate::format::Reader;
use crate::islands::CopyButton;
use crate::model::share::LONGEST_NOTE;
use crate::model::{Hidden, ShareFormat, ShareReport, ShareSetting};
use crate::page::{Theme, rendered};
use crate::text::{Language, fill};

/// Said by the form, so that nothing chosen is told from nothing asked.
pub const SENT: &str = "sent";

/// What the form holds.
#[derive(Debug, Clone)]
pub struct ShareForm {
    pub report: ShareReport,
    pub filter: String,
    pub formats: Vec<ShareFormat>,
    pub redaction: Vec<Hidden>,
    /// As it was written; empty: as configured.
    pub ancestors: String,
    /// In seconds; `None`: never.
    pub expires: Option<u64>,
    pub language: Option<Language>,
    pub theme: Theme,
    pub note: String,
    /// Why it cannot be made as it stands.
    pub problem: Option<String>,
    /// Origins that would be allowed.
    pub allowed: Vec<String>,
    /// Address of the preview; none where there is a problem.
    pub preview: Option<String>,
    /// Pixels of the preview.
    pub height: u32,
}

/// A link that was just made.
#[derive(Debug, Clone)]
pub struct ShareLink {
    pub id: String,
    pub url: String,
    pub report: ShareReport,
    /// Whether there was another link before.
    pub rotated: bool,
    pub formats: Vec<ShareFormat>,
    pub allowed: Vec<String>,
    pub snippets: Vec<Snippet>,
}

/// Ends that can be chosen, in seconds; whatever else is configured stands among them.
const ENDS: [u64; 5] = [24 * 3600, 7 * 24 * 3600, 30 * 24 * 3600, 90 * 24 * 3600, 365 * 24 * 3600];

/// The form with its preview.
pub fn document(reader: &Reader, form: &ShareForm, setting: &ShareSetting) -> Document {
    let text = &reader.text.shares;
    let main = rendered(|| layout(reader, form, setting));
    Document { place: Place::Shares, title: text.new_heading.to_owned(), main, refresh_seconds: None }
}

/// The link, and what to paste.
pub fn made(reader: &Reader, link: &ShareLink, setting: &ShareSetting) -> Document {
    let text = &reader.text.shares;
    let heading = if link.rotated { text.rotated_heading } else { text.made_heading };
    let copied = reader.text.copied.to_owned();
    let checked = Checked { setting, formats: &link.formats, ancestors: &link.allowed };
    let main = rendered(|| {
        view! {
            <div class="page-head"><h1>{heading}</h1></div>
            <section class="panel" aria-label=heading>
                <p class="share-url">
                    <code data-url="">{link.url.clone()}</code>
                    <CopyButton value=link.url.clone() label=reader.text.copy.to_owned() done=copied/>
                </p>
                <p>{text.made_once}</p>
                <p class="panel-note">{fill(text.made_id, &[("id", &link.id)])}</p>
                <p><a class="quiet" href="/shares">{text.made_back}</a></p>
            </section>
            {share_checks::list(reader, checked)}
            <section class="panel" aria-labelledby="snippets">
                <header class="panel-head">
                    <h2 id="snippets">{text.snippets_heading}</h2>
                    <p class="panel-note">{text.snippets_note}</p>
                </header>
                {share_snippets::list(reader, &link.snippets)}
            </section>
        }
        .into_any()
    });
    Document { place: Place::Shares, title: heading.to_owned(), main, refresh_seconds: None }
}

fn layout(reader: &Reader, form: &ShareForm, setting: &ShareSetting) -> AnyView {
    let text = &reader.text.shares;
    let problem = form.problem.as_ref().map(|reason| {
        view! { <p class="trouble" role="alert">{fill(text.refused, &[("reason", reason)])}</p> }
    });
    let checked = Checked { setting, formats: &form.formats, ancestors: &form.allowed };
    let preview = form.preview.as_ref().map(|address| {
        let low = format!("share-preview share-preview-{}", form.report);
        view! {
            <section class="panel" aria-labelledby="preview">
                <header class="panel-head">
                    <h2 id="preview">{text.preview}</h2>
                    <p class="panel-note">{text.preview_note}</p>
                </header>
                <iframe class=low src=address.clone() title=text.preview sandbox="" height=form.height.to_string()></iframe>
            </section>
        }
    });
    view! {
        <div class="page-head"><h1>{text.new_heading}</h1></div>
        <p class="panel-note">{text.new_note}</p>
        {problem}
        <form class="panel share-form" method="post" action="/shares">
            <input type="hidden" name=SENT value="1"/>
            <div class="share-fields">
                {what(reader, form)}
                {who(reader, form, setting)}
                <div class="share-group share-choices">
                    {hidden(reader, form)}
                    {formats(reader, form)}
                </div>
            </div>
            <div class="share-actions">
                <button type="submit" class="button">{text.create}</button>
                <button type="submit" class="button share-again" formmethod="get" formaction="/shares/new" formnovalidate="">
                    {text.preview_again}
                </button>
            </div>
        </form>
        {share_checks::list(reader, checked)}
        {preview}
    }
    .into_any()
}

fn option(value: &str, selected: bool, name: &str) -> AnyView {
    view! { <option value=value.to_owned() selected=selected>{name.to_owned()}</option> }.into_any()
}

fn what(reader: &Reader, form: &ShareForm) -> AnyView {
    let text = &reader.text.shares;
    let reports: Vec<_> = ShareReport::ALL
        .iter()
        .map(|report| option(report.as_str(), *report == form.report, text.report(*report)))
        .collect();
    let languages: Vec<_> = std::iter::once(option("", form.language.is_none(), text.language_any))
        .chain(
            Language::ALL
                .iter()
                .map(|language| option(language.tag(), Some(*language) == form.language, language.own_name())),
        )
        .collect();
    let theme_name = |theme| match theme {
        Theme::Auto => reader.text.theme_auto,
        Theme::Light => reader.text.theme_light,
        Theme::Dark => reader.text.theme_dark,
    };
    let themes: Vec<_> =
        Theme::ALL.iter().map(|theme| option(theme.as_str(), *theme == form.theme, theme_name(*theme))).collect();
    view! {
        <div class="share-group">
            <label for="report">{text.label_report}</label>
            <select id="report" name="report">{reports}</select>
            <label for="filter">{text.label_filter}</label>
            <input id="filter" name="filter" type="text" value=form.filter.clone() aria-describedby="filter-hint" autocomplete="off"/>
            <p class="panel-note" id="filter-hint">{text.filter_hint}</p>
            <label for="lang">{text.label_language}</label>
            <select id="lang" name="language">{languages}</select>
            <label for="theme">{reader.text.theme_label}</label>
            <select id="theme" name="colours">{themes}</select>
        </div>
    }
    .into_any()
}

fn boxes<'a>(name: &'static str, choices: impl Iterator<Item = (&'a str, String, bool)>) -> Vec<AnyView> {
    choices
        .map(|(value, words, checked)| {
            view! {
                <li>
                    <label>
                        <input type="checkbox" name=name value=value.to_owned() checked=checked/>
                        <span>{words}</span>
                    </label>
                </li>
            }
            .into_any()
        })
        .collect()
}

fn hidden(reader: &Reader, form: &ShareForm) -> AnyView {
    let text = &reader.text.shares;
    let choices = Hidden::ALL
        .iter()
        .map(|hidden| (hidden.as_str(), text.hidden(*hidden).to_owned(), form.redaction.contains(hidden)));
    view! {
        <fieldset class="share-group">
            <legend>{text.label_redaction}</legend>
            <ul>{boxes("redact", choices)}</ul>
            <p class="panel-note">{text.redaction_note}</p>
        </fieldset>
    }
    .into_any()
}

fn formats(reader: &Reader, form: &ShareForm) -> AnyView {
    let choices = ShareFormat::ALL
        .iter()
        .map(|format| (format.as_str(), format.as_str().to_uppercase(), form.formats.contains(format)));
    view! {
        <fieldset class="share-group">
            <legend>{reader.text.shares.label_formats}</legend>
            <ul class="share-forms">{boxes("formats", choices)}</ul>
        </fieldset>
    }
    .into_any()
}

fn who(reader: &Reader, form: &ShareForm, setting: &ShareSetting) -> AnyView {
    let text = &reader.text.shares;
    let configured =
        if setting.frame_ancestors.is_empty() { "none".to_owned() } else { setting.frame_ancestors.join(", ") };
    let mut ends = ENDS.to_vec();
    ends.extend(form.expires.filter(|end| !ENDS.contains(end)));
    ends.sort_unstable();
    let ends: Vec<_> = ends
        .into_iter()
        .map(|end| option(&duration(end), Some(end) == form.expires, &length(reader, end)))
        .chain([option("never", form.expires.is_none(), text.never)])
        .collect();
    view! {
        <div class="share-group">
            <label for="ancestors">{text.label_ancestors}</label>
            <input
                id="ancestors" name="frame_ancestors" type="text" value=form.ancestors.clone()
                placeholder="https://wiki.example.com" aria-describedby="ancestors-hint" autocomplete="off"
            />
            <p class="panel-note" id="ancestors-hint">{fill(text.ancestors_hint, &[("origins", &configured)])}</p>
            <label for="expires">{text.label_expires}</label>
            <select id="expires" name="expires">{ends}</select>
            <label for="note">{text.label_note}</label>
            <input id="note" name="note" type="text" value=form.note.clone() maxlength=LONGEST_NOTE.to_string() placeholder=text.note_hint autocomplete="off"/>
        </div>
    }
    .into_any()
}

/// As settings write it.
fn duration(seconds: u64) -> String {
    match seconds {
        days if days.is_multiple_of(24 * 3600) => format!("{}d", days / (24 * 3600)),
        hours if hours.is_multiple_of(3600) => format!("{}h", hours / 3600),
        seconds => format!("{seconds}s"),
    }
}

fn length(reader: &Reader, seconds: u64) -> String {
    let text = &reader.text.shares;
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    match seconds {
        days if days.is_multiple_of(24 * 3600) => reader.count(text.days, number(days / (24 * 3600))),
        hours if hours.is_multiple_of(3600) => reader.count(text.hours, number(hours / 3600)),
        seconds => reader.span(number(seconds)),
    }
}

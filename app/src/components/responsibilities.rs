//! The shared responsibility board: AWS's part, the team's part, and the evidence we have of the team's.

use leptos::prelude::*;

use super::badge;
use crate::format::Reader;
use crate::model::layers::{Evidence, Owner, Responsibility, Words};
use crate::text::{Language, fill};

/// The panel.
pub fn panel(reader: &Reader, items: &[Responsibility]) -> AnyView {
    let text = &reader.text.layers;
    let parts: Vec<_> = Owner::ALL
        .iter()
        .map(|owner| {
            let items: Vec<_> =
                items.iter().filter(|item| item.owner == *owner).map(|item| one(reader, item)).collect();
            let class = format!("board-part board-{owner}");
            view! { <section class=class><h3>{text.owner(*owner)}</h3><ul class="board-items">{items}</ul></section> }
        })
        .collect();
    view! {
        <section class="panel" aria-labelledby="board">
            <header class="panel-head">
                <h2 id="board">{text.board_heading}</h2>
                <p class="panel-note">{text.board_note}</p>
            </header>
            <div class="board">{parts}</div>
        </section>
    }
    .into_any()
}

/// The text in the reader's language.
pub fn said<'a>(reader: &Reader, words: &'a Words) -> &'a str {
    match reader.language {
        Language::English => &words.en,
        Language::Japanese => &words.ja,
    }
}

fn one(reader: &Reader, item: &Responsibility) -> AnyView {
    let text = &reader.text.layers;
    let title = said(reader, &item.title).to_owned();
    let evidence: Vec<_> = item.evidence.iter().map(|evidence| told(reader, evidence)).collect();
    let source = format!("{}: {title}", text.evidence_source);
    view! {
        <li class="board-item" id=format!("board-{}", item.id)>
            <h4>{title}</h4>
            <p>
                {said(reader, &item.text).to_owned()}" "
                <a class="quiet" href=item.source.clone() rel="noreferrer" aria-label=source>{text.evidence_source}</a>
            </p>
            {evidence}
        </li>
    }
    .into_any()
}

fn told(reader: &Reader, evidence: &Evidence) -> AnyView {
    let text = &reader.text.layers;
    let number = |value: &i64| reader.number(*value);
    match evidence {
        Evidence::Controls { controls, passed, failed, other, open, query } => {
            let values = [
                ("controls", controls.join(", ")),
                ("passed", number(passed)),
                ("failed", number(failed)),
                ("other", number(other)),
            ];
            let words = fill(text.evidence_controls, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
            let list = format!("/findings?{query}");
            view! {
                <p class="board-evidence">{words}" · "<a href=list>{reader.count(text.evidence_open, *open)}</a></p>
            }
            .into_any()
        }
        Evidence::Coverage { covered, families, unknown } => {
            let values = [("covered", number(covered)), ("all", number(families))];
            let words = fill(text.evidence_coverage, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
            let dark = (*unknown > 0).then(|| reader.count(text.evidence_dark, *unknown));
            let dark = dark.map(|words| view! { <span class="is-unknown">" · "{words}</span> });
            view! { <p class="board-evidence">{words}{dark}</p> }.into_any()
        }
        Evidence::Findings { kind, open, worst, query } => {
            let words = fill(text.evidence_findings, &[("kind", reader.text.kind(*kind)), ("n", &number(open))]);
            let worst = worst.map(|worst| badge::severity(reader, worst));
            let list = format!("/findings?{query}");
            view! { <p class="board-evidence"><a href=list>{words}</a>" "{worst}</p> }.into_any()
        }
        Evidence::Nothing => view! { <p class="board-evidence is-unknown">{text.evidence_nothing}</p> }.into_any(),
    }
}

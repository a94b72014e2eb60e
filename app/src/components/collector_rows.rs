//! What AWS is asked beside findings: a row for each round of questions, and the questions that were refused or failed.

use leptos::prelude::*;

use super::table_head::{self, NUMBER};
use super::{badge, scroll_table};
use crate::format::Reader;
use crate::model::{Collector, CollectorStatus, SourceState};
use crate::text::fill;

/// The panel of the status page; nothing where nothing was ever asked.
pub fn panel(reader: &Reader, all: &[CollectorStatus]) -> Option<AnyView> {
    let text = &reader.text.status;
    // They come in the order of their rounds.
    let rounds = all.chunk_by(|one, next| {
        (&one.account, &one.region, one.collector) == (&next.account, &next.region, next.collector)
    });
    let rows: Vec<AnyView> = rounds.map(|round| row(reader, round)).collect();
    if rows.is_empty() {
        return None;
    }
    let head = table_head::of(&[
        (text.column_collector, ""),
        (reader.text.column_state, ""),
        (text.column_answered, ""),
        (text.column_took, NUMBER),
        (reader.text.column_requests, NUMBER),
        (reader.text.column_throttles, NUMBER),
        (text.column_next, ""),
    ]);
    let panel = view! {
        <section class="panel" aria-labelledby="collectors">
            <header class="panel-head">
                <h2 id="collectors">{text.heading}</h2>
                <p class="panel-note">{text.note}</p>
            </header>
            {scroll_table::of(text.heading, head, rows)}
        </section>
    };
    Some(panel.into_any())
}

/// The worst of its questions stands for a round.
fn worst(round: &[CollectorStatus]) -> SourceState {
    let order = [
        SourceState::Denied,
        SourceState::Failing,
        SourceState::Stale,
        SourceState::Never,
        SourceState::Fresh,
        SourceState::NotEnabled,
    ];
    let is_there = |state: &SourceState| round.iter().any(|one| one.state == *state);
    order.into_iter().find(is_there).unwrap_or(SourceState::NotAsked)
}

fn part_name(reader: &Reader, one: &CollectorStatus) -> String {
    match one.collector {
        Collector::Coverage => reader.text.status.coverage_part(&one.part).to_owned(),
        Collector::Cost => match one.part.parse() {
            Ok(question) => reader.text.cost.question(question).to_owned(),
            Err(_) => one.part.clone(),
        },
    }
}

fn row(reader: &Reader, round: &[CollectorStatus]) -> AnyView {
    let text = &reader.text.status;
    let Some(first) = round.first() else { return ().into_any() };
    let troubled: Vec<&CollectorStatus> = round.iter().filter(|one| one.is_trouble()).collect();
    // What one refusal took from several questions is told once.
    let trouble: Vec<_> = troubled
        .chunk_by(|one, next| (one.state, &one.note) == (next.state, &next.note))
        .map(|same| {
            let names: Vec<String> = same.iter().map(|one| part_name(reader, one)).collect();
            let part = fill(text.part_trouble, &[("part", &names.join(text.part_joint))]);
            let state = same.first().map(|one| reader.text.source_state(one.state));
            let note =
                same.first().and_then(|one| one.note.clone()).map(|note| view! { <span lang="en">{note}</span> });
            view! { <p class="trouble"><strong>{part}</strong>" "{state}" "{note}</p> }
        })
        .collect();
    let asked = || round.iter().filter(|one| one.state != SourceState::NotAsked);
    // A round is as good as the oldest of its answers.
    let answered = match asked().map(|one| one.last_success_at).min().flatten() {
        Some(at) => {
            view! { <time datetime=at.to_string() title=reader.exact_time(at)>{reader.ago(at)}</time> }.into_any()
        }
        None => view! { <span class="is-unknown">{reader.text.never_pulled}</span> }.into_any(),
    };
    let number = |value: Option<u64>| {
        value.map_or_else(String::new, |value| reader.number(i64::try_from(value).unwrap_or(i64::MAX)))
    };
    let took = first.took_ms.map(|took| {
        let seconds = format!("{}.{}", number(Some(took / 1000)), took % 1000 / 100);
        fill(text.took, &[("seconds", &seconds)])
    });
    let next = asked().filter_map(|one| one.next_at).min().map(|at| reader.moment(at));
    let page = match first.collector {
        Collector::Coverage => "/coverage",
        Collector::Cost => "/cost#asked",
    };
    view! {
        <tr>
            <th scope="row">
                <a href=page>{text.collector(first.collector)}</a>
                {badge::whereabouts(Some(&first.account), Some(&first.region))}
                {trouble}
            </th>
            <td>{badge::source_state(reader, worst(round))}</td>
            <td class="nowrap">{answered}</td>
            <td class="number">{took}</td>
            <td class="number">{number(first.requests)}</td>
            <td class="number">{number(first.throttles)}</td>
            <td class="nowrap">{next}</td>
        </tr>
    }
    .into_any()
}

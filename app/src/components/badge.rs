//! Small marks: severity, state, kind. A shape and a word carry each meaning; colour only repeats it.

use leptos::prelude::*;

use crate::format::Reader;
use crate::model::{Finding, Severity, SourceState, StatusChoice};

/// A severity with its shape.
pub fn severity(reader: &Reader, severity: Severity) -> AnyView {
    let class = format!("severity severity-{severity}");
    view! { <span class=class>{reader.text.severity(severity)}</span> }.into_any()
}

/// Where the work on a finding stands.
pub fn work_state(reader: &Reader, finding: &Finding) -> AnyView {
    let state = if finding.is_active() {
        StatusChoice::Active
    } else {
        match finding.workflow.as_deref() {
            Some("RESOLVED") => StatusChoice::Resolved,
            Some("SUPPRESSED") => StatusChoice::Suppressed,
            _ => StatusChoice::Archived,
        }
    };
    let class = format!("state state-{state}");
    view! { <span class=class>{reader.text.status(state)}</span> }.into_any()
}

/// How a source is doing.
pub fn source_state(reader: &Reader, state: SourceState) -> AnyView {
    let word = match state {
        SourceState::Fresh => "fresh",
        SourceState::Stale => "stale",
        SourceState::Failing => "failing",
        SourceState::Denied => "denied",
        SourceState::NotEnabled => "not-enabled",
        SourceState::Never => "never",
        SourceState::NotAsked => "not-asked",
    };
    let class = format!("health health-{word}");
    view! { <span class=class>{reader.text.source_state(state)}</span> }.into_any()
}

/// Account and Region, each unbroken.
pub fn whereabouts(account: Option<&str>, region: Option<&str>) -> AnyView {
    let parts: Vec<_> = [account, region]
        .into_iter()
        .flatten()
        .map(|part| view! { <span class="nowrap">{part.to_owned()}</span>" " })
        .collect();
    view! { <span class="sub whereabouts">{parts}</span> }.into_any()
}

/// Marks that make a finding special: a sample, an attack sequence or a part of one.
pub fn marks(reader: &Reader, finding: &Finding) -> AnyView {
    use crate::model::SequenceRole;
    let sequence = match finding.sequence {
        SequenceRole::Is => Some(reader.text.mark_sequence),
        SequenceRole::Member => Some(reader.text.mark_member),
        SequenceRole::None => None,
    };
    let sample = finding.sample.then_some(reader.text.mark_sample);
    let marks: Vec<_> =
        [sample, sequence].into_iter().flatten().map(|mark| view! { <span class="mark">{mark}</span> }).collect();
    marks.into_any()
}
